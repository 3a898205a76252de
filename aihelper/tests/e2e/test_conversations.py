"""The list in the sidebar: titles, deleting with a way back, the time filter, a second device."""

import pytest

from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("daphne")]


def conversation(tab: Tab, upstream: Upstream, question: str) -> str:
    """Have a short conversation of its own; returns its id."""
    tab.click("new-chat")
    expect(tab.get("message-user")).to_have_count(0)
    tab.ask(question)
    upstream.call().answer("Yes.")
    tab.expect_state("completed")
    expect(tab.get("message-user")).to_have_text(question)
    return tab.session_id


def test_a_title_is_given_by_hand_and_stays(person: Person, upstream: Upstream) -> None:
    tab = person()
    session = conversation(tab, upstream, "Shall we?")
    tab.choose(session, "rename")
    tab.get("session-rename-input").fill("Our plans")
    tab.get("session-rename-input").press("Enter")
    expect(tab.row(session)).to_contain_text("Our plans")
    tab.page.reload()
    expect(tab.row(session)).to_contain_text("Our plans")


def test_what_is_deleted_can_be_taken_back(person: Person, upstream: Upstream) -> None:
    tab = person()
    kept = conversation(tab, upstream, "The first?")
    doomed = conversation(tab, upstream, "The second?")
    tab.choose(doomed, "delete")
    expect(tab.rows).to_have_count(1)
    expect(tab.get("message-user")).to_have_count(0)
    tab.click("notice-action")
    expect(tab.rows).to_have_count(2)
    tab.row(doomed).get_by_role("link").click()
    expect(tab.get("message-user")).to_have_text("The second?")
    # Deleted while another is open, and gone after a reload.
    tab.row(kept).get_by_role("link").click()
    expect(tab.get("message-user")).to_have_text("The first?")
    tab.choose(doomed, "delete")
    expect(tab.rows).to_have_count(1)
    tab.page.reload()
    expect(tab.row(kept)).to_be_visible()
    expect(tab.row(doomed)).to_have_count(0)


def test_a_deleted_conversation_leaves_the_other_tab(person: Person, upstream: Upstream) -> None:
    first = person()
    session = conversation(first, upstream, "Where to?")
    second = first.another()
    expect(second.row(session)).to_be_visible()
    first.choose(session, "delete")
    expect(first.row(session)).to_have_count(0)
    first.page.reload()  # at once: what was shown as done is done; and takes away the way back
    expect(second.row(session)).to_have_count(0)


def test_the_list_is_filtered_by_time(person: Person, upstream: Upstream, site: Site) -> None:
    tab = person()
    old = conversation(tab, upstream, "A question of last month?")
    new = conversation(tab, upstream, "A question of today?")
    site.backdate(old, days=40)
    tab.page.reload()
    expect(tab.rows).to_have_count(2)
    for period in ("today", "week", "month"):
        tab.click("filter-open")
        tab.click(f"filter-{period}")
        expect(tab.get("filter-chip")).to_be_visible()
        expect(tab.row(new)).to_be_visible()
        expect(tab.row(old)).to_have_count(0)
    tab.click("filter-chip-clear")
    expect(tab.rows).to_have_count(2)
    expect(tab.get("filter-chip")).to_have_count(0)
    # By the calendar.
    tab.click("filter-open")
    date = tab.get("filter-to").locator("input")
    date.fill("2001-02-03")
    date.press("Enter")
    tab.click("filter-apply")
    expect(tab.get("sessions-empty")).to_be_visible()
    expect(tab.rows).to_have_count(0)
    tab.click("filter-open")
    tab.click("filter-clear")
    expect(tab.rows).to_have_count(2)


def test_a_new_conversation_appears_on_the_other_device(visitor: Person, person: Person, upstream: Upstream) -> None:
    desk = person()
    phone = visitor(storage_state=desk.page.context.storage_state()).open()
    expect(phone.get("sessions-empty")).to_be_visible()
    desk.ask("Are you there?")
    call = upstream.call()
    call.say("I am")
    desk.expect_text("I am")
    row = phone.row(desk.session_id)
    expect(row).to_have_attribute("data-generating", "true")
    row.get_by_role("link").click()
    phone.expect_text("I am")
    call.answer(" here.")
    phone.expect_text("I am here.")
    expect(row).to_have_attribute("data-generating", "false")


def test_the_model_and_the_role_are_chosen(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.click("model-picker")
    expect(tab.get("model-option")).to_have_count(2)
    tab.page.locator('[data-model="thorough"]').click()
    tab.click("role-picker")
    tab.page.locator('[data-role="teacher"]').click()
    tab.ask("Explain gravity.")
    call = upstream.call()
    assert call.model == "thorough"
    assert call.request["messages"][0]["role"] == "system"
    call.answer("It pulls.")
    tab.expect_state("completed")
    expect(tab.answer).to_contain_text("thorough")
    tab.page.reload()
    expect(tab.get("model-picker")).to_contain_text("thorough")


def test_a_conversation_of_somebody_else_does_not_exist(person: Person, upstream: Upstream, watch: Watch) -> None:
    session = conversation(person(), upstream, "Is this private?")
    other = person()
    watch.expect(rf"404 .*/api/chat/(session|drafts)/{session}")
    other.open(f"/c/{session}")
    expect(other.page.get_by_text("does not exist, or it is not yours")).to_be_visible()
