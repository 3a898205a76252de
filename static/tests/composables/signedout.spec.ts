/** The session is over: to the sign-in page, with a word why, and back again after it. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { signedOut } from "@/composables/signedOut";
import { loadLocale } from "@/i18n";
import { router } from "@/router";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { User } from "@/types/api";

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  vi.spyOn(router, "push").mockResolvedValue(undefined as never);
  useUser().user = { id: 7, username: "ann", preferences: {} } as User;
});
afterEach(() => {
  vi.restoreAllMocks();
});

it("leads to signing in, says why, and remembers where the person was", () => {
  signedOut();
  expect(useUser().user).toBeNull();
  expect(router.push).toHaveBeenCalledExactlyOnceWith({ name: "login", query: { next: router.currentRoute.value.fullPath } });
  expect(useUi().notices.map(({ text }) => text)).toEqual(["You were signed out. Please sign in again."]);
});

it("is said once, however many requests are refused", () => {
  signedOut();
  signedOut();
  expect([vi.mocked(router.push).mock.calls.length, useUi().notices.length]).toEqual([1, 1]);
});

it("is no news while the person is signing out", () => {
  useUser().leaving = true;
  signedOut();
  expect([useUser().user?.id, useUi().notices]).toEqual([7, []]);
  expect(router.push).not.toHaveBeenCalled();
});
