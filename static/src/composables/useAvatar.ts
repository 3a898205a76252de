import { onBeforeUnmount, ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { useUser } from "@/stores/user";

const MAX_BYTES = 2 * 1024 * 1024;
const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/** Shows the chosen picture at once, and what the server made of it afterwards. */
export function useAvatar(): {
  preview: Ref<string | null>;
  busy: Ref<boolean>;
  error: Ref<string>;
  choose: (file: File) => Promise<void>;
  remove: () => Promise<void>;
} {
  const { t } = useI18n();
  const user = useUser();
  const preview = ref<string | null>(null);
  const busy = ref(false);
  const error = ref("");

  function clear(): void {
    if (preview.value) URL.revokeObjectURL(preview.value);
    preview.value = null;
  }

  async function run(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = "";
    try {
      await work();
    } catch (cause) {
      error.value = (cause as Error).message;
    } finally {
      clear();
      busy.value = false;
    }
  }

  async function choose(file: File): Promise<void> {
    error.value = !TYPES.includes(file.type) ? t("settings.avatarType") : file.size > MAX_BYTES ? t("settings.avatarTooLarge") : "";
    if (error.value) return;
    preview.value = URL.createObjectURL(file);
    await run(() => user.uploadAvatar(file));
  }

  onBeforeUnmount(clear);
  return { preview, busy, error, choose, remove: () => run(user.removeAvatar) };
}
