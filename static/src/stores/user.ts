/** Who is signed in, and what they prefer. */
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";

import { boot } from "@/boot";
import { initialLocale, loadLocale } from "@/i18n";
import { applyTextSize, applyTheme } from "@/lib/theme";
import { readItem, writeItem } from "@/lib/storage";
import { farewell, forgetFarewell } from "@/lib/transport/farewell";
import { request } from "@/lib/transport/api";
import type { Locale, PreferenceChanges, Preferences, Theme, User } from "@/types/api";

const LOCALE = "aihelper.locale";
const THEME = "aihelper.theme";

export const useUser = defineStore("user", () => {
  const user = ref<User | null>(boot.user);
  const theme = ref<Theme>((boot.user?.preferences.theme ?? (readItem(THEME) as Theme | null)) || "system");
  const locale = ref<Locale>(boot.user?.locale || initialLocale(readItem(LOCALE), boot.locale, navigator.language));
  let saving: Promise<unknown> = Promise.resolve();
  /** The person is signing out at this moment. */
  const leaving = ref(false);
  const preferences = computed<Preferences>(() => user.value?.preferences ?? {});
  /** What to call the person. */
  const name = computed(() => preferences.value.display_name || user.value?.username || "");

  /** False where the person's group keeps chats; the server refuses it, too. */
  const mayDelete = computed(() => user.value?.policy?.may_delete ?? true);

  watch(() => preferences.value.text_size, applyTextSize, { immediate: true });

  function adopt(fresh: User | null): void {
    user.value = fresh;
    if (fresh?.locale && fresh.locale !== locale.value) void showLocale(fresh.locale).catch(() => undefined);
    if (fresh?.preferences.theme) showTheme(fresh.preferences.theme);
  }

  async function fetchUser(): Promise<void> {
    adopt(await request<User>("GET", "/api/user/info"));
  }

  /** Changed on another device or tab. What this tab is saving at the moment is newer than what the server would tell. */
  async function renew(): Promise<void> {
    const before = saving;
    await before.catch(() => undefined);
    const fresh = await request<User>("GET", "/api/user/info");
    if (saving === before && user.value?.id === fresh.id) adopt(fresh);
  }

  async function login(username: string, password: string, fresh = ""): Promise<void> {
    // An answer to it that came later would take the new session away.
    await farewell();
    await request("POST", "/api/login", { json: { username, password, ...(fresh && { new_password: fresh }) } });
    forgetFarewell();
    await fetchUser();
  }

  /** @returns whether the account waits for approval. */
  async function register(username: string, password: string, email: string): Promise<boolean> {
    const body = email ? { username, password, email } : { username, password };
    const answer = await request<{ pending?: boolean }>("POST", "/api/register", { json: body });
    return answer.pending === true;
  }

  /** Come by an invitation. @returns the name to sign in with. */
  async function accept(token: string, username: string, password: string, email: string): Promise<string> {
    const json = { token, username, password, ...(email && { email }) };
    return (await request<{ username: string }>("POST", "/api/invitations/accept", { json })).username;
  }

  async function logout(): Promise<void> {
    leaving.value = true;
    try {
      await request("POST", "/api/logout");
      user.value = null;
    } finally {
      leaving.value = false;
    }
  }

  /** One after another: two changes at once would reach the server in any order. */
  async function save(changes: { email?: string; locale?: Locale; preferences?: PreferenceChanges }): Promise<void> {
    if (!user.value) return;
    const mine = saving.catch(() => undefined).then(() => request<User>("PATCH", "/api/user/info", { json: changes }));
    saving = mine;
    const saved = await mine;
    if (saving === mine && user.value) user.value = saved;
  }

  /** Shown at once, saved behind; a failure costs only that other devices do not learn of it. */
  async function prefer(changes: PreferenceChanges): Promise<void> {
    if (!user.value) return;
    const merged = Object.entries({ ...user.value.preferences, ...changes }).filter(([, value]) => value !== null);
    user.value = { ...user.value, preferences: Object.fromEntries(merged) };
    // Only what changed: a tab that was away would carry its old choices over those of another device.
    await save({ preferences: changes }).catch(() => undefined);
  }

  function showTheme(value: Theme): void {
    theme.value = value;
    writeItem(THEME, value);
    applyTheme(value);
  }

  async function showLocale(value: Locale): Promise<void> {
    await loadLocale(value);
    locale.value = value;
    writeItem(LOCALE, value);
    // The server's sentences follow, before anybody is signed in too.
    document.cookie = `${boot.locale_cookie}=${value}; path=/; max-age=31536000; samesite=lax`;
  }

  async function setTheme(value: Theme): Promise<void> {
    showTheme(value);
    await prefer({ theme: value });
  }

  async function setLocale(value: Locale): Promise<void> {
    await showLocale(value);
    await save({ locale: value }).catch(() => undefined);
  }

  async function changePassword(current: string, fresh: string): Promise<void> {
    await request("POST", "/api/user/password", { json: { current_password: current, new_password: fresh } });
  }

  /** With everything that is theirs, for good. */
  async function deleteAccount(password: string): Promise<void> {
    leaving.value = true;
    try {
      await request("DELETE", "/api/user", { json: { current_password: password } });
      user.value = null;
    } finally {
      leaving.value = false;
    }
  }

  async function uploadAvatar(file: File): Promise<void> {
    const form = new FormData();
    form.append("file", file);
    const { avatar } = await request<{ avatar: string }>("POST", "/api/user/avatar", { form });
    if (user.value) user.value = { ...user.value, avatar };
  }

  async function removeAvatar(): Promise<void> {
    await request("DELETE", "/api/user/avatar");
    if (user.value) user.value = { ...user.value, avatar: null };
  }

  return {
    user, theme, locale, preferences, name, mayDelete,
    leaving, adopt, fetchUser, renew, login, register, accept, logout, save, prefer, setTheme, setLocale, showTheme, showLocale,
    changePassword, deleteAccount, uploadAvatar, removeAvatar,
  };
});
