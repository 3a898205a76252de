import { defineComponent } from "vue";

import { useOwnCommands } from "@/composables/useOwnCommands";
import { useShortcuts } from "@/composables/useShortcuts";

/** Shows nothing; while it is there, the page listens to the keyboard. Comes after the page has been painted. */
export default defineComponent({
  name: "ShortcutHost",
  setup() {
    useOwnCommands();
    useShortcuts();
    return () => null;
  },
});
