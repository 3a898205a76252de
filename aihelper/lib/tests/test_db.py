"""What goes to the database at once, and what goes along."""

import asyncio

import pytest
from django.utils import translation

from aihelper.lib import db


def test_statements_are_neither_too_many_rows_nor_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "MAX_STATEMENT_CHARS", 10)
    rows = ["a" * 4, "b" * 4, "c" * 4, "d" * 30, "e", "f", "g", "h"]
    batches = list(db.statements(rows, len, most=3))
    assert batches == [["aaaa", "bbbb"], ["cccc"], ["d" * 30], ["e", "f", "g"], ["h"]]
    assert list(db.statements([], len, most=3)) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_active_language_goes_along(language: str) -> None:
    async def ask() -> tuple[str | None, str | None]:
        with translation.override(language):
            return await db.run_db(translation.get_language), translation.get_language()

    assert asyncio.run(ask()) == (language, language)
    db.close_all()
