"""Chats as files, and on paper."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aihelper.tests.e2e.accessibility import violations
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.test_phone import expect_no_sideways_scrolling
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("daphne")]
CODE = "x = '" + "long " * 60 + "'"
ANSWER = f"Like **this**:\n\n```python\n{CODE}\n```\n"


def all_by_search(tab: Tab) -> None:
    """Open the export of all chats, from the commands of the search."""
    tab.show_list()
    tab.click("search-open")
    tab.page.locator('[data-option="command-export"]').click()
    expect(tab.get("export-dialog")).to_be_visible()


@BOTH
def test_all_chats_as_files_and_one_on_paper(person: Person, upstream: Upstream, screen: dict[str, Any]) -> None:
    tab = person(**screen)
    for question in ("How do I write it?", "怎样写？"):
        tab.open("/")
        tab.ask(question)
        upstream.call().answer(ANSWER)
        tab.expect_state("completed")

    all_by_search(tab)
    expect(tab.get("export-pdf")).to_have_count(0)
    assert violations(tab.page) == []
    expect(tab.get("export-go")).to_be_in_viewport(ratio=1)
    expect_no_sideways_scrolling(tab)
    with tab.page.expect_download() as waiting:
        tab.click("export-go")
    with zipfile.ZipFile(waiting.value.path()) as file:
        assert len(file.namelist()) == 2
        texts = [file.read(name).decode() for name in file.namelist()]
    assert waiting.value.suggested_filename.startswith("aihelper-chats-")
    assert all(CODE in text for text in texts)
    expect(tab.get("export-state")).to_contain_text("Done")
    tab.get("export-text").click()
    with tab.page.expect_download() as waiting:
        tab.click("export-go")
    with zipfile.ZipFile(waiting.value.path()) as file:
        assert all(name.endswith(".txt") for name in file.namelist())
        assert CODE in file.read(file.namelist()[0]).decode()
    tab.get("export-json").click()
    with tab.page.expect_download() as waiting:
        tab.click("export-go")
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as file:
        assert json.loads(file.read(file.namelist()[0]))["format"] == "aihelper.chat"
    tab.page.keyboard.press("Escape")

    # On paper: the whole code, and nothing of the page around the words.
    tab.page.emulate_media(media="print")
    expect(tab.get("sidebar")).to_be_hidden()
    expect(tab.get("composer")).to_be_hidden()
    code = tab.get("message-assistant").locator("pre").first
    assert code.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
