import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";

import ImportFile from "@/components/import/ImportFile.vue";
import ImportReport from "@/components/import/ImportReport.vue";
import { useImport } from "@/composables/useImport";
import { i18n, loadTexts } from "@/i18n";
import type { ImportItem, ImportReport as Report } from "@/types/imports";

import { Refusal, serve } from "./helpers";
import { hosted } from "./host";

const PATH = "/api/chat/imports";
const FILE = new File(["[]"], "conversations.json");
const ROW = { import_id: "i1", file_name: "conversations.json", formats: ["claude"], imported: 2, already: 0, left_out: 1, create_time: "2026-11-21T10:00:00Z", undone_at: null };

function item(fields: Partial<ImportItem> = {}): ImportItem {
  return { outcome: "ready", title: "A poem", format: "claude", messages: 3, attachments_left_out: 0, session_id: null, code: null, reason: "", ...fields };
}

function report(fields: Partial<Report> = {}): Report {
  return { import_id: null, dry_run: true, formats: ["claude"], ready: 2, imported: 0, already: 0, left_out: 0, items: [item(), item()], ...fields };
}

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadTexts("import");
});
afterEach(() => vi.unstubAllGlobals());

describe("an import", () => {
  it("looks at the file first, then imports it, and takes it back", async () => {
    const answers: Parameters<typeof serve>[0] = {
      [`GET ${PATH}`]: () => ({ imports: [ROW], max_bytes: 1000 }),
      [`POST ${PATH}`]: () => report(),
      [`DELETE ${PATH}/i1`]: () => ({ removed: 1, kept: 1 }),
    };
    const { routes } = serve(answers);
    const { made } = hosted(useImport);
    await made.load();
    await made.choose(FILE);
    expect([made.state.value, made.report.value?.ready]).toEqual(["checked", 2]);
    answers[`POST ${PATH}`] = () => report({ dry_run: false, import_id: "i1", ready: 0, imported: 2 });
    await made.go();
    expect([made.state.value, made.report.value?.imported]).toEqual(["done", 2]);
    await made.undo("i1");
    expect(made.undone.value).toEqual({ removed: 1, kept: 1 });
    expect(routes()).toEqual([`GET ${PATH}`, `POST ${PATH}`, `POST ${PATH}`, `GET ${PATH}`, `DELETE ${PATH}/i1`, `GET ${PATH}`]);
  });

  it("sends the file, and whether it is only to look", async () => {
    const sent: FormData[] = [];
    vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
      sent.push(init.body as FormData);
      return Promise.resolve(new Response(JSON.stringify(report())));
    });
    const { made } = hosted(useImport);
    await made.choose(FILE);
    await made.go();
    expect(sent.slice(0, 2).map((form) => [(form.get("file") as File).name, form.get("dry_run")])).toEqual([
      ["conversations.json", "true"],
      ["conversations.json", "false"],
    ]);
  });

  it("says what is wrong with a file, and takes another", async () => {
    const answers: Parameters<typeof serve>[0] = { [`POST ${PATH}`]: () => new Refusal(400, "The ZIP file is damaged.") };
    serve(answers);
    const { made } = hosted(useImport);
    await made.choose(FILE);
    expect([made.state.value, made.error.value, made.report.value]).toEqual(["ready", "The ZIP file is damaged.", null]);
    answers[`POST ${PATH}`] = () => report();
    await made.choose(FILE);
    expect([made.state.value, made.error.value]).toEqual(["checked", ""]);
  });

  it("stays where it was when the import itself fails", async () => {
    const answers: Parameters<typeof serve>[0] = { [`POST ${PATH}`]: () => report() };
    serve(answers);
    const { made } = hosted(useImport);
    await made.choose(FILE);
    answers[`POST ${PATH}`] = () => new Refusal(503, "Not now.");
    await made.go();
    expect([made.state.value, made.error.value, made.report.value?.ready]).toEqual(["checked", "Not now.", 2]);
  });

  it("sends nothing that is too large", async () => {
    const { routes } = serve({ [`GET ${PATH}`]: () => ({ imports: [], max_bytes: 1 }) });
    const { made } = hosted(useImport);
    await made.load();
    await made.choose(FILE);
    expect([made.tooLarge.value, made.state.value, routes()]).toEqual([2, "ready", [`GET ${PATH}`]]);
  });
});

describe("what was found", () => {
  it("shows what was left out first, with its reason", () => {
    const left = item({ outcome: "left_out", title: "", reason: "It has no messages." });
    const shown = mount(ImportReport, {
      props: { report: report({ ready: 1, already: 1, left_out: 1, items: [item(), item({ outcome: "already" }), left] }) },
      global: { plugins: [i18n] },
    });
    const lines = shown.findAll("li").map((line) => line.text());
    expect(lines[0]).toContain("Untitled");
    expect(lines[0]).toContain("It has no messages.");
    expect(lines).toHaveLength(3);
    expect(shown.find("[data-test=import-numbers]").text()).toBe("One chat to import · one is here already · one left outClaude");
  });

  it("shows no more lines than a page can hold", () => {
    const items = Array.from({ length: 250 }, () => item());
    const shown = mount(ImportReport, { props: { report: report({ ready: 1000, items }) }, global: { plugins: [i18n] } });
    expect(shown.findAll("li")).toHaveLength(201);
    expect(shown.text()).toContain("and 800 more");
  });
});

describe("the place of the file", () => {
  it("takes a file that is dropped on it, but not while one is read", async () => {
    const wrapper = mount(ImportFile, { props: { name: "", busy: false, maxBytes: 1000 }, global: { plugins: [i18n] } });
    const drop = (): Promise<void> => wrapper.trigger("drop", { dataTransfer: { files: [FILE] } });
    await drop();
    await wrapper.setProps({ busy: true });
    await drop();
    await nextTick();
    expect(wrapper.emitted("choose")).toEqual([[FILE]]);
  });
});
