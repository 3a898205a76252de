"""Reading an answer: tables, footnotes, code, formulas, diagrams, pictures from elsewhere; on a desk and on a phone."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route

from aihelper.tests.e2e import reading
from aihelper.tests.e2e.browser import PHONE, Watch, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.test_phone import expect_no_sideways_scrolling
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PYTHON = re.compile(r"/assets/python-[^/]+\.js")
# Scrolls up to where the block of code ends a little above what is seen; says whether it did so already.
NEARLY_SEEN = """list => {
    const block = list.querySelector('[data-test=code-block]');
    const off = block ? block.getBoundingClientRect().bottom + 200 - list.getBoundingClientRect().top : -300;
    list.scrollBy({ top: off, behavior: 'instant' });
    return block && Math.abs(off) < 100;
}"""
# A browser with a voice, which reads until the test ends it.
VOICES = """
window.voices = { said: [], now: null, end: () => voices.now.onend() };
Object.defineProperty(window, 'speechSynthesis', { value: {
    speaking: false,
    getVoices: () => [{ lang: 'en-GB' }],
    addEventListener() {},
    speak(words) { voices.said.push([words.text, words.lang]); voices.now = words; this.speaking = true; },
    cancel() { this.speaking = false; },
} });
"""
PICTURES = "https://pictures.example.org"


def read(tab: Tab, upstream: Upstream, text: str) -> None:
    """Let the model answer with this."""
    tab.ask("Show me.")
    upstream.call().answer(text)
    tab.expect_state("completed")


def _leads(link: Locator, target: Locator) -> bool:
    """Whether a tap on the link brings the focus to the target."""
    link.click()
    return bool(target.evaluate("target => target === document.activeElement"))


@BOTH
def test_prose(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    read(tab, upstream, reading.PAPER["en"])
    expect(tab.text.locator(".tick")).to_have_count(4)
    expect(tab.text.get_by_role("link", name="the overview")).to_have_attribute("href", "https://example.org/overview")
    # A footnote leads to its text, and back.
    first = tab.text.locator("sup a").first
    note = tab.text.locator(".notes li").first
    # The text's end is drawn a frame or two after the answer has ended: a tap before that leads nowhere yet.
    expect(note).to_be_visible()
    tab.until(lambda: _leads(first, note))
    tab.until(lambda: _leads(note.get_by_role("link"), first))
    assert tab.page.evaluate("location.hash") == ""
    # A wide table scrolls in itself, the page does not.
    table = tab.text.locator(".table-scroll")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    expect_no_sideways_scrolling(tab)
    # Code in a list has its colours and its button.
    nested = tab.text.locator(".code.nested")
    expect(nested.locator("[class^=hljs]").first).to_be_visible()
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nested.get_by_role("button", name="Copy code").click()
    tab.until(lambda: tab.page.evaluate("navigator.clipboard.readText()") == "pip install reading-list  # once\n")


@BOTH
def test_code(person: Person, upstream: Upstream, tmp_path: Path, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    lines = "\n".join(f"value_{number} = {number}  # {'a long line ' * 8}" for number in range(1, 201))
    wide = reading.LONG_CODE.replace("on its page.", "on its page, by day and by night, to everybody who asks.")
    held: list[Route] = []
    tab.page.route(PYTHON, lambda route: held.append(route))
    read(tab, upstream, f"{wide}\n\n```nosuchlanguage\nplain\n```\n\n```python\n{lines}\n```")
    block = tab.get("code-block").first
    expect(block.locator(".code-label")).to_contain_text("inventory.py")
    expect(block.locator(".line.marked")).to_have_count(4)
    # It does not move when its colours come.
    block.locator(".line").first.scroll_into_view_if_needed()
    height = block.evaluate("block => block.offsetHeight")
    expect(block.locator("[class^=hljs]")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(block.locator(".hljs-keyword").first).to_be_visible()
    assert block.evaluate("block => block.offsetHeight") == height
    expect_no_sideways_scrolling(tab)
    # Wrapped here is wrapped everywhere, from now on.
    block.get_by_test_id("code-wrap").click()
    expect(block.get_by_test_id("code-wrap")).to_have_attribute("aria-pressed", "true")
    expect(tab.get("code-block").last).to_have_class(re.compile("wrapped"))
    assert block.evaluate("block => block.offsetHeight") > height
    assert block.locator("pre").evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    with tab.page.expect_download() as download:
        block.get_by_test_id("code-download").click()
    assert download.value.suggested_filename == "inventory.py"
    download.value.save_as(tmp_path / "inventory.py")
    assert (tmp_path / "inventory.py").read_text().startswith("def item_1(")
    # Long code that was written before comes folded.
    tab.page.reload()
    last = tab.get("code-block").last
    expect(last).to_have_class(re.compile("wrapped"))
    fold = last.get_by_test_id("code-fold")
    expect(fold).to_have_text("Show all 200 lines")
    fold.click()
    expect(last.locator(".line")).to_have_count(200)
    expect(fold).to_have_text("Fold")
    expect(tab.get("code-block").nth(1).locator("[class^=hljs]")).to_have_count(0)


@BOTH
def test_code_is_coloured_before_it_is_seen(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    far = "\n\n".join(f"Paragraph {number} of many." for number in range(1, 101))
    read(tab, upstream, f"```python\nx = 1  # one\n```\n\n{far}")
    tab.page.reload()
    expect(tab.text.get_by_text("Paragraph 100 of many.")).to_be_in_viewport()
    block = tab.get("code-block")
    expect(block.locator("[class^=hljs]")).to_have_count(0)
    # Nearer and nearer: what is drawn on the way changes how far it is.
    tab.until(lambda: tab.get("message-list").evaluate(NEARLY_SEEN))
    expect(block.locator(".hljs-number")).to_be_attached()
    expect(block).not_to_be_in_viewport()


@BOTH
def test_formulas(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    read(tab, upstream, reading.FORMULAS["en"])
    expect(tab.text.locator(".katex")).to_have_count(5)
    expect(tab.text.locator(".math-source")).to_have_text("$\\frac{1$")
    expect_no_sideways_scrolling(tab)
    tab.text.evaluate("text => getSelection().selectAllChildren(text.querySelector('p'))")
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.page.keyboard.press("Control+c")
    said = "Inline, $e^{i\\pi} + 1 = 0$ sits in a line that costs $5 or $10, and \\(\\sqrt[3]{x^2+1}\\) too."
    tab.until(lambda: tab.page.evaluate("navigator.clipboard.readText()") == said)


@BOTH
def test_diagrams(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen, color_scheme="light")
    read(tab, upstream, f"{reading.DIAGRAM['en']}\n\n```mermaid\nflowchart TD\n  A --> ((((\n```")
    first, last = tab.get("diagram").first, tab.get("diagram").last
    first.scroll_into_view_if_needed()
    expect(first).to_have_attribute("data-state", "drawn")
    svg = first.frame_locator("iframe").locator("svg").first
    expect(svg).to_contain_text("Signed in?")
    label = svg.locator("text, .nodeLabel").first
    before = label.evaluate("text => getComputedStyle(text).fill")
    tab.page.emulate_media(color_scheme="dark")
    expect(label).not_to_have_css("fill", before)
    block = tab.get("code-block").first
    expect(block.locator("pre")).to_be_hidden()
    block.get_by_test_id("diagram-source").click()
    expect(block.locator("pre")).to_contain_text("flowchart LR")
    # What cannot be drawn is shown, with a sentence.
    last.scroll_into_view_if_needed()
    expect(last).to_have_attribute("data-state", "wrong")
    expect(last).to_contain_text("has a mistake")
    expect(tab.get("code-block").last.locator("pre")).to_be_visible()
    expect_no_sideways_scrolling(tab)


def test_a_wide_diagram_stays_readable_and_is_enlarged(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE)
    read(tab, upstream, reading.DIAGRAM["en"])
    first = tab.get("diagram").first
    first.scroll_into_view_if_needed()
    expect(first).to_have_attribute("data-state", "drawn")
    inside = first.frame_locator("iframe")
    # Labels of 14 px are drawn as 12 px or more; what that makes too wide scrolls, and its edge says so.
    scale = "svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
    tab.until(lambda: inside.locator("svg").first.evaluate(scale) > 0.85)
    expect(inside.locator("body")).to_have_class("more-after")
    inside.locator(".scroller").evaluate("scroller => scroller.scrollTo(scroller.scrollWidth, 0)")
    expect(inside.locator("body")).to_have_class("more-before")
    inside.locator(".scroller").tap()
    dialog = tab.get("diagram-dialog")
    expect(dialog.get_by_test_id("diagram")).to_have_attribute("data-state", "drawn")
    drawing = dialog.frame_locator("iframe").locator("svg").first
    width = drawing.evaluate("svg => svg.getBoundingClientRect().width")
    before = drawing.evaluate("svg => getComputedStyle(svg).maxWidth")
    dialog.get_by_test_id("diagram-larger").tap()
    expect(dialog.get_by_test_id("diagram-zoom")).to_have_text("140%")
    expect(drawing).not_to_have_css("max-width", before)
    tab.until(lambda: drawing.evaluate("svg => svg.getBoundingClientRect().width") > 1.3 * width)
    dialog.get_by_test_id("dialog-close").tap()
    expect(dialog).to_be_hidden()
    tab.get("diagram-enlarge").first.tap()
    expect(dialog).to_be_visible()


@BOTH
def test_reasoning(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    tab.ask("Is it far?")
    call = upstream.call()
    call.say("First the **distance**,", kind="reasoning_content")
    box = tab.get("reasoning")
    head = box.get_by_role("button")
    # While it is thought: folded, with its last lines to follow.
    expect(head).to_have_text(re.compile(r"^Thinking…( \d+ s)?$"))
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(box.locator(".reasoning-latest")).to_contain_text("First the **distance**,")
    call.say(" then the way.", kind="reasoning_content")
    expect(box.locator(".reasoning-latest")).to_contain_text("then the way.")
    call.answer("Not far.")
    tab.expect_state("completed")
    # Then how long it took, and the whole of it for who opens it.
    expect(head).to_have_text(re.compile(r"^Thought for \d+ s$"))
    said = head.inner_text()
    expect_folded(tab)
    # The same for whoever comes later.
    tab.page.reload()
    expect(head).to_have_text(said)
    expect_folded(tab)


def expect_folded(tab: Tab) -> None:
    """The thoughts are folded; open them, and fold them again."""
    box = tab.get("reasoning")
    head = box.get_by_role("button")
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(box).not_to_contain_text("distance")
    head.click()
    expect(head).to_have_attribute("aria-expanded", "true")
    expect(box.locator("strong")).to_have_text("distance")
    expect(box).to_contain_text("then the way.")
    expect_no_sideways_scrolling(tab)
    head.click()
    expect(box).not_to_contain_text("distance")


@BOTH
def test_an_answer_is_read_aloud_where_there_are_voices(
    person: Person, upstream: Upstream, screen: dict[str, Any]
) -> None:
    tab = person(**screen)
    tab.page.add_init_script(VOICES)
    tab.page.reload()
    read(tab, upstream, "The **first** thing.\n\n```js\ncode()\n```\n\n还有第二件事。")
    tab.answer.get_by_test_id("message-more").click()
    tab.click("menu-read")
    stop = tab.answer.get_by_test_id("stop-reading")
    expect(stop).to_be_visible()
    first, second = ["The first thing.", "en"], ["还有第二件事。", "zh-CN"]
    assert tab.page.evaluate("voices.said") == [first]
    tab.page.evaluate("voices.end()")
    assert tab.page.evaluate("voices.said") == [first, second]
    expect_no_sideways_scrolling(tab)
    stop.click()
    expect(stop).to_have_count(0)
    assert tab.page.evaluate("speechSynthesis.speaking") is False


def test_no_reading_aloud_without_voices(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.page.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: { getVoices: () => [] } })")
    tab.page.reload()
    read(tab, upstream, "Silence.")
    tab.answer.get_by_test_id("message-more").click()
    expect(tab.get("menu-copy-text")).to_be_visible()
    expect(tab.get("menu-read")).to_have_count(0)


@BOTH
def test_pictures_from_elsewhere(person: Person, upstream: Upstream, watch: Watch, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    watch.allow(f"{PICTURES}/")
    asked: list[dict[str, str]] = []

    def give(route: Route) -> None:
        asked.append(route.request.headers)
        if "missing" in route.request.url:
            watch.expect("404")
            route.fulfill(status=404)
        else:
            route.fulfill(body=PIXEL, content_type="image/png")

    tab.page.context.route(f"{PICTURES}/**", give)
    read(tab, upstream, f"![A castle]({PICTURES}/castle.png) and\n\n- ![gone]({PICTURES}/missing.png)")
    chips = tab.text.locator("a.remote-image")
    expect(chips).to_have_text(["A castlepictures.example.org", "gonepictures.example.org"])
    assert asked == []
    chips.first.click()
    picture = tab.get("remote-picture")
    expect(picture).to_have_attribute("data-state", "shown")
    expect(picture).to_contain_text("Picture from pictures.example.org")
    assert len(asked) == 1
    assert "referer" not in asked[0] and "cookie" not in asked[0]
    chips.first.click()
    expect(picture).to_have_count(0)
    chips.last.click()
    expect(picture).to_have_attribute("data-state", "failed")
    expect(picture).to_contain_text("could not be loaded")
