/** One form: busy while it is sent, the server's sentences at the fields they are about. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { together } from "@/lib/together";
import { ApiError } from "@/lib/transport/api";

export function useForm(send: () => Promise<void>): {
  busy: Ref<boolean>;
  error: Ref<string>;
  code: Ref<string>;
  fields: ShallowRef<Record<string, string[]>>;
  submit: () => Promise<void>;
} {
  const busy = ref(false);
  const error = ref("");
  const code = ref("");
  const fields = shallowRef<Record<string, string[]>>({});

  async function submit(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = code.value = "";
    fields.value = {};
    try {
      await send();
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      fields.value = cause.fields;
      code.value = cause.code;
      // A sentence that a field already says is not said twice.
      const said = Object.values(cause.fields).flat();
      error.value = said.length ? together(cause.fields.non_field_errors ?? []) : cause.message;
    } finally {
      busy.value = false;
    }
  }

  return { busy, error, code, fields, submit };
}
