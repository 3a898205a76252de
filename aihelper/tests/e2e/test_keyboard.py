"""Without a mouse, with larger letters, without movement: keys alone, 200 % zoom, what asks for less motion."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator

from aihelper.tests.e2e.browser import DESK, PHONE, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]

# 1440 x 900 pixels at 200 %; and a phone whose person reads letters twice as large.
ZOOMED: dict[str, Any] = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
LARGE_LETTERS = "document.documentElement.style.fontSize = '200%'"
# What is wider than the window, but for what scrolls by itself or is not there.
WIDER = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.checkVisibility({ visibilityProperty: true }))
    .filter(each => !each.closest('pre, .table-scroll, .sr-only'))
    .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 120)])
    .filter(([box]) => box.right > innerWidth + 1 && box.left < innerWidth).map(([, html]) => html)"""
MOVING = "document.getAnimations().filter(each => each.effect.getComputedTiming().endTime > 1).length"


def asked(tab: Tab, upstream: Upstream) -> None:
    """A chat with one answer, sent by the keyboard."""
    tab.ready()
    tab.get("composer").focus()  # on a phone it would have called the keyboard by itself
    tab.page.keyboard.type("Is it so?")
    tab.page.keyboard.press("Control+Enter")  # on a phone Enter alone begins a line
    upstream.call().answer("Yes.")
    tab.expect_state("completed")


def choose(tab: Tab, opener: Locator, item: str) -> None:
    """Open a menu and choose in it, by the arrows."""
    opener.focus()
    tab.page.keyboard.press("Enter")
    chosen = tab.get(item)
    expect(chosen).to_be_visible()
    expect(tab.page.locator("[role^=menuitem]:focus")).to_be_visible()
    while chosen.evaluate("item => item !== document.activeElement"):
        tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")


def closes(tab: Tab, shown: str, opener: Locator) -> None:
    """Escape closes what is open, and the focus is where it came from."""
    expect(tab.get(shown).first).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.get(shown)).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_focus_comes_back(person: Person, upstream: Upstream) -> None:
    tab = person(**DESK)
    press = tab.page.keyboard.press
    asked(tab, upstream)
    # Around a message. Nothing is running: Escape belongs to what is open.
    more = tab.answer.get_by_test_id("message-more")
    for name, panel in (("regenerate-with", "panel-regenerate"), ("rate-bad", "rating-form")):
        opener = tab.answer.get_by_test_id(name)
        opener.press("Enter")
        closes(tab, panel, opener)
    choose(tab, more, "menu-details")
    closes(tab, "answer-details", more)
    choose(tab, more, "menu-compare")
    closes(tab, "panel-compare", more)
    choose(tab, more, "menu-copy-text")
    expect(more).to_be_focused()
    edit = tab.get("message-user").get_by_test_id("edit")
    edit.press("Enter")
    closes(tab, "edit-input", edit)
    # The composer, the top bar.
    plus = tab.get("composer-add")
    choose(tab, plus, "add-prompt")
    tab.get("prompt-new").press("Enter")
    expect(tab.get("prompt-form")).to_be_visible()
    tab.get("prompt-form").get_by_role("button", name="Cancel").press("Enter")
    expect(tab.get("prompt-new")).to_be_focused()
    closes(tab, "prompt-new", plus)
    role = tab.get("role-picker")
    choose(tab, role, "roles-open")
    closes(tab, "roles-dialog", role)
    bar = tab.get("topbar").get_by_role("button", name=re.compile("Actions"))
    choose(tab, bar, "session-rename")
    tab.page.get_by_role("dialog").get_by_role("button", name="Cancel").press("Enter")
    expect(bar).to_be_focused()
    # The list: a row of it, its menus, a dialog in the place of another one.
    row = tab.rows.first
    menu = row.get_by_test_id("session-menu")
    choose(tab, menu, "session-rename")
    expect(tab.get("session-rename-input")).to_be_focused()
    closes(tab, "session-rename-input", row.get_by_role("link"))
    choose(tab, menu, "session-move")
    tab.get("move-new").press("Enter")
    closes(tab, "folder-dialog", menu)
    choose(tab, tab.get("list-menu"), "list-trash")
    expect(tab.get("view-back")).to_be_focused()
    closes(tab, "view-head", tab.get("list-menu"))
    period = tab.get("filter-open")
    period.press("Enter")
    expect(tab.get("filter-today")).to_be_focused()
    press("Tab")
    expect(tab.get("filter-week")).to_be_focused()
    closes(tab, "filter-apply", period)
    # Settings: what asks again in the place of its button.
    choose(tab, tab.get("user-menu"), "settings")
    tab.click("settings-tab-data")
    for name, shown in (("delete-chats", "delete-chats-yes"), ("delete-account", "delete-account-form")):
        tab.get(name).press("Enter")
        expect(tab.get(shown)).to_be_visible()
        tab.get("settings-panel").get_by_role("button", name="Cancel").press("Enter")
        expect(tab.get(name)).to_be_focused()
    closes(tab, "settings-dialog", tab.get("user-menu"))


def test_twice_as_large(person: Person, upstream: Upstream) -> None:
    for options in (ZOOMED, PHONE):
        tab = person(**options)
        if options is PHONE:
            tab.page.evaluate(LARGE_LETTERS)
        asked(tab, upstream)
        assert tab.page.evaluate(WIDER) == []
        tab.answer.get_by_test_id("message-more").click()
        expect(tab.get("menu-details")).to_be_visible()
        assert tab.page.evaluate(WIDER) == []
        tab.page.keyboard.press("Escape")
        tab.click("model-picker")
        expect(tab.get("model-option").first).to_be_visible()
        assert tab.page.evaluate(WIDER) == []
        tab.page.keyboard.press("Escape")
        tab.click("sidebar-open")
        expect(tab.get("new-chat")).to_be_in_viewport()
        tab.user_menu("settings")
        tab.click("settings-tab-data")
        tab.click("delete-account")
        tab.get("delete-account-yes").scroll_into_view_if_needed()
        expect(tab.get("delete-account-yes")).to_be_in_viewport()
        assert tab.page.evaluate(WIDER) == []


def test_less_motion(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE, reduced_motion="reduce")
    tab.ask("Is it so?")
    call = upstream.call()
    call.say("Ye")
    tab.expect_text("Ye")
    assert tab.page.evaluate(MOVING) == 0
    tab.get("sidebar-open").tap()
    assert tab.page.evaluate(MOVING) == 0
    expect(tab.rows.first.locator(".spinner")).to_be_visible()
    assert tab.page.evaluate(MOVING) == 0
    call.answer("s.")
    tab.expect_state("completed")
