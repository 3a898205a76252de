"""The sidebar: folders, marks, many at once, archive and trash; five thousand chats; the keyboard; a phone."""

import re

import pytest
from playwright.sync_api import Browser, Locator

from aihelper.tests.e2e.browser import PHONE, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.speed.trace import LONG_MS, traced
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]


def seed(site: Site, tab: Tab, count: int, first: int = 0) -> None:
    """Give the person so many chats, the newest called "Chat 0", or by the number of the `first`."""
    site.seed("sessions", tab.username, count, first)
    tab.page.reload()
    expect(tab.rows.first).to_be_attached()


def named(tab: Tab, title: str) -> Locator:
    """The row of the chat with exactly this title."""
    return tab.rows.filter(has=tab.page.get_by_text(title, exact=True))


def menu_of(tab: Tab, title: str, action: str) -> None:
    """Choose something in the menu of a chat."""
    row = named(tab, title)
    row.hover()
    row.get_by_test_id("session-menu").click()
    tab.click(f"session-{action}")


def list_menu(tab: Tab, entry: str) -> None:
    """Choose something in the menu of the list."""
    tab.get("list-menu").click()
    tab.click(f"list-{entry}")


def make_folder(tab: Tab, name: str) -> Locator:
    """Make a folder; gives its line."""
    tab.get("folder-name").fill(name)
    tab.click("folder-save")
    line = tab.get("folder-row").filter(has_text=name)
    expect(line).to_be_visible()
    return line


def test_folders(person: Person, site: Site, upstream: Upstream) -> None:
    tab = person()
    seed(site, tab, 4)
    other = tab.another()
    tab.click("new-folder")
    work = make_folder(tab, "Work")
    # Dropped onto it, moved by the menu, moved by the menu into one that is made for it.
    named(tab, "Chat 1").get_by_role("link").drag_to(work)
    expect(named(tab, "Chat 1")).to_have_count(0)
    expect(work).to_contain_text("1")
    menu_of(tab, "Chat 2", "move")
    tab.get("move-option").click()
    expect(work).to_contain_text("2")
    menu_of(tab, "Chat 3", "move")
    tab.click("move-new")
    home = make_folder(tab, "Home")
    expect(home).to_contain_text("1")
    expect(tab.rows).to_have_count(1)
    # The other tab has heard of all this; what is open stays open after a reload.
    expect(other.get("folder-row")).to_have_text(["Work2", "Home1"])
    work.get_by_test_id("folder-toggle").click()
    expect(tab.rows).to_have_count(3)
    tab.page.reload()
    expect(tab.rows).to_have_count(3)
    # Order by the keyboard.
    home = tab.get("folder-row").filter(has_text="Home")
    home.get_by_test_id("folder-toggle").focus()
    tab.page.keyboard.press("Alt+ArrowUp")
    expect(tab.get("folder-row")).to_have_text(["Home1", "Work2"])
    expect(other.get("folder-row")).to_have_text(["Home1", "Work2"])
    # A new chat begins in a folder.
    home.hover()
    home.get_by_test_id("folder-menu").click()
    tab.click("folder-new-chat")
    expect(tab.get("folder-target")).to_contain_text("Home")
    tab.ask("Where am I?")
    upstream.call().answer("At home.")
    expect(home).to_contain_text("2")
    # Gone, with what was in it back in the list.
    home.hover()
    home.get_by_test_id("folder-menu").click()
    tab.click("folder-delete")
    tab.click("confirm")
    expect(named(tab, "Chat 3")).to_be_visible()
    expect(other.get("folder-row")).to_have_count(1)


def test_many_at_once_with_a_way_back(person: Person, site: Site) -> None:
    tab = person()
    seed(site, tab, 8)
    named(tab, "Chat 1").get_by_role("link").click(modifiers=["ControlOrMeta"])
    named(tab, "Chat 4").get_by_role("link").click(modifiers=["Shift"])
    expect(tab.get("selection-count")).to_have_text("4 selected")
    tab.click("bulk-delete")
    expect(tab.rows).to_have_count(4)
    tab.click("notice-action")
    expect(tab.rows).to_have_count(8)
    list_menu(tab, "select")
    tab.click("select-all")
    expect(tab.get("selection-count")).to_have_text("8 selected")
    tab.click("bulk-archive")
    expect(tab.get("sessions-empty")).to_be_visible()
    # The archive, searched; back from there.
    list_menu(tab, "archive")
    expect(tab.rows).to_have_count(8)
    tab.get("view-search").fill("chat 7")
    expect(tab.rows).to_have_count(1)
    menu_of(tab, "Chat 7", "archive")
    expect(tab.rows).to_have_count(0)
    tab.click("view-back")
    expect(tab.rows).to_have_count(1)
    # The trash: restored, deleted for good, emptied.
    menu_of(tab, "Chat 7", "delete")
    list_menu(tab, "trash")
    menu_of(tab, "Chat 7", "restore")
    expect(tab.rows).to_have_count(0)
    tab.click("view-back")
    menu_of(tab, "Chat 7", "delete")
    list_menu(tab, "trash")
    menu_of(tab, "Chat 7", "purge")
    tab.click("confirm-cancel")
    expect(tab.rows).to_have_count(1)
    tab.click("trash-empty")
    tab.click("confirm")
    expect(tab.get("sessions-empty")).to_be_visible()


