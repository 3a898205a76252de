"""Chats from another program: looked at, imported, found in the list, taken back."""

import pytest
from django.conf import settings

from aihelper.tests.e2e.accessibility import violations
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.tab import Tab

pytestmark = [pytest.mark.e2e, on("daphne")]
SAMPLES = settings.BASE_DIR / "chat" / "tests" / "imports" / "samples"


def open_import(tab: Tab) -> None:
    """Open the import, from the settings."""
    tab.user_menu("settings")
    tab.click("settings-tab-data")
    tab.click("settings-import")
    expect(tab.get("import-dialog")).to_be_visible()


def test_chats_come_and_go(person: Person) -> None:
    tab = person()
    tab.open("/")
    open_import(tab)
    tab.get("import-file").set_input_files(SAMPLES / "chatgpt.json")
    expect(tab.get("import-numbers")).to_contain_text("One chat to import")
    expect(tab.get("import-items")).to_contain_text("This is not a chat.")
    assert violations(tab.page) == []
    tab.click("import-go")
    expect(tab.get("import-numbers")).to_contain_text("One chat imported")
    row = tab.get("session-row").filter(has_text="Tides")
    expect(row).to_have_count(1)

    # The same again brings nothing.
    tab.get("import-file").set_input_files(SAMPLES / "chatgpt.json")
    expect(tab.get("import-numbers")).to_contain_text("one is here already")
    expect(tab.get("import-go")).to_be_disabled()

    tab.page.keyboard.press("Escape")
    row.click()
    expect(tab.get("message-assistant").last).to_contain_text("About four metres.")

    open_import(tab)
    tab.click("import-past-undo")
    expect(tab.get("import-state")).to_contain_text("One chat was removed.")
    expect(row).to_have_count(0)
