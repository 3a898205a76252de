"""For tired eyes and other hands: large zoom, no motion, other directions of writing, words for screen readers."""

from typing import Any

import pytest
from playwright.sync_api import Locator

from aihelper.tests.e2e.browser import DESK, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]

# What a window of 1440 x 900 is at 200 %, and one of 1280 x 1024 at 400 % (WCAG 1.4.4 and 1.4.10), in CSS pixels.
ZOOMED = [{"width": 720, "height": 450}, {"width": 320, "height": 256}]
MOVES = """() => [...document.querySelectorAll('*')].filter((each) => {
    const style = getComputedStyle(each);
    const long = (times) => times.split(',').some((time) => parseFloat(time) > 0.02);
    return (style.animationName !== 'none' && long(style.animationDuration)) || long(style.transitionDuration);
}).map((each) => each.outerHTML.slice(0, 120))"""
FITS = """() => document.documentElement.scrollWidth <= innerWidth
    && [...document.querySelectorAll('main, main > *, article, form')]
        .every((each) => each.getBoundingClientRect().right <= innerWidth)"""
ARABIC = "مرحبا بالعالم، كيف حالك اليوم؟"


def expect_to_fit(tab: Tab) -> None:
    """Nothing in the conversation is wider than the window."""
    assert tab.page.evaluate(FITS)


def side(text: Locator) -> str:
    """On which side of its box the first line of a text begins."""
    found = text.evaluate(
        """(box) => {
            const range = document.createRange();
            range.selectNodeContents(box);
            const [line] = range.getClientRects(), outer = box.getBoundingClientRect();
            return line.left - outer.left < outer.right - line.right ? 'left' : 'right';
        }"""
    )
    return str(found)


@pytest.mark.parametrize("size", ZOOMED, ids=["200%", "400%"])
def test_at_a_large_zoom(person: Person, upstream: Upstream, size: dict[str, int]) -> None:
    tab = person(viewport=size)
    expect(tab.get("suggestion").first).to_be_attached()
    # Nothing is left empty below the field while the suggestions have too little room.
    box = tab.get("composer").bounding_box()
    assert box
    assert box["y"] + box["height"] > size["height"] - 60
    tab.get("suggestion").last.click()
    expect(tab.get("composer")).not_to_have_value("")
    expect_to_fit(tab)
    tab.ask("Show me.")
    upstream.call().answer("| a | b |\n|---|---|\n| 1 | " + "very long words " * 20 + " |\n\nThe end of it.")
    tab.expect_state("completed")
    expect(tab.text.get_by_text("The end of it.")).to_be_in_viewport()
    expect(tab.get("composer")).to_be_in_viewport()
    expect_to_fit(tab)
    for opener, inside in (
        ("sidebar-open", "new-chat"),
        ("model-picker", "model-option"),
        ("message-more", "menu-delete"),
    ):
        tab.get(opener).last.click()
        item = tab.get(inside).last
        item.scroll_into_view_if_needed()
        expect(item).to_be_in_viewport()
        tab.page.keyboard.press("Escape")
        expect(item).not_to_be_in_viewport()


def test_nothing_moves_for_who_wants_no_motion(person: Person, upstream: Upstream) -> None:
    tab = person(**DESK, reduced_motion="reduce")
    tab.ask("Slowly, please.")
    call = upstream.call()
    call.say("Let me see", kind="reasoning_content")
    expect(tab.get("reasoning")).to_be_visible()
    assert tab.page.evaluate(MOVES) == []
    call.answer("Done.")
    tab.expect_state("completed")
    tab.get("message-more").last.click()
    expect(tab.get("menu-delete")).to_be_visible()
    assert tab.page.evaluate(MOVES) == []


def test_an_answer_is_announced_by_the_sentence(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Tell me two things.")
    call = upstream.call()
    said = tab.get("announcer")
    expect(said).to_have_attribute("aria-live", "polite")
    call.say("The first thing is **short**. The second one is no")
    expect(said).to_contain_text("The first thing is short.")
    expect(said).not_to_contain_text("The second")
    call.say("t finished yet.")
    call.finish()
    tab.expect_state("completed")
    expect(said).to_contain_text("The second one is not finished yet.")
    expect(tab.page.get_by_role("status").filter(has_text="The answer is complete")).to_be_attached()
    # Nobody's focus was taken away for it.
    expect(tab.get("composer")).to_be_focused()


@BOTH
def test_writing_from_right_to_left(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    tab.ask(f"{ARABIC}\n\nAnd in English?")
    upstream.call().answer(f"{ARABIC}\n\n- {ARABIC}\n- Hello\n\n```python\nprint(1)\n```")
    tab.expect_state("completed")
    assert tab.get("composer").evaluate("field => field.dir") == "auto"
    assert side(tab.text.locator("p").first) == "right"
    assert side(tab.text.locator("li").first) == "right"
    assert side(tab.text.locator("li").last) == "left"
    expect(tab.get("code-block").locator("pre")).to_have_css("direction", "ltr")
    # A paragraph in another direction has its own, also in a question.
    lines = (
        tab.get("message-user")
        .locator(".bubble > div")
        .first.evaluate(
            """(box) => {
            const range = document.createRange(), outer = box.getBoundingClientRect(), text = box.firstChild;
            return [0, text.data.indexOf('And')].map((at) => {
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                const letter = range.getBoundingClientRect();
                return letter.left - outer.left < outer.right - letter.right ? 'left' : 'right';
            });
        }"""
        )
    )
    assert lines == ["right", "left"]


@BOTH
def test_a_word_without_an_end_makes_nothing_wider(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    word = "W" * 2000
    tab.ask(word)
    upstream.call().answer(f"{word}\n\n# {word}\n\n- {word}\n\n> `{word}`")
    tab.expect_state("completed")
    expect_to_fit(tab)
    for part in tab.text.locator("p, h1, li, blockquote").all():
        assert part.evaluate("part => part.scrollWidth <= part.clientWidth + 1"), part.evaluate("part => part.tagName")
    tab.get("message-user").hover()
    tab.get("edit").click()
    expect(tab.get("edit-input")).to_have_value(word)
    expect(tab.get("edit-send")).to_be_in_viewport(ratio=1)
    expect_to_fit(tab)
