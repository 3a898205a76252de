"""Our own JSON (docs/export.md)."""

from typing import Any

from chat.imports.neutral import Attachment, Chat, Node, Reason, Refused
from chat.imports.values import key, line, mapping, milliseconds, moment, objects, role, text

NAME = "aihelper"
FORMAT, VERSION = "aihelper.chat", 1
_ENDED = {"completed", "stopped", "interrupted"}


def matches(item: dict[str, Any]) -> bool:
    """Whether this is a conversation of ours."""
    return item.get("format") == FORMAT


def read(item: dict[str, Any]) -> Chat:
    """The conversation as it stands in the file. Raises Refused for a version to come, and for what was deleted."""
    session, folder = mapping(item.get("session")), mapping(mapping(item.get("session")).get("folder"))
    if item.get("version") != VERSION or not isinstance(item.get("messages"), list):
        raise Refused(Reason.UNKNOWN_FORMAT)
    if session.get("deleted_at"):
        raise Refused(Reason.WAS_DELETED)
    return Chat(
        source=NAME,
        source_id=key(session.get("session_id")) or "",
        title=line(session.get("title"), 200),
        created=moment(session.get("create_time")),
        updated=moment(session.get("update_time")),
        nodes=[_node(raw, number) for number, raw in enumerate(objects(item["messages"]))],
        current=key(session.get("current_message_id")),
        pinned=session.get("pinned") is True,
        archived=session.get("archived") is True,
        folder=line(folder.get("name"), 80),
        folder_emoji=line(folder.get("emoji"), 16),
    )


def _node(raw: dict[str, Any], number: int) -> Node:
    who = role(raw.get("role"))
    status = str(raw.get("status"))
    attachments = (
        Attachment(line(file.get("name"), 200) or "text.txt", content)
        for file in objects(raw.get("attachments"))
        if (content := text(file.get("content"))).strip()
    )
    return Node(
        key=key(raw.get("message_id")) or f"#{number}",
        parent=key(raw.get("parent_id")),
        role=who,
        content=text(raw.get("content")),
        reasoning=text(raw.get("reasoning")),
        reasoning_ms=milliseconds(raw.get("reasoning_ms")),
        model=line(raw.get("model_id"), 200),
        time=moment(raw.get("create_time")),
        status=status if status in _ENDED else "interrupted" if who == "assistant" else "completed",
        attachments=tuple(attachments),
    )
