import { mount } from "@vue/test-utils";
import { beforeAll, describe, expect, it } from "vitest";

import ModelOption from "@/components/chat/ModelOption.vue";
import ModelRow from "@/components/models/ModelRow.vue";
import { i18n, loadTexts } from "@/i18n";
import type { ModelInfo } from "@/types/api";

const model = (icon?: string): ModelInfo => ({
  model_id: "m", model_name: "Owl", icon, description: "", context_window: null, max_tokens: null, capabilities: {},
});
const lists = { ModelRow, ModelOption };

describe.each(Object.entries(lists))("the icon of a model in %s", (_name, list) => {
  const shown = (icon?: string): string[] =>
    mount(list as typeof ModelRow, { props: { model: model(icon), selected: false, favourite: false }, global: { plugins: [i18n] } })
      .findAll(".option-icon").map((each) => each.text());

  beforeAll(() => loadTexts("models"));

  it("stands before the name", () => {
    expect(shown("🦉")).toEqual(["🦉"]);
  });

  it("takes no room where there is none", () => {
    expect([...shown(""), ...shown()]).toEqual([]);
  });
});
