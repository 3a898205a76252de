/** A question that is written anew: kept while it is written, by person and message, and bounded. */
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";

import { boot } from "@/boot";
import { useEdit, type Edit } from "@/composables/useEdit";
import { useUser } from "@/stores/user";
import type { Attachment, User } from "@/types/api";

import { hosted } from "../host";

const note = { document_id: "d", name: "note.txt", chars: 3 } as Attachment;
const edit = (text = "Hi", attachments: Attachment[] = []): Edit => hosted(() => useEdit(7, text, attachments)).made;

beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
  useUser().user = { id: 1, username: "ann" } as User;
});

describe("a question that is edited", () => {
  it("goes on where it was left, until it is done", () => {
    edit().value.value = "Half a tho";
    const again = edit();
    expect(again.value.value).toBe("Half a tho");
    again.done();
    again.value.value = "sent";
    expect(edit().value.value).toBe("Hi");
    expect(localStorage).toHaveLength(0);
  });

  it("is its writer's, and nothing is kept of one that is as it was", () => {
    const mine = edit();
    mine.value.value = "Secret";
    useUser().user = { id: 2, username: "bob" } as User;
    expect(edit().value.value).toBe("Hi");
    mine.value.value = "Hi";
    expect(localStorage).toHaveLength(0);
  });

  it("may be sent when something is left of it and it is not too long", () => {
    const { value, kept, count, limit, maySend } = edit("Hi", [note]);
    value.value = "  ";
    expect(maySend.value).toBe(true);
    kept.value = [];
    expect(maySend.value).toBe(false);
    // Two UTF-16 units, one character.
    value.value = "😀".repeat(limit);
    expect([count.value, maySend.value]).toEqual([boot.max_message_chars, true]);
    value.value += "!";
    expect(maySend.value).toBe(false);
  });
});
