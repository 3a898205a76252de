"""The limits of speed: the first load, long conversations, long answers.

Sizes and counts are exact. Times are medians of the quietest of several runs (speed/quiet.py); where the machine does
not become quiet, the best of them, and of the first load what it takes by itself (`FirstLoad.needed`).
"""

import pytest
from playwright.sync_api import Browser

from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import Person, Sites
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.speed.bench import bench_page, measure, opened
from aihelper.tests.e2e.speed.firstload import first_load, heaviest
from aihelper.tests.e2e.speed.quiet import median, quiet_runs
from aihelper.tests.e2e.speed.size import LIMITS, TEXTS, could_keep_limits, keeps_limits, table
from aihelper.tests.e2e.speed.trace import LONG_MS, OPENED_MS, traced

OPEN_MS = 300.0
FRAME_MS = 1000 / 60
# Runs on a machine that does not become quiet.
MOST = 5

pytestmark = [pytest.mark.e2e, pytest.mark.alone]


@pytest.fixture
def site(sites: Sites) -> Site:
    """One kind of server: what is measured is the page."""
    return sites("uvicorn")


def test_the_first_message_comes_early_and_light(person: Person, site: Site, browser: Browser) -> None:
    tab = person()
    address = f"{site.url}/c/{site.seed('conversation', tab.username, 'Logs', TEXTS)}"
    loads = quiet_runs(lambda: first_load(browser, address, tab.page.context), enough=keeps_limits, most=MOST)
    assert max(load.script_gzip for load in loads) <= LIMITS["script"], heaviest(loads[0])
    assert max(load.style_gzip for load in loads) <= LIMITS["style"], heaviest(loads[0])
    assert min(load.early_requests for load in loads) <= LIMITS["early_requests"], table(loads)
    assert keeps_limits(loads) or could_keep_limits(loads), table(loads)


# --- Long conversations -----------------------------------------------------------------------------
TURNS = 1000
STEP = 60
# Company on the machine lengthens even processor time: caches are shared. One clean scroll is enough.
SCROLLS = 4
OPENED = """
(session) => new Promise((done) => {
  const began = performance.now();
  document.querySelector(`[data-session="${session}"] a`).click();
  const look = () => {
    const list = document.querySelector("[data-test=message-list]");
    const last = [...document.querySelectorAll("[data-test=message-assistant]")].at(-1);
    const there = last?.querySelector(".md-block") && last.textContent.includes("Answer number 1000.");
    const atEnd = list && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    if (there && atEnd) setTimeout(() => done(performance.now() - began));
    else requestAnimationFrame(look);
  };
  look();
})
"""
# Scrolls like a hand on a wheel, and tells by how much something on the screen moved otherwise than it should. It looks
# right after frames: before one, what has just come in may not be laid out, which nobody sees.
SCROLLED = """
async ([step, frames]) => {
  const list = document.querySelector("[data-test=message-list]");
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const count = () => list.querySelectorAll(".slot").length;
  const edge = list.getBoundingClientRect().top;
  const jumps = [];
  for (let n = 0; n < frames; n += 1) {
    let before = count();
    await painted();
    if (count() !== before) continue;
    const row = [...list.querySelectorAll(".slot")].find((each) => each.getBoundingClientRect().bottom > edge + 4);
    const top = row.getBoundingClientRect().top, at = list.scrollTop;
    list.scrollTop -= step;
    const wanted = top + at - list.scrollTop;
    do {
      before = count();
      await painted();
    } while (count() !== before);
    const off = row.getBoundingClientRect().top - wanted;
    if (Math.abs(off) > 2) jumps.push([n, Math.round(off), before]);
  }
  return { jumps, seen: count(), top: list.scrollTop };
}
"""


def many_turns() -> list[str]:
    """A conversation of 2,000 messages, of different heights."""
    texts = []
    for turn in range(1, TURNS + 1):
        texts.append(f"Question number {turn}. " + "How do I keep a log file from growing? " * (turn % 5))
        long = TEXTS[1] if turn % 8 == 0 else "More words, to make it longer. " * (turn % 23)
        texts.append(f"Answer number {turn}.\n\n{long}")
    return texts


def test_a_conversation_of_2000_messages_opens_at_once_and_scrolls_smoothly(
    person: Person, site: Site, browser: Browser
) -> None:
    tab = person()
    session = site.seed("conversation", tab.username, "The long one", many_turns())

    def open_it() -> tuple[float, float]:
        """How long it took, and the processor time in it, in ms."""
        tab.open()
        expect(tab.row(session)).to_be_visible()
        # The chunks that come when the page is idle are there: somebody who clicks has been here for a moment.
        tab.at_rest()
        with traced(browser, tab.page) as trace:
            took = float(tab.page.evaluate(OPENED, session))
        return took, trace.total

    shown = quiet_runs(open_it, enough=lambda times: median(took for took, _ in times) < OPEN_MS, most=MOST)
    assert shown.judged(lambda times: times[0] if shown.quiet else times[1]) < OPEN_MS, shown

    for tries_left in reversed(range(SCROLLS)):
        with traced(browser, tab.page) as trace:
            scrolled = tab.page.evaluate(SCROLLED, [STEP, 400])
        # Two pages came in above, and rows were drawn, while nothing moved under the reader's eyes.
        assert scrolled["seen"] > 140, scrolled
        assert scrolled["jumps"] == [], scrolled
        # 60 frames a second: none but a few take longer than one has time.
        if trace.longest < LONG_MS and trace.above(FRAME_MS) <= 0.05 * 400:
            break
        assert tries_left, sorted(task.own for task in trace.tasks)[-25:]
        open_it()
    expect(tab.get("to-latest")).to_be_visible()
    tab.click("to-latest")
    expect(tab.answer).to_be_in_viewport()
    expect(tab.get("to-latest")).to_be_hidden()


# --- Long answers -----------------------------------------------------------------------------------
def test_an_answer_is_shown_without_a_long_task_and_for_a_fraction_of_the_naive_cost(browser: Browser) -> None:
    """The short form of `make bench-ui`, which streams 50,000 tokens and asks for a tenth."""
    with bench_page(browser) as page:
        found = quiet_runs(
            lambda: measure(browser, page, "long", 6000, per_frame=30, samples=12),
            enough=lambda runs: median(run.longest for run in runs) < LONG_MS,
            most=MOST,
        )
    assert found.judged(lambda run: run.longest) < LONG_MS, found
    assert median(run.ratio for run in found) > 3, found


@pytest.mark.parametrize(("kind", "tokens"), [("long", 20_000), ("list", 20_000), ("table", 10_000)])
def test_a_long_answer_that_is_opened_holds_nobody_up(browser: Browser, kind: str, tokens: int) -> None:
    with bench_page(browser) as page:
        found = quiet_runs(
            lambda: opened(browser, page, kind, tokens), enough=lambda runs: median(runs) < OPENED_MS, most=MOST
        )
    assert found.judged(float) < OPENED_MS, found
