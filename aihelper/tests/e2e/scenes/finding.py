"""Scenes of the search: where it begins, what it found, nothing found."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
WORDS = {"en": ("large", "walrus"), "zh": ("文件", "海象")}


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, (found, missing) = studio.tab, WORDS[studio.look.language]

    def begin() -> None:
        studio.sidebar()
        tab.click("search-open")
        expect(tab.get("search-start").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def results() -> None:
        begin()
        tab.get("search-input").fill(found)
        expect(tab.get("search-list").locator("mark").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def nothing() -> None:
        begin()
        tab.get("search-input").fill(missing)
        expect(tab.get("search-empty")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def facets() -> None:
        results()
        tab.click("facet-model")
        expect(tab.get("facet-model-choice").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def period() -> None:
        results()
        tab.click("facet-period")
        expect(tab.get("facet-period-choice").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    return {
        "search": begin,
        "search-results": results,
        "search-nothing": nothing,
        "search-facets": facets,
        "search-period": period,
    }
