/** What administrators have made of the site: its name, its sign, its words in an empty chat. */
import { mount } from "@vue/test-utils";
import { afterEach, expect, it } from "vitest";

import { boot } from "@/boot";
import BrandMark from "@/components/base/BrandMark.vue";
import { i18n, loadLocale } from "@/i18n";

afterEach(() => {
  boot.site = { ...boot.site, name: "", logo: null };
});

it("is called by the name of the site, in both languages", async () => {
  boot.site = { ...boot.site, name: "School Chat" };
  for (const locale of ["zh-hans", "en"] as const) {
    await loadLocale(locale);
    expect((i18n.global.t as (key: string) => string)("app.name")).toBe("School Chat");
  }
});

it("shows the site's logo in the place of the built-in sign", () => {
  expect(mount(BrandMark).find(".brand-mark").exists()).toBe(true);
  boot.site = { ...boot.site, logo: "/media/site/a.webp" };
  expect(mount(BrandMark).find("img").attributes("src")).toBe("/media/site/a.webp");
});
