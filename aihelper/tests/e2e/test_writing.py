"""What goes along with a question and what comes before it: attachments, prompts, drafts on two devices, what waits."""

import re
from pathlib import Path
from typing import Any

import pytest

from aihelper.tests.e2e.browser import PHONE, Watch, expect
from aihelper.tests.e2e.conftest import BOTH, Person
from aihelper.tests.e2e.site import PASSWORD
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.test_phone import expect_no_sideways_scrolling
from aihelper.tests.e2e.upstream import Upstream

# The page's own doing: one kind of server is enough.
ONE = pytest.mark.parametrize("shared_site", ["uvicorn"], indirect=True, scope="session")
pytestmark = [pytest.mark.e2e, ONE]

PASTE = """(area, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """(page, [name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name, { type: "text/plain" }));
    for (const type of ["dragenter", "dragover", "drop"])
        page.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def kept(tab: Tab, *kinds: str) -> list[str]:
    """What this browser keeps of somebody's writing."""
    names = tab.page.evaluate("Object.keys(localStorage)")
    return [name for name in names if name.split(".")[1] in (kinds or ("draft", "queue", "outbox"))]


@BOTH
def test_attachments_and_prompts(
    person: Person, upstream: Upstream, watch: Watch, tmp_path: Path, screen: dict[str, Any]
) -> None:
    watch.expect("400 .Bad Request.")  # the picture
    tab = person(**screen).ready()
    composer = tab.get("composer")
    # A long text becomes a chip, which can be looked at and turned back.
    composer.evaluate(PASTE, "A pasted line\n" * 100)
    chip = tab.get("chip")
    expect(chip).to_have_attribute("data-state", "ready")
    expect(chip).to_contain_text("1,400 characters")
    tab.click("chip-preview")
    expect(tab.get("attachment-preview")).to_contain_text("A pasted line")
    tab.click("attachment-text")
    expect(composer).to_have_value("A pasted line\n" * 100)
    expect(chip).to_have_count(0)
    composer.fill("")
    # A picture is refused with a sentence; what was dropped and chosen survives a reload and can go without words.
    tab.page.locator("main").evaluate(DROP, ["dropped.md", "# Dropped"])
    expect(chip).to_have_attribute("data-state", "ready")
    picture = tmp_path / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    notes = tmp_path / "笔记.txt"
    notes.write_bytes("中文笔记".encode("gb18030"))
    tab.click("composer-add")
    expect(tab.get("add-compare")).to_have_count(1 if screen is PHONE else 0)
    tab.get("file-input").set_input_files([picture, notes])
    expect(chip).to_have_count(3)
    expect(chip.nth(1)).to_contain_text("not a text")
    expect(tab.get("send")).to_be_disabled()
    expect_no_sideways_scrolling(tab)
    chip.nth(1).get_by_test_id("chip-remove").click()
    expect(chip.nth(1)).to_have_attribute("data-state", "ready")
    tab.open().ready()
    expect(chip).to_have_count(2)
    tab.click("send")
    call = upstream.call()
    assert "# Dropped" in call.last_said["content"] and "中文笔记" in call.last_said["content"]
    call.answer("Two texts.")
    tab.expect_state("completed")
    sent = tab.get("message-attachment")
    expect(sent).to_have_text(["dropped.md", "笔记.txt"])
    sent.last.click()
    expect(tab.get("attachment-preview")).to_have_text("中文笔记")
    tab.click("dialog-close")
    # A prompt: written, deleted and taken back, found by a slash, filled in by the keyboard.
    tab.click("composer-add")
    tab.click("add-prompt")
    tab.click("prompt-new")
    tab.get("prompt-command").fill("/translate")
    tab.get("prompt-title").fill("Translate")
    tab.get("prompt-text").fill("Translate into {{language|French}}: {{text}}")
    tab.click("prompt-save")
    expect(tab.get("prompt-row")).to_have_count(1)
    tab.click("prompt-delete")
    expect(tab.get("prompt-row")).to_have_count(0)
    tab.click("notice-action")  # above the open dialog
    expect(tab.get("prompt-row")).to_have_count(1)
    tab.click("dialog-close")
    composer.press_sequentially("/")
    expect(tab.get("slash-item")).to_have_count(4)  # and the three roles
    expect(tab.get("slash-item").last).to_be_in_viewport(ratio=1)
    expect_no_sideways_scrolling(tab)
    composer.press_sequentially("tr")
    expect(tab.get("slash-item")).to_have_count(1)
    if screen is PHONE:
        tab.get("slash-item").tap()
    else:
        composer.press("Tab")
    fields = tab.get("fill-field")
    expect(fields.first).to_have_value("French")
    expect(fields.first).to_be_focused()
    fields.last.fill("Good morning")
    fields.last.press("Enter")
    expect(composer).to_have_value("Translate into French: Good morning")
    expect(composer).to_be_focused()
    composer.fill("/teach")
    expect(tab.get("slash-item")).to_have_count(1)
    composer.press("Enter")
    expect(composer).to_have_value("")
    expect(tab.get("role-picker")).to_contain_text("Teacher")


