"""Announcements: there with the page, coming and going without a reload, closed on all devices."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from aihelper.tests.e2e.accessibility import check
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab

pytestmark = [pytest.mark.e2e, on("uvicorn")]
WORDS = "**Down** on Saturday from 9 to 11. [Why](https://example.com/why)"
# How far things jumped that nobody touched, from the first paint on.
SHIFTS = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
MAX_SHIFT = 0.02


@pytest.fixture(autouse=True)
def _none_left(site: Site) -> Iterator[None]:
    """The site is shared."""
    yield
    site.seed("no_announcements")


def live(tab: Tab, path: str = "/") -> Tab:
    """Load the page anew, and wait until the server has greeted its socket: from then on it hears of everything."""
    greeted: list[object] = []
    tab.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: greeted.append(frame)))
    tab.open(path)
    tab.until(lambda: bool(greeted))
    return tab


def shift(page: Page) -> float:
    return float(page.evaluate("() => new Promise((done) => setTimeout(() => done(window.__shift), 300))"))


@BOTH
def test_one_comes_and_goes_without_a_reload(person: Person, site: Site, screen: dict[str, Any]) -> None:
    tab = live(person(**screen))
    number = site.seed("announce", tab.username, "For you alone", "warning")
    expect(tab.get("announcement")).to_have_attribute("data-level", "warning")
    expect(tab.get("announcement")).to_contain_text("For you alone")
    site.seed("withdraw", number)
    expect(tab.get("announcement")).to_have_count(0)


@BOTH
def test_it_is_there_with_the_page_and_moves_nothing(person: Person, site: Site, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    site.seed("announce", tab.username, WORDS, "info")
    session = site.seed("conversation", tab.username, "Logs", ["How?", "So."] * 8)
    tab.page.context.add_init_script(SHIFTS)
    for path in ("/", f"/c/{session}"):
        tab.open(path)
        expect(tab.get("announcement").get_by_role("link", name="Why")).to_have_attribute("target", "_blank")
        expect(tab.get("announcement").locator("strong")).to_have_text("Down")
        expect(tab.get("composer")).to_be_visible()
        if path != "/":
            expect(tab.text).to_have_text("So.")
        assert shift(tab.page) <= MAX_SHIFT
        assert tab.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    check(tab, "announcement", "announcement-close")


# Where the messages in sight (or the greeting) begin, in pixels from the top of the screen, in each frame as it was
# painted: a message to oneself comes after the frame in which it was posted. Twice in a row: on a busy machine it
# comes late, between a change and the frame that evens it out, and what it sees then is never painted.
PAINTED = """
window.__tops = () => [...document.querySelectorAll(".slot, .welcome h1")]
  .map((each) => Math.round(each.getBoundingClientRect().top)).filter((top) => top > 52 && top < innerHeight).join(" ");
window.__painted = [];
const frame = new MessageChannel();
frame.port1.onmessage = () => {
  const tops = window.__tops();
  if (tops === window.__last && window.__painted.at(-1) !== tops) window.__painted.push(tops);
  window.__last = tops;
  requestAnimationFrame(() => frame.port2.postMessage(0));
};
frame.port2.postMessage(0);
"""


def at_rest(tab: Tab) -> str:
    """Where they are, once they are there twice."""
    seen = [""]

    def same() -> bool:
        seen.append(str(tab.page.evaluate("() => window.__tops()")))
        return bool(seen[-1]) and seen[-1] == seen[-2]

    tab.until(same, pause=200)
    return seen[-1]


@BOTH
@pytest.mark.parametrize("place", ["new", "short", "end", "middle"])
def test_one_that_comes_and_goes_moves_nothing_that_is_read(
    person: Person, site: Site, screen: dict[str, Any], place: str
) -> None:
    """Chromium counts what grows above and is scrolled by as much in the same frame, so the frames are looked at."""
    tab = person(**screen)
    texts = ["How?", "So."] if place == "short" else ["How?", "So.\n\n" * 12] * 8
    session = site.seed("conversation", tab.username, "Logs", texts)
    tab.page.context.add_init_script(SHIFTS)
    tab.page.context.add_init_script(PAINTED)
    live(tab, "/" if place == "new" else f"/c/{session}").at_rest()
    if place == "middle":
        tab.get("message-list").hover()
        tab.page.mouse.wheel(0, -900)
        expect(tab.get("to-latest")).to_be_visible()
    there, shift_before = at_rest(tab), shift(tab.page)
    tab.page.evaluate("() => void (window.__painted = [])")
    number = site.seed("announce", tab.username, WORDS, "info")
    expect(tab.get("announcement").locator("strong")).to_have_text("Down")
    site.seed("withdraw", number)
    expect(tab.get("announcement")).to_have_count(0)
    moved = shift(tab.page) - shift_before
    assert tab.page.evaluate("() => window.__painted") in ([], [there])
    assert moved <= MAX_SHIFT or place in {"end", "middle"}


@BOTH
def test_closing_it_holds_on_every_device(person: Person, site: Site, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    site.seed("announce", tab.username, WORDS, "info")
    other = live(tab.another())
    expect(other.get("announcement")).to_be_visible()
    tab.open()
    tab.click("announcement-close")
    expect(tab.get("announcement")).to_have_count(0)
    expect(other.get("announcement")).to_have_count(0)
    tab.open()
    expect(tab.get("composer")).to_be_visible()
    expect(tab.get("announcement")).to_have_count(0)


@BOTH
def test_the_sign_in_page_shows_its_own(visitor: Person, site: Site, screen: dict[str, Any]) -> None:
    site.seed("announce", "", "Closed **today**", "warning")
    tab = visitor(**screen)
    tab.page.context.add_init_script(SHIFTS)
    tab.open("/login")
    expect(tab.get("announcement").locator("strong")).to_have_text("today")
    expect(tab.get("announcement-close")).to_have_count(0)
    check(tab, "announcement", "login-form")
    assert shift(tab.page) <= MAX_SHIFT
