"""Scenes around the chat: each tab of the settings, the shortcuts, the roles and the form of one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.browser import expect

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
SAMPLE = Path(ROOT, "chat", "tests", "imports", "samples", "chatgpt.json")
TABS = ("profile", "appearance", "writing", "shortcuts", "notifications", "data", "devices", "password")
ROLES = {
    "en": {
        "emoji": "🪶",
        "name": "Poet",
        "description": "Answers in verse, and never in more lines than the thing deserves.",
        "system_prompt": "Answer in verse.",
        "welcome": "What shall we sing of?",
    },
    "zh": {
        "emoji": "🪶",
        "name": "诗人",
        "description": "用诗来回答，一行也不多写。",
        "system_prompt": "用诗回答。",
        "welcome": "今天写点什么？",
    },
}


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab = studio.tab

    def settings(name: str) -> None:
        studio.settings()
        tab.click(f"settings-tab-{name}")
        expect(tab.get("settings-panel")).to_have_attribute("data-tab", name)
        tab.page.wait_for_timeout(SETTLED_MS)

    def from_menu(entry: str, dialog: str) -> None:
        studio.sidebar()
        tab.user_menu(entry)
        expect(tab.get(dialog)).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def roles() -> None:
        if not any(role["mine"] for role in studio.call("GET", "roles")["roles"]):
            studio.call("POST", "roles", ROLES[studio.look.language])
        from_menu("menu-roles", "roles-dialog")
        expect(tab.get("role-card").first).to_be_visible()

    def role_form() -> None:
        roles()
        tab.click("role-edit")
        expect(tab.get("role-form")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def role_picker() -> None:
        tab.open()
        tab.click("role-picker")
        expect(tab.get("role-option").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def import_dialog() -> None:
        settings("data")
        tab.click("settings-import")
        expect(tab.get("import-dialog")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def report() -> None:
        """What is in a file, before it is imported."""
        import_dialog()
        tab.get("import-file").set_input_files(SAMPLE)
        expect(tab.get("import-numbers")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    return {
        **{f"settings-{name}": partial(settings, name) for name in TABS},
        "shortcuts": lambda: from_menu("menu-shortcuts", "shortcuts-dialog"),
        "roles": roles,
        "role-picker": role_picker,
        "import": import_dialog,
        "import-report": report,
        "role-form": role_form,
    }
