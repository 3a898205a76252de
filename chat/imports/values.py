"""Values of foreign JSON: each of these takes anything and gives what it says, or nothing."""

import re
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from typing import Any

# What no text has, and halves of characters, which no database takes.
_LEFT_OUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
# From here on a number counts milliseconds: as seconds it would be in the year 5138.
_MILLISECONDS = 1e11
# So many digits are no date without its dashes.
_NUMBER = re.compile(r"\d{9,13}(\.\d{1,9})?")
# Before there were computers to chat with, or further in the future than any clock is wrong: no time at all.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def text(value: Any) -> str:
    """A string with line ends as LF and without control characters; empty for what is none."""
    if not isinstance(value, str):
        return ""
    return _LEFT_OUT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def line(value: Any, limit: int) -> str:
    """A string as one line of at most `limit` characters."""
    return " ".join(text(value).split())[:limit].strip()


def key(value: Any) -> str | None:
    """An id: a string or a number, as text."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The JSON objects of a list."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def role(value: Any) -> str:
    """Who speaks, as user or assistant; empty for all others."""
    return value if isinstance(value, str) and value in {"user", "assistant"} else ""


def moment(value: Any) -> datetime | None:
    """A time: seconds or milliseconds since 1970, as text too, or ISO 8601; UTC where no zone is said."""
    try:
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            value = float(value)
        if isinstance(value, int | float):
            when = datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
        else:
            when = datetime.fromisoformat(str(value))
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when if _EARLIEST < when < _LATEST else None


def milliseconds(value: Any) -> int | None:
    """A length of time that can be stored: a whole number, not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def fenced(code: str, language: str = "") -> str:
    """Code as Markdown has it, in a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.strip(chr(10))}\n{fence}"


def paragraphs(*parts: str) -> str:
    """The parts that are not empty, one after the other."""
    return "\n\n".join(stripped for part in parts if (stripped := part.strip()))


def only_named(files: Any, have: Container[str] = ()) -> str:
    """A line for each file that the export has only the name of, such as a picture: `[photo.png]`, else `[image]`."""
    said = []
    for file in objects(files):
        inner = mapping(file.get("file"))
        name = line(next(filter(None, map(file.get, ("file_name", "filename", "name"))), inner.get("filename")), 200)
        if name and name not in have:
            said.append(f"[{name}]")
        elif not name and str(file.get("type")).startswith("image"):
            said.append("[image]")
    return "\n".join(said)
