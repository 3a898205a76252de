"""axe-core finds nothing to blame in what opens over a page and in what goes wrong, in both themes."""

from pathlib import Path

import pytest

from aihelper.tests.e2e.accessibility import check
from aihelper.tests.e2e.browser import DESK, PHONE, Watch, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.reading import DIAGRAM, FORMULAS, PAPER
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]

DRAG = """page => {
    const files = new DataTransfer();
    files.items.add(new File(["a"], "a.txt", { type: "text/plain" }));
    for (const kind of ["dragenter", "dragover"])
        page.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""
DROP = """page => {
    const files = new DataTransfer();
    files.items.add(new File(["What was agreed."], "minutes.txt", { type: "text/plain" }));
    page.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def chat(tab: Tab, upstream: Upstream, answer: str = "Yes.") -> str:
    """A chat with one answer; gives its id."""
    tab.ask("Is it so?")
    upstream.call().answer(answer)
    tab.expect_state("completed")
    return tab.session_id


def escape(tab: Tab, gone: str) -> None:
    """Close what is open by the key for it."""
    tab.page.keyboard.press("Escape")
    expect(tab.get(gone)).to_have_count(0)


def list_menu(tab: Tab, entry: str) -> None:
    """Choose something in the menu of the list."""
    tab.click("list-menu")
    tab.click(f"list-{entry}")


def test_the_list(person: Person, upstream: Upstream) -> None:
    tab = person(**DESK)
    session = chat(tab, upstream)
    row = tab.row(session)
    row.hover()
    row.get_by_test_id("session-menu").click()
    check(tab, "session-delete")
    escape(tab, "session-delete")
    tab.choose(session, "rename")
    check(tab, "session-rename-input")
    escape(tab, "session-rename-input")
    tab.click("topbar-menu")
    tab.click("session-rename")
    check(tab, "rename-title")
    escape(tab, "rename-title")
    tab.click("list-menu")
    check(tab, "list-trash")
    tab.click("list-folder")
    check(tab, "folder-dialog")
    tab.get("folder-name").fill("Work")
    tab.click("folder-save")
    folder = tab.get("folder-row")
    folder.hover()
    folder.get_by_test_id("folder-menu").click()
    check(tab, "folder-delete")
    tab.click("folder-delete")
    check(tab, "confirm-dialog")
    tab.click("confirm-cancel")
    tab.click("filter-open")
    check(tab, "filter-apply")
    escape(tab, "filter-apply")
    list_menu(tab, "select")
    row.get_by_role("link").click()
    check(tab, "selection-bar", "session-mark")
    tab.click("bulk-archive")
    check(tab, "notice-action")
    list_menu(tab, "archive")
    check(tab, "view-head", "session-row")
    tab.choose(session, "delete")
    tab.click("view-back")
    list_menu(tab, "trash")
    check(tab, "trash-empty", "session-row")
    tab.click("trash-empty")
    check(tab, "confirm-dialog")
    tab.click("confirm")
    check(tab, "sessions-empty")


def test_messages(person: Person, upstream: Upstream, watch: Watch) -> None:
    watch.expect(r"404 .*/api/chat")
    tab = person(**DESK)
    chat(tab, upstream, "\n\n".join((PAPER["en"], FORMULAS["en"], DIAGRAM["en"])))
    expect(tab.get("diagram").last).to_be_attached()
    expect(tab.text.locator(".katex").first).to_be_attached()
    expect(tab.get("diagram").first).to_have_attribute("data-state", "drawn")
    check(tab, "copy-code", "diagram")
    tab.open()  # the rest is judged over a short chat: what axe takes its time for is the text
    chat(tab, upstream)
    tab.answer.get_by_test_id("message-more").click()
    check(tab, "menu-details")
    tab.click("menu-details")
    check(tab, "answer-details")
    escape(tab, "answer-details")
    tab.click("regenerate-with")
    check(tab, "panel-regenerate")
    escape(tab, "panel-regenerate")
    tab.click("rate-bad")
    tab.click("reason-inaccurate")
    check(tab, "rating-form")
    tab.click("rating-save")
    expect(tab.get("rating-form")).to_have_count(0)
    # Thanks that fade away while axe looks have colours that nobody chose.
    expect(tab.get("notice")).to_have_count(0)
    tab.get("message-user").hover()
    tab.click("edit")
    check(tab, "edit-input")
    tab.click("edit-cancel")
    tab.answer.get_by_test_id("message-more").click()
    tab.click("menu-compare")
    check(tab, "panel-compare")
    tab.get("panel-compare").locator('[data-model="thorough"]').click()
    upstream.call().answer("Rather so.")
    second = tab.get("compare-column").nth(1)
    expect(second.get_by_test_id("message-assistant")).to_have_attribute("data-status", "completed")
    check(tab, "compare", "compare-choose")
    second.get_by_test_id("compare-choose").click()
    expect(tab.get("compare")).to_have_count(0)
    tab.ask("And now?")
    upstream.call().say("Now")
    tab.expect_text("Now")
    tab.ask("And then?")
    check(tab, "queue", "queued-remove")
    tab.open("/c/00000000-0000-4000-8000-000000000000")
    expect(tab.page.get_by_role("alert")).to_be_visible()
    check(tab, "topbar")


def test_what_is_written(person: Person, upstream: Upstream, watch: Watch, tmp_path: Path) -> None:
    watch.expect(r"400 .Bad Request.|ERR_INTERNET_DISCONNECTED|WebSocket|ERR_FAILED")
    tab = person(**DESK)
    tab.ask("\n".join(f"Line {number}" for number in range(40)))
    upstream.call().answer("Long.")
    tab.expect_state("completed")
    check(tab, "text-fold")
    tab.ready()
    page = tab.page.locator("main")
    page.evaluate(DRAG)
    check(tab, "drop-overlay")
    page.evaluate(DROP)
    expect(tab.get("chip")).to_have_attribute("data-state", "ready")
    picture = tmp_path / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    tab.click("composer-add")
    check(tab, "add-file")
    escape(tab, "add-file")
    tab.get("file-input").set_input_files(picture)
    expect(tab.get("chip").last).to_have_attribute("data-state", "failed")
    check(tab, "chip-remove")
    tab.get("chip-preview").first.click()
    check(tab, "attachment-preview")
    escape(tab, "attachment-preview")
    tab.click("composer-add")
    tab.click("add-prompt")
    tab.click("prompt-new")
    check(tab, "prompt-form")
    tab.get("prompt-command").fill("translate")
    tab.get("prompt-title").fill("Translate")
    tab.get("prompt-text").fill("Translate into {{language|French}}: {{text}}")
    tab.click("prompt-save")
    check(tab, "prompt-row")
    tab.click("prompt-delete")
    check(tab, "prompt-new", "notice-action")
    tab.click("notice-action")
    tab.click("dialog-close")
    tab.get("composer").fill("/")
    check(tab, "slash-item")
    tab.get("slash-item").first.click()
    check(tab, "fill-form")
    escape(tab, "fill-form")
    tab.user_menu("settings")
    tab.click("settings-tab-data")
    tab.click("delete-chats")
    tab.click("delete-account")
    check(tab, "delete-account-form", "delete-chats-yes")
    tab.page.keyboard.press("Escape")
    tab.user_menu("menu-roles")
    tab.click("role-new")
    check(tab, "role-form")
    tab.page.keyboard.press("Escape")
    tab.click("search-open")
    tab.get("search-input").fill("walrus")
    check(tab, "search-empty")
    tab.page.keyboard.press("Escape")
    for left in (1, 0):
        tab.get("chip-remove").last.click()
        expect(tab.get("chip")).to_have_count(left)
    tab.page.context.set_offline(True)
    tab.page.evaluate("dispatchEvent(new Event('offline'))")
    tab.ask("Are you there?")
    check(tab, "outbox", "link-state")
    tab.click("outbox-cancel")


def test_sheets_of_a_phone(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE)
    chat(tab, upstream, PAPER["en"])
    tab.answer.get_by_test_id("message-more").tap()
    check(tab, "menu-bad")
    tab.get("menu-bad").tap()
    check(tab, "rating-form")
    tab.get("rating-save").tap()
    tab.get("composer-add").tap()
    check(tab, "add-compare")
    tab.get("add-compare").tap()
    check(tab, "panel-compare-next")
    escape(tab, "panel-compare-next")
    tab.get("topbar-menu").tap()
    check(tab, "session-delete")
    tab.page.keyboard.press("Escape")
    tab.get("sidebar-open").tap()
    tab.user_menu("settings")
    check(tab, "settings-search")
    tab.get("settings-tab-data").tap()
    check(tab, "settings-back")
