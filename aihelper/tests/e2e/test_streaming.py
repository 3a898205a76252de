"""An answer on its way: word by word, over a reload, into a second tab, stopped, asked again, continued."""

from typing import Any

import pytest

from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import PHONE_TOO, Person
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import TITLE, Upstream

pytestmark = pytest.mark.e2e

WORDS = ("One", " two", " three", " four", " five")


def expect_one_exchange(tab: Tab) -> None:
    """A question and an answer, whatever became of the answer: no version is shown beside another."""
    expect(tab.get("message-user")).to_have_count(1)
    expect(tab.get("message-assistant")).to_have_count(1)


def test_the_words_arrive_one_after_another(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Count to five.")
    call = upstream.call()
    assert call.last_said == {"role": "user", "content": "Count to five."}
    expect(tab.get("message-user")).to_have_text("Count to five.")
    for number, word in enumerate(WORDS, 1):
        call.say(word)
        tab.expect_text("".join(WORDS[:number]))
        tab.expect_state("running")
    call.finish()
    tab.expect_state("completed")
    tab.expect_text("One two three four five")
    expect(tab.row(tab.session_id)).to_contain_text(TITLE)
    # The conversation so far is sent along; thoughts come before the answer.
    tab.ask("And then?")
    call = upstream.call()
    said = [
        (message["role"], message["content"]) for message in call.request["messages"] if message["role"] != "system"
    ]
    assert said == [("user", "Count to five."), ("assistant", "One two three four five"), ("user", "And then?")]
    call.say("Let me see", kind="reasoning_content")
    expect(tab.get("reasoning")).to_be_visible()
    tab.get("reasoning").get_by_role("button").click()
    expect(tab.get("reasoning")).to_contain_text("Let me see")
    call.answer("Six.")
    tab.expect_text("Six.")


def test_a_reload_half_way_shows_the_text_so_far_and_goes_on(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Tell me a story.")
    call = upstream.call()
    call.say("Once upon")
    tab.expect_text("Once upon")
    tab.page.reload()
    tab.expect_text("Once upon")
    tab.expect_state("running")
    call.say(" a time")
    tab.expect_text("Once upon a time")
    call.finish()
    tab.expect_state("completed")
    tab.page.reload()
    tab.expect_text("Once upon a time")


def test_the_answer_is_complete_after_the_tab_was_closed(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Take your time.")
    call = upstream.call()
    call.say("Slowly")
    tab.expect_text("Slowly")
    address = tab.page.url
    later = Tab(tab.page.context.new_page(), tab.origin)
    tab.page.close()
    call.answer(", but to the end.")
    later.page.goto(address)
    later.expect_text("Slowly, but to the end.")
    later.expect_state("completed")


def test_a_second_tab_follows_and_stops_the_answer_in_both(person: Person, upstream: Upstream) -> None:
    first = person()
    first.ask("Go on and on.")
    call = upstream.call()
    call.say("On")
    first.expect_text("On")
    second = first.another(f"/c/{first.session_id}")
    second.expect_text("On")
    for more, so_far in ((" and", "On and"), (" on", "On and on")):
        call.say(more)
        first.expect_text(so_far)
        second.expect_text(so_far)
    second.click("stop")
    assert call.closed.wait(HANG_SECONDS), "the provider's connection stayed open"
    for tab in (second, first):
        tab.expect_state("stopped")
        tab.expect_text("On and on")
        expect(tab.get("send")).to_be_visible()


@PHONE_TOO
def test_a_stopped_answer_is_continued_as_one(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    tab.ask("Name the days.")
    upstream.call().say("Monday, Tuesday,")
    tab.expect_text("Monday, Tuesday,")
    tab.click("stop")
    tab.expect_state("stopped")
    tab.click("continue")
    again = upstream.call()
    assert {"role": "assistant", "content": "Monday, Tuesday,"} in again.request["messages"]
    again.say(" Wednesday,")
    tab.expect_text("Monday, Tuesday, Wednesday,")
    # The same after a reload.
    tab.page.reload()
    tab.expect_text("Monday, Tuesday, Wednesday,")
    tab.click("stop")
    tab.expect_state("stopped")
    tab.click("continue")
    upstream.call().answer(" Thursday")
    tab.expect_text("Monday, Tuesday, Wednesday, Thursday")
    tab.expect_state("completed")
    expect_one_exchange(tab)
    tab.page.reload()
    tab.expect_text("Monday, Tuesday, Wednesday, Thursday")


def test_an_answer_is_asked_for_again_and_a_question_edited(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Pick a colour.")
    upstream.call().answer("Red.")
    tab.expect_state("completed")
    tab.answer.hover()
    tab.click("regenerate")
    call = upstream.call()
    call.say("Blu")
    tab.expect_text("Blu")
    call.answer("e.")
    tab.expect_text("Blue.")
    tab.expect_state("completed")
    expect_one_exchange(tab)
    tab.answer.hover()
    tab.click("sibling-previous")
    tab.expect_text("Red.")
    tab.page.reload()
    tab.expect_text("Red.")
    # The question is edited.
    tab.get("message-user").hover()
    tab.click("edit")
    tab.get("edit-input").fill("What is three and three?")
    tab.click("edit-send")
    call = upstream.call()
    assert call.last_said["content"] == "What is three and three?"
    call.answer("Six.")
    tab.expect_text("Six.")
    expect(tab.get("message-user")).to_contain_text("What is three and three?")


def test_an_error_is_a_sentence_with_a_way_out(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Will it work?")
    upstream.call().refuse(400, "secret words of the provider")
    tab.expect_state("failed")
    expect(tab.get("answer-end")).to_be_visible()
    expect(tab.answer).not_to_contain_text("secret words")
    tab.click("retry")
    upstream.call().answer("Now it does.")
    tab.expect_text("Now it does.")
    tab.expect_state("completed")
