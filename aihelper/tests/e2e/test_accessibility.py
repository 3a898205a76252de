"""axe-core finds nothing to blame, on any page, in both themes, on a desk and on a phone."""

import pytest

from aihelper.tests.e2e.accessibility import check
from aihelper.tests.e2e.browser import DESK, PHONE, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.screenshots import CODE
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]


def test_signing_in_and_up(visitor: Person) -> None:
    tab = visitor(**DESK).open("/login")
    check(tab, "login-form")
    tab.open("/register")
    check(tab, "register-form")


def test_a_conversation(person: Person, upstream: Upstream) -> None:
    tab = person(**DESK)
    check(tab, "composer", "suggestion")
    tab.ask("Show me some code")
    call = upstream.call()
    call.say("Let me think", kind="reasoning_content")
    call.say("First")
    expect(tab.text).to_contain_text("First")
    check(tab, "stop")
    call.answer("\n\n" + CODE)
    tab.expect_state("completed")
    check(tab, "copy-code")
    tab.ask("And now?")
    upstream.call().refuse(400, "no")
    tab.expect_state("failed")
    check(tab, "retry")


def test_menus(person: Person) -> None:
    tab = person(**DESK)
    for opener, shown in (("model-picker", "model-option"), ("user-menu", "sign-out")):
        tab.click(opener)
        check(tab, shown)
        tab.page.keyboard.press("Escape")


def test_on_a_phone(person: Person) -> None:
    tab = person(**PHONE)
    check(tab, "composer")
    tab.click("sidebar-open")
    check(tab, "sidebar")


def test_dialogs(person: Person, upstream: Upstream) -> None:
    tab = person(**DESK)
    tab.ask("Something to find")
    upstream.call().answer("Here it is.")
    tab.expect_state("completed")
    tab.user_menu("settings")
    expect(tab.get("settings-panel")).to_be_visible()
    for chosen in tab.page.locator('[data-test^="settings-tab-"]').all():
        chosen.click()
        check(tab, "settings-panel")
    tab.page.keyboard.press("Escape")
    for item in ("menu-roles", "menu-prompts", "menu-shares", "menu-shortcuts"):
        tab.user_menu(item)
        check(tab, "dialog-close")
        tab.page.keyboard.press("Escape")
    tab.click("search-open")
    check(tab, "search-start")
    tab.get("search-input").fill("find")
    check(tab, "search-result")
    tab.page.keyboard.press("Escape")
    for action in ("share", "export", "move"):
        tab.choose(tab.session_id, action)
        check(tab, "dialog-close")
        tab.page.keyboard.press("Escape")


def test_the_page_of_a_link(person: Person, visitor: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("For everybody")
    upstream.call().answer("Here it is.\n\n" + CODE)
    tab.expect_state("completed")
    link = tab.page.evaluate(
        """async session_id => {
            const csrf = document.cookie.match(/aihelper_csrf[^=]*=([^;]+)/)[1];
            const headers = {"Content-Type": "application/json", "X-CSRFToken": csrf};
            const body = JSON.stringify({session_id, audience: "public"});
            return (await (await fetch("/api/shares", {method: "POST", headers, body})).json()).token;
        }""",
        tab.session_id,
    )
    reader = visitor(**DESK).open(f"/s/{link}")
    check(reader, "shared-answer", "copy-code")
