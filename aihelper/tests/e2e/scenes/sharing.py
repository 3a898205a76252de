"""Scenes of taking chats out of the page: export, a link, the list of links, the page that a link leads to."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.scenes.turns import tell

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab = studio.tab

    def told() -> str:
        tell(studio)
        return tab.session_id

    def from_top(entry: str, dialog: str) -> None:
        told()
        tab.click("topbar-menu")
        tab.click(f"session-{entry}")
        expect(tab.get(dialog)).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def share() -> None:
        from_top("share", "share-dialog")

    def shared() -> None:
        share()
        tab.click("share-create")
        expect(tab.get("share-address")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def link() -> str:
        body = {"session_id": told(), "audience": "public"}
        return str(studio.call("POST", "shares", body)["token"])

    def page() -> None:
        tab.open(f"/s/{link()}")
        expect(tab.get("shared-answer")).to_be_visible()

    def gone() -> None:
        tab.open(f"/s/{'A' * 32}")

    def shares() -> None:
        link()
        studio.sidebar()
        tab.user_menu("menu-shares")
        expect(tab.get("shares-row").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    return {
        "export": lambda: from_top("export", "export-dialog"),
        "share-new": share,
        "share-made": shared,
        "link": page,
        "link-gone": gone,
        "shares": shares,
    }
