"""Settings in tabs, found by search; what they change is in step on another device; devices; the keyboard."""

import re
from typing import Any

import pytest

from aihelper.tests.e2e.browser import PHONE, Watch, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.site import PASSWORD
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.test_phone import expect_no_sideways_scrolling
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]
# A page whose session was ended elsewhere asks whether it is still signed in.
SIGNED_OUT = r"401 .*/api/user/info"
CODE = "Here:\n\n```py\nx = 1\n```\n\nand\n\n```js\nlet y = 2;\n```\n"


def settings(tab: Tab, name: str = "") -> None:
    """Open the settings, at one of their tabs."""
    tab.user_menu("settings")
    if name:
        tab.click(f"settings-tab-{name}")
        expect(tab.get("settings-panel")).to_have_attribute("data-tab", name)


def same_person(visitor: Person, tab: Tab) -> Tab:
    """The same person on another device."""
    other = visitor().open("/login")
    other.sign_in(tab.username, PASSWORD)
    expect(other.get("composer")).to_be_visible()
    return other


def test_tabs_search_and_what_they_change(person: Person, visitor: Person, watch: Watch) -> None:
    tab = person()
    other = same_person(visitor, tab)
    settings(tab)
    tab.get("settings-name").fill("  Ada   Lovelace ")
    tab.click("settings-name-save")
    expect(tab.get("user-menu")).to_contain_text("Ada Lovelace")
    expect(other.get("user-menu")).to_contain_text("Ada Lovelace")
    tab.page.keyboard.press("Escape")
    settings(tab, "appearance")
    tab.get("settings-theme").get_by_text("Dark").click()
    expect(other.page.locator("html")).to_have_attribute("data-theme", "dark")
    tab.get("settings-text-size").get_by_text("Large").click()
    expect(other.page.locator("html")).to_have_attribute("data-text", "large")
    tab.get("settings-search").fill("sign out everywhere")
    tab.get("settings-found").first.click()
    expect(tab.get("settings-panel")).to_have_attribute("data-tab", "devices")
    # By the keyboard through the tabs.
    tab.get("settings-search").fill("")
    tab.get("settings-tab-devices").press("ArrowDown")
    expect(tab.get("settings-tab-password")).to_be_focused()

    watch.expect(SIGNED_OUT)
    tab.get("settings-tab-password").press("ArrowUp")
    expect(tab.get("device")).to_have_count(2)
    expect(tab.get("device").first).to_contain_text("This device")
    tab.get("device-end").click()
    expect(tab.get("device")).to_have_count(1)
    # Within two seconds, without a reload.
    expect(other.get("login-form")).to_be_visible()


def test_on_a_phone_a_list_leads_to_each(person: Person) -> None:
    tab = person(**PHONE)
    tab.get("sidebar-open").tap()
    settings(tab)
    expect(tab.get("settings-panel")).to_be_hidden()
    tab.get("settings-tab-writing").tap()
    expect(tab.get("settings-send-key")).to_be_in_viewport()
    expect(tab.get("settings-search")).to_be_hidden()
    tab.get("settings-back").tap()
    expect(tab.get("settings-tab-data")).to_be_in_viewport()


def test_deleting_the_account(person: Person, watch: Watch) -> None:
    watch.expect(r"400 .*/api/user|401 .*/api/user/info")
    tab = person()
    settings(tab, "data")
    name = tab.username
    tab.click("delete-account")
    tab.get("delete-account-password").fill("not this one")
    expect(tab.get("delete-account-yes")).to_be_disabled()
    tab.get("delete-account-name").fill(name)
    tab.click("delete-account-yes")
    expect(tab.get("delete-account-password")).to_have_attribute("aria-invalid", "true")
    tab.get("delete-account-password").fill(PASSWORD)
    tab.click("delete-account-yes")
    expect(tab.get("login-form")).to_be_visible()
    expect(tab.get("notice")).to_be_visible()


def test_shortcuts(person: Person, upstream: Upstream) -> None:
    tab = person()
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.ask("Some code, please")
    upstream.call().answer(CODE)
    tab.expect_state("completed")
    tab.ready()
    page.keyboard.press("Control+Shift+Semicolon")
    expect(tab.get("notice")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "let y = 2;"
    page.keyboard.press("Control+Shift+KeyC")
    page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('Here:'))")
    page.keyboard.press("Control+Shift+KeyS")
    expect(tab.get("sidebar")).to_have_class(re.compile(r"\bhidden\b"))
    page.keyboard.press("Control+Shift+KeyS")
    expect(tab.get("sidebar")).not_to_have_class(re.compile(r"\bhidden\b"))
    page.keyboard.press("Control+Shift+KeyO")
    expect(page).to_have_url(re.compile(r"/$"))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Shift+Escape")
    expect(tab.get("composer")).to_be_focused()
    page.keyboard.press("Control+Period")
    expect(tab.get("settings-dialog")).to_be_visible()
    # What a dialog covers does not hear the keys.
    page.keyboard.press("Control+Slash")
    expect(tab.get("shortcuts-dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(tab.get("settings-dialog")).to_have_count(0)
    page.keyboard.press("Control+Slash")
    expect(tab.get("shortcuts-dialog")).to_be_visible()

    row = page.locator('[data-test="shortcut"][data-command="help.open"]')
    row.get_by_test_id("shortcut-keys").click()
    page.keyboard.press("Control+KeyK")
    with page.expect_response(re.compile("/api/user/info")):
        row.get_by_test_id("shortcut-take").click()
    expect(row).to_contain_text("K")
    page.keyboard.press("Escape")
    expect(tab.get("shortcuts-dialog")).to_have_count(0)
    page.reload()
    tab.ready()
    page.keyboard.press("Control+KeyK")
    expect(tab.get("shortcuts-dialog")).to_be_visible()
    tab.click("shortcuts-reset")
    expect(row).to_contain_text("/")


@BOTH
def test_shortcuts_are_listed_from_the_menu(person: Person, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    tab.show_list()
    tab.user_menu("menu-shortcuts")
    dialog = tab.get("shortcuts-dialog")
    expect(dialog).to_be_in_viewport()
    expect(dialog.get_by_test_id("shortcut").first).to_be_in_viewport()
    expect_no_sideways_scrolling(tab)
    tab.get("shortcuts-reset").scroll_into_view_if_needed()
    expect(tab.get("shortcuts-reset")).to_be_in_viewport(ratio=1)
    tab.click("dialog-close")
    expect(dialog).to_have_count(0)


def test_escape_stops_and_input_methods_are_left_alone(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("A long answer, please")
    call = upstream.call()
    call.say("It begins")
    tab.expect_text("It begins")
    tab.ready().page.evaluate(
        "window.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', code: 'Escape', isComposing: true}))"
    )
    tab.expect_state("running")
    tab.page.keyboard.press("Escape")
    tab.expect_state("stopped")


def test_hints_go_for_ever_and_come_back_when_wished(person: Person) -> None:
    tab = person()
    hint = tab.get("hint")
    first = hint.get_attribute("data-hint") or ""
    tab.click("hint-dismiss")
    expect(hint).not_to_have_attribute("data-hint", first)
    with tab.page.expect_response(re.compile("/api/user/info")):
        tab.click("hint-dismiss")
    tab.page.reload()
    expect(hint).not_to_have_attribute("data-hint", first)
    settings(tab, "writing")
    tab.click("settings-hints")
    expect(hint).to_have_attribute("data-hint", first)
    # The archive and the trash are where the chats are.
    tab.click("settings-tab-data")
    tab.click("settings-trash")
    expect(tab.get("settings-dialog")).to_have_count(0)
