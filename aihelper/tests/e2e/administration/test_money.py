"""Limits: a group's budget is used up in the chat, topped up in the administration, and chatting goes on."""

from aihelper.tests.e2e.administration.desk import SCENES, check, choose, press, told
from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = SCENES


def test_a_budget_is_used_up_and_topped_up(
    chief: Tab, person: Person, site: Site, upstream: Upstream, watch: Watch
) -> None:
    watch.expect(r"429 ")
    tab = person()
    site.seed("group", "Chess club", [tab.username])
    page = chief.open("/admin/accounts/budget/add/").page
    page.get_by_label("Name").fill("Chess club's messages")
    choose(page, "group", "Chess club")
    page.get_by_label("Limit").fill("1")
    press(page, "Save")
    told(page, "was added successfully")

    tab.ask("The first?")
    upstream.call().answer("Here you are.")
    tab.expect_state("completed")
    tab.ask("And one more?")
    expect(tab.get("answer-end")).to_contain_text("Your 1 message is used up. There is more from")

    page.get_by_role("link", name="Chess club's messages").first.click()
    press(page, "Top up")
    choose(page, "user", tab.username)
    check(page)
    page.get_by_label("amount").fill("2")
    page.get_by_label("reason").fill("For the tournament")
    press(page, "Top up")
    told(page, "The budget was topped up.")
    tab.click("retry")
    upstream.call().answer("Gladly.")
    tab.expect_text("Gladly.")
    tab.expect_state("completed")
