"""Names and titles: one line of text that somebody typed."""

import re

# Line breaks, everything that moves a terminal's cursor, and halves of characters.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean_line(text: str, limit: int) -> str:
    """The text without the blanks around it; empty when it is no single line of 1 to `limit` characters."""
    text = text.strip()
    return "" if len(text) > limit or _CONTROL.search(text) else text
