"""The main path on a phone: 390 pixels wide, touched, not clicked."""

import pytest

from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.tests.e2e.browser import PHONE, Watch, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.site import PASSWORD
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("daphne")]

LONG = (
    "A very long line without any space: " + "x" * 300 + "\n\n```text\n" + "y" * 300 + "\n```\n\n|a|b|c|d|\n|-|-|-|-|\n"
)
LONG += "|" + "|".join(["wide cell of a table"] * 4) + "|\n"


def expect_no_sideways_scrolling(tab: Tab) -> None:
    """Nothing may be wider than the window, whatever is in it."""
    window = tab.page.viewport_size
    assert window
    width = "Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('main, main > *')]"
    assert tab.page.evaluate(f"{width}.map(each => each.getBoundingClientRect().right))") <= window["width"]


def drawer(tab: Tab) -> None:
    """Open the list of conversations."""
    tab.get("sidebar-open").tap()
    expect(tab.get("new-chat")).to_be_in_viewport()


def test_the_list_is_filtered_by_time(person: Person) -> None:
    tab = person(**PHONE)
    drawer(tab)
    tab.get("filter-open").tap()
    expect(tab.get("filter-apply")).to_be_in_viewport(ratio=1)
    tab.get("filter-today").tap()
    expect(tab.get("filter-chip")).to_be_in_viewport()


def test_the_whole_main_path(visitor: Person, upstream: Upstream) -> None:
    tab = visitor(**PHONE).open("/register")
    tab.sign_up(f"walker-{id(tab)}", PASSWORD)
    expect_no_sideways_scrolling(tab)
    tab.get("suggestion").first.tap()
    tab.get("send").tap()
    call = upstream.call()
    call.say(LONG)
    expect(tab.get("code-block")).to_be_visible()
    expect_no_sideways_scrolling(tab)
    tab.page.reload()
    expect(tab.get("code-block")).to_be_visible()
    tab.get("stop").tap()
    assert call.closed.wait(HANG_SECONDS)
    tab.expect_state("stopped")
    tab.get("continue").tap()
    upstream.call().answer("The end.")
    expect(tab.text).to_contain_text("The end.")
    tab.expect_state("completed")
    expect(tab.get("regenerate")).to_be_visible()
    tab.get("regenerate").tap()
    upstream.call().answer("Shorter.")
    tab.expect_text("Shorter.")
    session = tab.session_id
    drawer(tab)
    expect(tab.row(session)).to_be_in_viewport()
    expect_no_sideways_scrolling(tab)
    tab.get("new-chat").tap()
    expect(tab.get("message-user")).to_have_count(0)
    expect(tab.get("new-chat")).not_to_be_in_viewport()
    drawer(tab)
    tab.row(session).get_by_role("link").tap()
    tab.expect_text("Shorter.")
    expect(tab.get("new-chat")).not_to_be_in_viewport()


def test_deleting_settings_and_signing_out(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE)
    tab.ask("Short?")
    upstream.call().answer("Yes.")
    tab.expect_state("completed")
    session = tab.session_id
    drawer(tab)
    tab.row(session).get_by_test_id("session-menu").tap()
    tab.row(session).get_by_test_id("session-delete").tap()
    expect(tab.row(session)).to_have_count(0)
    tab.get("notice-action").tap()
    expect(tab.row(session)).to_have_count(1)
    tab.expect_text("Yes.")  # it is open again, which has closed the list
    drawer(tab)
    tab.get("user-menu").tap()
    tab.get("settings").tap()
    expect(tab.get("settings-dialog")).to_be_in_viewport()
    expect_no_sideways_scrolling(tab)
    tab.get("dialog-close").tap()
    tab.get("user-menu").tap()
    tab.get("sign-out").tap()
    expect(tab.get("login-form")).to_be_visible()
    expect_no_sideways_scrolling(tab)


def test_what_is_touched_is_large_enough(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE)
    tab.ask("Show me the buttons.")
    upstream.call().answer("```python\nprint(1)\n```")
    tab.expect_state("completed")
    expect(tab.get("copy-code")).to_be_visible()
    small = tab.page.evaluate(
        """() => [...document.querySelectorAll('main button, main a[href]')].filter(each => each.checkVisibility())
            .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 120)])
            .filter(([box]) => box.width && (box.height < 43.5 || box.width < 24)).map(([, html]) => html)"""
    )
    assert small == []


def test_the_top_bar_of_a_chat_has_room_for_the_models_name(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE)
    tab.ask("A question")
    upstream.call().answer("An answer.")
    tab.expect_state("completed")
    # The role has its sign there, and its name in words for who hears it.
    expect(tab.get("role-picker").locator(".role-name")).to_be_hidden()
    expect(tab.get("role-picker")).to_have_accessible_name("Role: Assistant")
    name = tab.get("model-picker").locator(".picker-name")
    name.evaluate("name => { name.textContent = 'gpt-4.1-mini-2025' }")
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")


def test_what_waits_for_the_network_takes_no_room_from_what_is_read(
    person: Person, upstream: Upstream, watch: Watch
) -> None:
    watch.expect(r"ERR_INTERNET_DISCONNECTED|WebSocket")
    tab = person(**PHONE)
    tab.ask("A question")
    upstream.call().answer("An answer.")
    tab.expect_state("completed")
    tab.ready()
    note = tab.get("composer-note")
    expect(note).to_be_visible()
    place = note.bounding_box()
    tab.page.context.set_offline(True)
    tab.page.evaluate("dispatchEvent(new Event('offline'))")
    state = tab.page.locator("form").get_by_test_id("link-state")
    expect(state).to_contain_text("Offline")
    tab.until(lambda: state.bounding_box() == place)
    tab.ask("Another one")
    outbox = tab.get("outbox")
    expect(outbox).to_be_visible()
    time = tab.page.locator(".message-foot.unsent .actions-time")
    expect(time).to_be_visible()
    middle = "element => (box => (box.top + box.bottom) / 2)(element.getBoundingClientRect())"
    assert abs(time.evaluate(middle) - outbox.evaluate(middle)) < 8