def test_drafts_are_in_step_on_two_devices(person: Person, visitor: Person, upstream: Upstream, watch: Watch) -> None:
    watch.expect(r"ERR_INTERNET_DISCONNECTED|WebSocket|409 .Conflict.")
    laptop = person().ready()
    phone = visitor(storage_state=laptop.page.context.storage_state(), **PHONE).open().ready()
    with laptop.page.expect_response("**/api/chat/drafts/new"):
        laptop.get("composer").fill("Written on the laptop")
    expect(phone.get("composer")).to_have_value("Written on the laptop")
    # Both write at once: what stands there stays, the other one is offered. On a phone Enter begins a line.
    phone.page.context.set_offline(True)
    phone.get("composer").fill("Rather on the phone")
    with laptop.page.expect_response("**/api/chat/drafts/new"):
        laptop.get("composer").fill("Once more on the laptop")
    phone.page.context.set_offline(False)
    phone.get("composer").press("End")
    phone.get("composer").press("Enter")
    phone.get("composer").press_sequentially("!")
    expect(phone.get("draft-offer")).to_contain_text("Once more on the laptop")
    with phone.page.expect_response("**/api/chat/drafts/new"):
        phone.get("draft-use").tap()
    expect(phone.get("composer")).to_have_value("Once more on the laptop")
    expect(phone.get("draft-offer")).to_contain_text(re.compile(r"Rather on the phone\s!"))
    phone.get("draft-dismiss").tap()
    phone.get("composer-add").tap()
    expect(phone.get("add-file")).to_be_in_viewport()
    phone.page.keyboard.press("Escape")
    # Sent on one, gone on the other.
    expect(laptop.get("composer")).to_have_value("Once more on the laptop")
    laptop.get("composer").press("Enter")
    upstream.call().answer("Done.")
    laptop.expect_state("completed")
    expect(phone.get("composer")).to_have_value("")


@BOTH
def test_what_waits_for_an_answer_is_sent_in_turn(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen).ready()
    tab.ask("First?")
    call = upstream.call()
    call.say("One")
    tab.expect_text("One")
    for text in ("Second?", "Third?"):
        tab.ask(text)
    expect(tab.get("queued")).to_have_count(2)
    expect(tab.get("queued").last).to_be_in_viewport(ratio=1)
    expect_no_sideways_scrolling(tab)
    tab.get("queued-edit").last.click()
    expect(tab.get("composer")).to_have_value("Third?")
    tab.ask("Third, changed?")
    tab.page.reload()
    expect(tab.get("queued")).to_have_count(2)
    call.answer(".")
    second = upstream.call()
    assert second.last_said["content"] == "Second?"
    expect(tab.get("queued")).to_have_count(1)
    # Not after a failure: then it waits for a word.
    second.refuse(400, "The question was refused.")
    tab.expect_state("failed")
    tab.click("queued-send")
    third = upstream.call()
    assert third.last_said["content"].endswith("Third, changed?")
    third.answer("Three.")
    tab.expect_text("Three.")
    tab.expect_state("completed")
    expect(tab.get("queue")).to_have_count(0)


def test_what_waits_for_the_network_is_sent_once_and_goes_with_the_sign_out(
    person: Person, upstream: Upstream, watch: Watch
) -> None:
    watch.expect(r"ERR_INTERNET_DISCONNECTED|WebSocket|ERR_FAILED|ERR_BLOCKED")
    tab = person().ready()
    # Without a network: taken back, or sent once after a reload.
    tab.page.context.set_offline(True)
    tab.page.evaluate("dispatchEvent(new Event('offline'))")
    tab.ask("To be taken back")
    tab.click("outbox-cancel")
    expect(tab.get("composer")).to_have_value("To be taken back")
    tab.ask("Are you there?")
    expect(tab.get("outbox")).to_be_visible()
    tab.until(lambda: len(kept(tab, "outbox")) == 1)
    tab.page.context.set_offline(False)
    tab.page.reload()
    call = upstream.call()
    assert call.last_said["content"] == "Are you there?"
    call.say("I")
    # The page before the reload may have been quick enough to send it; then this one has an empty chat before it.
    tab.page.get_by_role("link", name="Are you there?").click()
    tab.expect_text("I")
    expect(tab.get("message-user")).to_have_count(1)
    tab.until(lambda: kept(tab, "outbox") == [])
    # At the sign-out it is asked for what waits; then nothing of it stays for whoever comes next.
    tab.ready()
    tab.ask("Never sent")
    expect(tab.get("queued")).to_have_count(1)
    tab.get("composer").fill("A draft of mine")
    tab.user_menu("sign-out")
    expect(tab.get("confirm-dialog")).to_contain_text("One message has not been sent")
    tab.click("confirm-cancel")
    expect(tab.get("queued")).to_have_count(1)
    tab.user_menu("sign-out")
    watch.expect(r"401 .*/api/")  # what was asked for before the sign-out may be answered after it
    tab.click("confirm")
    expect(tab.get("login-form")).to_be_visible()
    tab.until(lambda: kept(tab) == [])
    call.answer(" am.")
    tab.click("to-register")
    tab.sign_up(f"next-{id(tab)}", PASSWORD)
    expect(tab.ready().get("composer")).to_have_value("")
    expect(tab.get("queued")).to_have_count(0)
    expect(tab.get("session-row")).to_have_count(0)
