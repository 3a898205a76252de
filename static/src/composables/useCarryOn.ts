/** "Continue in my account": copies what a link shows into a chat of the reader's own, once, however often it is asked. */
import { ref, type Ref } from "vue";

import { boot } from "@/boot";
import { uuid } from "@/lib/ids";
import { ApiError, request } from "@/lib/transport/api";

export function useCarryOn(token: string): { busy: Ref<boolean>; error: Ref<string>; signedIn: boolean; carryOn: () => Promise<void> } {
  const busy = ref(false);
  const error = ref("");
  const key = `aihelper.continue.${token}`;

  function signIn(): void {
    location.assign(`/login?next=${encodeURIComponent(`/s/${token}#continue`)}`);
  }

  async function carryOn(): Promise<void> {
    if (!boot.user) return signIn();
    busy.value = true;
    error.value = "";
    // Kept until it has worked: a second try after a broken answer makes no second chat.
    const client_id = sessionStorage.getItem(key) ?? uuid();
    sessionStorage.setItem(key, client_id);
    try {
      const { session_id } = await request<{ session_id: string }>("POST", `/api/shares/${token}/continue`, { json: { client_id } });
      sessionStorage.removeItem(key);
      location.assign(`/c/${session_id}`);
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) return signIn();
      error.value = (cause as Error).message;
      busy.value = false;
    }
  }

  return { busy, error, signedIn: boot.user !== null, carryOn };
}
