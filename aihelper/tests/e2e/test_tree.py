"""The tree in the page: models side by side, versions, editing, branching, deleting, rating, details."""

import pytest
from playwright.sync_api import Locator

from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.tests.e2e.browser import PHONE, expect
from aihelper.tests.e2e.conftest import Person
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.test_phone import expect_no_sideways_scrolling
from aihelper.tests.e2e.upstream import Upstream

# One kind of server: what differs between them is tested elsewhere.
ONE = pytest.mark.parametrize("shared_site", ["uvicorn"], indirect=True, scope="session")
pytestmark = [pytest.mark.e2e, ONE]


def exchange(tab: Tab, upstream: Upstream, question: str, answer: str, shown: str | None = None) -> None:
    """A question with its answer."""
    tab.ask(question)
    upstream.call().answer(answer)
    tab.expect_text(shown or answer)
    tab.expect_state("completed")


def questions(tab: Tab) -> Locator:
    return tab.get("message-user")


def menu(tab: Tab, message: Locator, item: str) -> None:
    """Choose something in the menu of a message."""
    message.hover()
    message.get_by_test_id("message-more").click()
    tab.click(f"menu-{item}")


def second_tab(first: Tab) -> Tab:
    """Another tab of the same person, at the same address."""
    tab = Tab(first.page.context.new_page(), first.origin)
    tab.page.goto(first.page.url)
    expect(tab.get("message-user").first).to_be_visible()
    return tab


