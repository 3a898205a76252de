"""Writing a question: what Enter means, what is kept, what is too long."""

import re
from typing import Any

import pytest

from aihelper.tests.e2e.browser import DESK, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]

LIMIT = 100_000  # AIHELPER_MAX_MESSAGE_CHARS


def test_shift_and_enter_begin_a_line_and_enter_sends(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.get("composer").press_sequentially("first")
    tab.get("composer").press("Shift+Enter")
    tab.get("composer").press_sequentially("second")
    tab.get("composer").press("Enter")
    call = upstream.call()
    assert call.last_said["content"] == "first\nsecond"
    call.answer("Two lines.")
    tab.expect_state("completed")
    expect(tab.get("composer")).to_have_value("")
    expect(tab.get("composer")).to_be_focused()


def test_enter_that_ends_a_composition_does_not_send(person: Person) -> None:
    """As an input method for Chinese does it: the Enter that takes the candidate belongs to it."""
    tab = person()
    composer = tab.get("composer")
    composer.fill("ni hao")
    composer.evaluate(
        """area => {
            const press = options => area.dispatchEvent(new KeyboardEvent("keydown",
                { key: "Enter", bubbles: true, cancelable: true, ...options }));
            area.dispatchEvent(new CompositionEvent("compositionstart"));
            press({ isComposing: true, keyCode: 229 });
            area.dispatchEvent(new CompositionEvent("compositionend", { data: "你好" }));
            press({ keyCode: 229 });
        }"""
    )
    expect(composer).to_have_value("ni hao")
    expect(tab.get("message-user")).to_have_count(0)


def test_enter_can_begin_a_line_by_choice(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.user_menu("settings")
    tab.click("settings-tab-writing")
    with tab.page.expect_response(re.compile("/api/user/info")):
        tab.get("settings-send-key").get_by_text("Ctrl + Enter").click()
    tab.page.reload()
    tab.get("composer").press_sequentially("first")
    tab.get("composer").press("Enter")
    tab.get("composer").press_sequentially("second")
    expect(tab.get("composer")).to_have_value("first\nsecond")
    tab.get("composer").press("Control+Enter")
    upstream.call().answer("Two lines.")
    tab.expect_state("completed")


def test_a_draft_outlives_a_reload(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("The first question?")
    upstream.call().answer("Yes.")
    tab.expect_state("completed")
    session = tab.session_id
    tab.get("composer").press_sequentially("The second, half")
    tab.page.reload()
    expect(tab.get("composer")).to_have_value("The second, half")
    tab.click("new-chat")
    expect(tab.get("composer")).to_have_value("")
    tab.row(session).get_by_role("link").click()
    expect(tab.get("composer")).to_have_value("The second, half")


def test_what_is_too_long_cannot_be_sent_and_says_why(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.get("composer").fill("x" * (LIMIT + 1))
    expect(tab.get("composer-note")).to_contain_text("100,001")
    expect(tab.get("send")).to_be_disabled()
    tab.get("composer").fill("x" * LIMIT)
    tab.click("send")
    call = upstream.call()
    assert len(call.last_said["content"]) == LIMIT
    call.answer("That was long.")
    tab.expect_text("That was long.")


@BOTH
def test_the_field_grows_with_its_text_and_the_end_stays_in_sight(
    person: Person, upstream: Upstream, screen: dict[str, Any]
) -> None:
    tab = person(**screen)
    tab.ask("Go on.")
    call = upstream.call()
    # Of a long text only what is near is drawn.
    call.say("A line.\n\n" * 60 + "So far.\n\n")
    expect(tab.text.get_by_text("So far.")).to_be_in_viewport()
    one = height(tab)
    tab.get("composer").fill("1\n2\n3\n4")
    four = height(tab)
    assert four > one + 40
    tab.get("composer").fill("many\n" * 100)
    assert four < height(tab) <= 0.4 * screen["viewport"]["height"] + 1
    # It takes room from the conversation, and gives it back: whoever was at the end is still there.
    tab.get("composer").fill("")
    expect(tab.get("to-latest")).to_be_hidden()
    call.say("The last line.")
    expect(tab.text.get_by_text("The last line.")).to_be_in_viewport()
    call.finish()
    tab.expect_state("completed")


def height(tab: Tab) -> float:
    """Of the field that is written in, in pixels."""
    box = tab.get("composer").bounding_box()
    assert box
    return box["height"]


def test_arrow_up_edits_the_last_message_and_nothing_of_it_is_lost(person: Person, upstream: Upstream) -> None:
    tab = person(**DESK)
    tab.ask("The first?")
    upstream.call().answer("Yes.")
    tab.expect_state("completed")
    tab.ask("The secnd?")
    upstream.call().answer("Yes.")
    tab.expect_state("completed")
    # With words in the field the key moves in them.
    tab.get("composer").fill("words")
    tab.get("composer").press("ArrowUp")
    expect(tab.get("edit-input")).to_have_count(0)
    tab.get("composer").fill("")
    tab.get("composer").press("ArrowUp")
    expect(tab.get("edit-input")).to_be_focused()
    expect(tab.get("edit-input")).to_have_value("The secnd?")
    tab.get("edit-input").fill("The second, ra")
    tab.page.reload()
    # There is nothing to edit before the conversation is there again.
    tab.expect_state("completed")
    tab.get("composer").press("ArrowUp")
    expect(tab.get("edit-input")).to_have_value("The second, ra")
    tab.get("edit-input").press_sequentially("ther?")
    tab.get("edit-input").press("Control+Enter")
    call = upstream.call()
    assert call.last_said["content"] == "The second, rather?"
    call.answer("Yes.")
    tab.expect_state("completed")
    expect(tab.get("siblings").last).to_contain_text("2/2")
