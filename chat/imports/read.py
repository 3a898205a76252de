"""Which format it is, and the chats in it."""

from collections.abc import Iterator
from types import ModuleType
from typing import IO, Any

from chat.imports import chatgpt, claude, librechat, open_webui, own
from chat.imports.files import Item, Limits, items
from chat.imports.neutral import Chat, LeftOut, Reason, Refused
from chat.imports.tidy import tidy
from chat.imports.values import line

MAX_STRANGERS = 1000
# In this order: each knows its own by what the others do not have.
FORMATS: tuple[ModuleType, ...] = (own, claude, chatgpt, librechat, open_webui)


def read(file: IO[bytes], limits: Limits | None = None) -> Iterator[Chat | LeftOut]:
    """The chats of a file, one at a time, and what of it is left out. Raises Refused when it is nothing that we know.

    In a ZIP, files that are no chats at all (a profile, a list of votes) are passed over without a word.
    """
    known: set[str] = set()
    strangers: list[tuple[str, LeftOut]] = []
    for item in items(file, limits or Limits()):
        found = item if isinstance(item, LeftOut) else _read(item)
        if found is not None:
            if isinstance(item, Item):
                known.add(item.file)
            yield found
        elif isinstance(item, Item) and len(strangers) < MAX_STRANGERS:
            strangers.append((item.file, LeftOut(Reason.NOT_A_CHAT, _title(item.value))))
    if strangers and not known:
        raise Refused(Reason.UNKNOWN_FORMAT)
    # Folders and projects stand among the chats of newer exports.
    yield from (stranger for file_name, stranger in strangers if file_name in known)


def _read(item: Item) -> Chat | LeftOut | None:
    """The chat that it is; None for what is no chat in any format."""
    parser = _parser(item.value)
    if parser is None:
        return None
    try:
        chat: Chat = tidy(parser.read(item.value))
        return chat
    except Refused as refused:
        return LeftOut(refused.reason, _title(item.value), parser.NAME)


def _parser(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    return next((parser for parser in FORMATS if parser.matches(value)), None)


def _title(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    inner = value.get("session") or value.get("chat")
    named = value.get("title") or value.get("name") or (inner.get("title") if isinstance(inner, dict) else "")
    return line(named, 200)
