"""Scenes of the search: where it begins, what it found, nothing found."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
WORDS = {"en": ("large", "walrus"), "zh": ("文件", "海象")}
CHATS = {
    "en": (
        (
            "Sending large files",
            "How do I send 20 GB of pictures to a colleague?",
            "As a link. Large files do not belong in a mail: most servers refuse more than 25 MB.",
        ),
        (
            "Pictures for the web page",
            "Which format keeps large photographs small?",
            "AVIF, with WebP for older browsers. A large photograph shrinks to a tenth of its size.",
        ),
    ),
    "zh": (
        (
            "怎样发送大文件",
            "怎样把 20 GB 的照片发给同事？",
            "用链接分享。大文件不适合放进邮件，多数邮箱最多接收 25 MB 的文件。",
        ),
        ("整理下载文件夹", "下载的文件越来越多，怎么整理？", "先按文件类型分组，再删掉三个月没有打开过的文件。"),
    ),
}


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, (found, missing) = studio.tab, WORDS[studio.look.language]

    def begin() -> None:
        studio.sidebar()
        tab.click("search-open")
        expect(tab.get("search-start").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def results() -> None:
        for title, *texts in CHATS[studio.look.language]:
            studio.site.seed("conversation", tab.username, title, texts)
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
        expect(tab.get("filter-apply")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    return {
        "search": begin,
        "search-results": results,
        "search-nothing": nothing,
        "search-facets": facets,
        "search-period": period,
    }