def test_two_models_side_by_side_and_versions(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.click("compare-next")
    tab.get("panel-compare-next").locator('[data-model="thorough"]').click()
    expect(tab.get("compare-chip")).to_contain_text("thorough")
    tab.ask("Which is better?")
    calls = sorted((upstream.call(), upstream.call()), key=lambda call: call.model)
    assert [call.model for call in calls] == ["swift", "thorough"]
    expect(tab.get("compare-chip")).to_have_count(0)
    columns = tab.get("compare-column")
    for call, text in zip(calls, ("The left", "The right"), strict=True):
        call.say(text)
    expect(columns.nth(0).get_by_test_id("message-content")).to_have_text("The left")
    expect(columns.nth(1).get_by_test_id("message-content")).to_have_text("The right")
    # Another tab shows the same, and both go on.
    other = second_tab(tab)
    expect(other.get("compare-column")).to_have_count(2)
    columns.nth(0).get_by_test_id("compare-stop").click()
    assert calls[0].closed.wait(HANG_SECONDS)
    calls[1].answer(" one.")
    expect(other.get("compare-column").nth(1).get_by_test_id("message-content")).to_have_text("The right one.")
    expect(columns.nth(0).get_by_test_id("message-assistant")).to_have_attribute("data-status", "stopped")
    columns.nth(1).get_by_test_id("compare-choose").click()
    for each in (tab, other):
        expect(each.get("compare")).to_have_count(0)
        each.expect_text("The right one.")
    # Versions of an answer by the keyboard: the focus stays, and another tab follows.
    expect(tab.answer.get_by_test_id("siblings")).to_contain_text("2/2")
    tab.get("sibling-previous").focus()
    tab.page.keyboard.press("ArrowLeft")
    for each in (tab, other):
        each.expect_text("The left")
    expect(tab.get("sibling-previous")).to_be_focused()
    # An edited question begins a branch of its own, which goes on while another one is looked at.
    question = questions(tab).first
    question.hover()
    question.get_by_test_id("edit").click()
    tab.get("edit-input").fill("Which shape?")
    tab.get("edit-input").press("Control+Enter")
    running = upstream.call()
    running.say("Ro")
    tab.expect_text("Ro")
    questions(tab).first.get_by_test_id("sibling-previous").click()
    expect(questions(tab)).to_contain_text(["Which is better?"])
    tab.answer.get_by_test_id("regenerate").click()
    upstream.call().answer("Green.")
    tab.expect_text("Green.")
    running.answer("und.")
    questions(tab).first.get_by_test_id("sibling-next").click()
    tab.expect_text("Round.")
    tab.expect_state("completed")


def test_messages_are_copied_rated_looked_into_branched_and_deleted(person: Person, upstream: Upstream) -> None:
    tab = person(permissions=["clipboard-read", "clipboard-write"])
    exchange(tab, upstream, "One?", "**Yes**, one.", "Yes, one.")
    exchange(tab, upstream, "Two?", "Yes, two.")
    tab.get("copy").first.click()
    tab.page.wait_for_function("navigator.clipboard.readText().then((text) => text === '**Yes**, one.')")
    tab.get("rate-bad").last.click()
    tab.click("reason-inaccurate")
    tab.get("rating-comment").fill("It was somebody else.")
    tab.click("rating-save")
    expect(tab.get("rate-bad").last).to_have_attribute("aria-pressed", "true")
    menu(tab, tab.answer, "details")
    expect(tab.get("fact-completionTokens")).to_contain_text("11")
    tab.page.keyboard.press("Escape")
    # A branch takes what was said so far; from the notice it is one step back.
    first = tab.session_id
    menu(tab, tab.get("message-assistant").first, "branch")
    expect(questions(tab)).to_have_text(["One?"])
    tab.until(lambda: tab.session_id != first)
    tab.click("notice-action")
    expect(questions(tab)).to_have_text(["One?", "Two?"])
    # Deleted and taken back; then for good, and the rating is still there.
    menu(tab, questions(tab).first, "delete")
    expect(questions(tab)).to_have_text(["Two?"])
    tab.get("notice-action").filter(has_text="Undo").click()  # the notice of the branch may still be leaving
    expect(questions(tab)).to_have_text(["One?", "Two?"])
    menu(tab, questions(tab).first, "delete")
    expect(questions(tab)).to_have_text(["Two?"])
    tab.page.reload()
    expect(questions(tab)).to_have_text(["Two?"])
    expect(tab.get("message-content")).to_have_text(["Yes, two."])
    expect(tab.get("rate-bad")).to_have_attribute("aria-pressed", "true")
    # A question without an answer gets one.
    menu(tab, tab.answer, "delete")
    expect(tab.get("message-assistant")).to_have_count(0)
    tab.page.reload()
    tab.click("answer-it")
    upstream.call().answer("Again, two.")
    tab.expect_text("Again, two.")


def test_on_a_phone(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE)
    tab.ready()
    expect(tab.get("compare-next")).to_be_hidden()
    tab.get("composer-add").tap()
    tab.get("add-compare").tap()
    sheet = tab.get("panel-compare-next")
    expect(sheet).to_be_in_viewport()
    sheet.locator('[data-model="thorough"]').tap()
    expect(tab.get("compare-chip")).to_contain_text("thorough")
    tab.ask("Which?")
    # Both are asked at the same time: which call comes first nobody knows.
    for call in (upstream.call(), upstream.call()):
        call.answer("That one." if call.model == "thorough" else "This one.")
    expect(tab.get("compare-column").nth(0)).to_be_visible()
    expect(tab.get("compare-column").nth(1)).to_be_hidden()
    tab.get("compare-tab").nth(1).tap()
    expect(tab.get("compare-column").nth(1)).to_be_visible()
    expect_no_sideways_scrolling(tab)
    tab.get("compare-column").nth(1).get_by_test_id("compare-choose").tap()
    expect(tab.get("compare")).to_have_count(0)
    tab.expect_text("That one.")
    expect(tab.get("rate-bad")).to_be_hidden()
    tab.answer.get_by_test_id("message-more").tap()
    tab.get("menu-bad").tap()
    tab.get("reason-length").tap()
    tab.get("rating-save").tap()
    expect(tab.get("rating-form")).to_have_count(0)
    expect_no_sideways_scrolling(tab)
