"""Scenes of what goes wrong on the way: no network, an answer that was interrupted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.kept import wait_until_kept
from aihelper.tests.e2e.scenes.turns import tell

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab = studio.tab

    def back() -> None:
        """What waits would be sent into the scenes that follow."""
        tab.click("outbox-cancel")
        tab.page.context.set_offline(False)

    def offline() -> None:
        tell(studio)
        tab.ready()
        tab.page.context.set_offline(True)
        studio.after = back
        tab.page.evaluate("dispatchEvent(new Event('offline'))")
        tab.ask(studio.words["question"])
        expect(tab.get("outbox")).to_be_visible()
        expect(tab.get("link-state")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def cached() -> None:
        """A chat that was read before, from its copy."""
        tell(studio)
        first = tab.session_id
        tab.open(f"/c/{first}")
        wait_until_kept(tab, f"/api/chat/session/{first}")
        wait_until_kept(tab, "/api/chat/sessions")
        tab.open()
        expect(tab.row(first)).to_be_attached()
        tab.page.context.set_offline(True)
        studio.after = lambda: tab.page.context.set_offline(False)
        tab.page.evaluate("dispatchEvent(new Event('offline'))")
        tab.show_list()
        tab.row(first).get_by_role("link").click()
        expect(tab.text).to_be_visible()
        expect(tab.get("link-state")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def interrupted() -> None:
        tab.open()
        tab.ask(studio.words["question"])
        call = studio.upstream.call()
        call.say(studio.words["begin"])
        expect(tab.text.locator("li")).to_have_count(2)
        call.hang_up()
        expect(tab.get("answer-end")).to_be_visible()

    def refused() -> None:
        tab.open()
        tab.ask(studio.words["question"])
        studio.upstream.call().refuse(400, "The question was refused.")
        expect(tab.get("answer-end")).to_be_visible()

    return {"interrupted": interrupted, "refused": refused, "offline": offline, "offline-copy": cached}
