"""Tables for spreadsheets: CSV that Excel opens as it is, and that runs no formula of somebody else's."""

import csv
import io
from collections.abc import Iterable
from typing import Any

# Excel takes a CSV for UTF-8 by this mark alone.
MARK = "\ufeff"
# The full-width forms, too: spreadsheets in Chinese and Japanese read them so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: Any) -> str:
    """A value for a spreadsheet, which must not take what somebody called themselves for a formula."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells as CSV, without the mark."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue()
