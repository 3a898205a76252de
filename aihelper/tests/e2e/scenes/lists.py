"""Scenes of the list of chats: folders, menus, several marked, archive, trash, moving, before what cannot be undone."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
FOLDERS = {
    "en": (("Work", "💼"), ("Journeys, and what is to be packed for them", "🧳")),
    "zh": (("工作", "💼"), ("旅行计划，以及每次出发前要准备的清单", "🧳")),
}


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, language = studio.tab, studio.look.language

    def made() -> None:
        """Two folders, the first with a chat in it, which is in nobody's way before."""
        if studio.call("GET", "chat/folders")["folders"]:
            return
        rows = [
            studio.call("POST", "chat/folders", {"name": name, "emoji": emoji}) for name, emoji in FOLDERS[language]
        ]
        studio.call("PATCH", f"chat/session/{studio.sessions[1]}", {"folder_id": rows[0]["folder_id"]})

    def bulk(action: str, *numbers: int) -> None:
        body = {"action": action, "session_ids": [studio.sessions[number] for number in numbers]}
        studio.call("POST", "chat/sessions/bulk", body)

    def folders() -> None:
        made()
        studio.sidebar()
        expect(tab.get("folder-row")).to_have_count(2)
        first = tab.get("folder-toggle").first
        if first.get_attribute("aria-expanded") == "false":  # the page remembers which were open
            first.click()
        expect(tab.row(studio.sessions[1])).to_be_visible()

    def menu() -> None:
        folders()
        row = tab.row(studio.sessions[0])
        row.hover()
        row.get_by_test_id("session-menu").click()
        expect(tab.get("session-rename")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def selection() -> None:
        folders()
        tab.click("list-menu")
        tab.click("list-select")
        for number in (0, 2):
            tab.row(studio.sessions[number]).get_by_role("link").click()
        expect(tab.get("selection-bar")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def move() -> None:
        menu()
        tab.click("session-move")
        expect(tab.get("move-dialog")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def new_folder() -> None:
        folders()
        tab.click("new-folder")
        expect(tab.get("folder-name")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def view(name: str, leave: str, undo: str) -> None:
        bulk(leave, 3)
        studio.sidebar()
        tab.click("list-menu")
        tab.click(f"list-{name}")
        expect(tab.row(studio.sessions[3])).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)
        studio.after = lambda: bulk(undo, 3)

    def confirm() -> None:
        view("trash", "delete", "restore")
        tab.click("trash-empty")
        expect(tab.get("confirm-dialog")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def person() -> None:
        studio.sidebar()
        tab.click("user-menu")
        expect(tab.get("sign-out")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def folder_menu() -> None:
        folders()
        row = tab.get("folder-row").last
        row.hover()
        row.get_by_test_id("folder-menu").click()
        expect(tab.get("folder-edit")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def rename() -> None:
        menu()
        tab.click("session-rename")
        expect(tab.get("session-rename-input")).to_be_focused()

    return {
        "folders": folders,
        "folder-menu": folder_menu,
        "rename": rename,
        "session-menu": menu,
        "selection": selection,
        "move": move,
        "new-folder": new_folder,
        "archive": lambda: view("archive", "archive", "unarchive"),
        "trash": lambda: view("trash", "delete", "restore"),
        "confirm": confirm,
        "user-menu": person,
    }
