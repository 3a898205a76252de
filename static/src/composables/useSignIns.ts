/** Where the person is signed in, and ending it there. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { request } from "@/lib/transport/api";
import type { SignIn } from "@/types/api";

export function useSignIns(): {
  rows: ShallowRef<SignIn[]>;
  state: Ref<"loading" | "ready" | "error">;
  error: Ref<string>;
  busy: Ref<number | "others" | null>;
  load: () => Promise<void>;
  end: (id: number) => Promise<void>;
  endOthers: () => Promise<void>;
} {
  const rows = shallowRef<SignIn[]>([]);
  const state = ref<"loading" | "ready" | "error">("loading");
  const error = ref("");
  /** What is being ended at the moment. */
  const busy = ref<number | "others" | null>(null);

  async function load(): Promise<void> {
    try {
      const { sign_ins } = await request<{ sign_ins: SignIn[] }>("GET", "/api/user/sign-ins");
      // This device first, the others as they were last seen.
      rows.value = [...sign_ins].sort((a, b) => Number(b.current) - Number(a.current));
      state.value = "ready";
    } catch {
      state.value = "error";
    }
  }

  async function ending(what: number | "others", path: string): Promise<void> {
    busy.value = what;
    error.value = "";
    try {
      await request("DELETE", path);
      await load();
    } catch (cause) {
      error.value = (cause as Error).message;
    } finally {
      busy.value = null;
    }
  }

  return {
    rows, state, error, busy, load,
    end: (id) => ending(id, `/api/user/sign-ins/${id}`),
    endOthers: () => ending("others", "/api/user/sign-ins"),
  };
}