def test_the_keyboard(person: Person, site: Site) -> None:
    tab = person()
    seed(site, tab, 300)
    press = tab.page.keyboard.press
    focused = tab.page.locator(":focus")
    named(tab, "Chat 0").get_by_role("link").focus()
    press("ArrowDown")
    expect(focused).to_contain_text("Chat 1")
    press("End")
    expect(focused).not_to_contain_text(re.compile(r"Chat \d\b"))
    expect(focused).to_be_in_viewport()
    press("Home")
    for number in range(3):
        expect(focused).to_contain_text(re.compile(rf"Chat {number}\b"))
        press("F2" if number == 2 else "ArrowDown")
    tab.get("session-rename-input").fill("Named by keys")
    press("Enter")
    expect(named(tab, "Named by keys")).to_be_visible()
    named(tab, "Chat 3").get_by_role("link").focus()
    press("ArrowRight")
    expect(focused).to_have_attribute("data-test", "session-menu")
    press("Enter")
    expect(focused).to_have_attribute("data-test", "session-rename")
    press("Escape")
    expect(tab.get("session-rename")).to_have_count(0)
    named(tab, "Chat 3").get_by_role("link").focus()
    press("Delete")
    expect(named(tab, "Chat 3")).to_have_count(0)
    named(tab, "Chat 4").get_by_role("link").focus()
    press("Enter")
    expect(named(tab, "Chat 4").get_by_role("link")).to_have_attribute("aria-current", "page")


def test_an_answer_that_nobody_saw_is_marked(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Will you tell me?")
    call = upstream.call()
    call.say("Soon")
    session = tab.session_id
    tab.click("new-chat")
    expect(tab.row(session).locator(".spinner")).to_be_visible()
    call.answer(".")
    expect(tab.row(session).get_by_test_id("session-unread")).to_be_visible()
    other = tab.another()
    expect(other.row(session).get_by_test_id("session-unread")).to_be_visible()
    other.row(session).get_by_role("link").click()
    expect(other.row(session)).to_have_attribute("data-unread", "false")
    tab.page.bring_to_front()
    expect(tab.row(session)).to_have_attribute("data-unread", "false")


def test_five_thousand(person: Person, site: Site, browser: Browser) -> None:
    tab = person()
    seed(site, tab, 50)
    few = opening(tab, browser)
    seed(site, tab, 4950, first=50)
    many = opening(tab, browser)
    assert many < 1.5 * few + 20, (few, many)
    box = tab.get("session-list").bounding_box()
    assert box
    tab.page.mouse.move(box["x"] + 100, box["y"] + 100)
    # To the end of all pages; each is fetched when its place comes near.
    arrived = "() => document.querySelector('.session-list').textContent.includes('Chat 4999')"

    def is_at_the_end() -> bool:
        tab.page.mouse.wheel(0, 3000)
        return bool(tab.page.evaluate(arrived))

    with traced(browser, tab.page) as trace:
        tab.until(is_at_the_end, pause=0)
    expect(named(tab, "Chat 4999")).to_be_attached()
    assert tab.rows.count() < 100
    assert trace.longest < LONG_MS, sorted(task.own for task in trace.tasks)[-20:]


def opening(tab: Tab, browser: Browser) -> float:
    """Processor time of the page's main thread until the list stands, in ms: the least of three."""
    times = []
    for _number in range(3):
        with traced(browser, tab.page) as trace:
            tab.page.reload()
            expect(tab.rows.first).to_be_visible()
        times.append(trace.total)
    return min(times)


def test_on_a_phone(person: Person, site: Site) -> None:
    tab = person(**PHONE)
    seed(site, tab, 3)
    tab.get("sidebar-open").tap()
    expect(tab.get("new-chat")).to_be_in_viewport()
    named(tab, "Chat 1").get_by_test_id("session-menu").tap()
    tab.get("session-select").tap()
    named(tab, "Chat 2").get_by_role("link").tap()
    expect(tab.get("selection-count")).to_have_text("2 selected")
    tab.get("bulk-move").tap()
    tab.get("move-new").tap()
    make_folder(tab, "Work")
    expect(tab.rows).to_have_count(1)
    small = tab.page.evaluate(
        """() => [...document.querySelectorAll('.sidebar button, .sidebar a')].filter((each) => each.checkVisibility())
            .map((each) => [each.getBoundingClientRect(), each.outerHTML.slice(0, 120)])
            .filter(([box]) => box.width && (box.height < 39.5 || box.width < 24)).map(([, html]) => html)"""
    )
    assert small == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
