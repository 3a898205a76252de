"""Open WebUI: an array of chats, or (older) of what is inside of them; messages by id, or (oldest) in a list."""

import html
import re
from typing import Any

from chat.imports.neutral import Attachment, Chat, Node
from chat.imports.values import key, line, mapping, moment, objects, only_named, paragraphs, role, text

NAME = "open_webui"
# What they put into an answer where it was thinking or used a tool.
_DETAILS = re.compile(r"<details type=\"(\w+)\"[^>]*>(.*?)</details>", re.DOTALL)
_SUMMARY = re.compile(r"^\s*<summary>.*?</summary>", re.DOTALL)


def matches(item: dict[str, Any]) -> bool:
    """Whether this is a conversation of theirs."""
    inner = mapping(item.get("chat")) or item
    return isinstance(mapping(inner.get("history")).get("messages"), dict) or (
        isinstance(item.get("chat"), dict) and isinstance(inner.get("messages"), list)
    )


def read(item: dict[str, Any]) -> Chat:
    """The conversation as it stands in the file."""
    inner = mapping(item.get("chat")) or item
    history = mapping(inner.get("history"))
    messages = history.get("messages")
    nodes = (
        [_node(name, mapping(raw)) for name, raw in messages.items()]
        if isinstance(messages, dict)
        else _chain(inner.get("messages"))
    )
    return Chat(
        source=NAME,
        source_id=key(item.get("id")) or key(inner.get("id")) or "",
        title=line(item.get("title") or inner.get("title"), 200),
        created=moment(item.get("created_at") or inner.get("timestamp")),
        updated=moment(item.get("updated_at")),
        nodes=nodes,
        current=key(history.get("currentId")),
        pinned=item.get("pinned") is True,
        archived=item.get("archived") is True,
    )


def _chain(messages: Any) -> list[Node]:
    nodes: list[Node] = []
    for number, raw in enumerate(objects(messages)):
        node = _node(f"#{number}", raw)
        node.parent = nodes[-1].key if nodes else None
        nodes.append(node)
    return nodes


def _node(name: str, raw: dict[str, Any]) -> Node:
    who = role(raw.get("role"))
    said, thought = _apart(_content(raw.get("content"))) if who == "assistant" else (_content(raw.get("content")), "")
    attachments = _attachments(raw)
    named = only_named(raw.get("files"), {attachment.name for attachment in attachments})
    return Node(
        key=name,
        parent=key(raw.get("parentId")),
        role=who,
        content=paragraphs(said, named),
        reasoning=thought or text(raw.get("reasoning_content")),
        model=line(raw.get("model"), 200) if who == "assistant" else "",
        time=moment(raw.get("timestamp")),
        status="interrupted" if who == "assistant" and raw.get("done") is False else "completed",
        attachments=attachments,
    )


def _content(value: Any) -> str:
    """A string, or a list of parts as OpenAI has it."""
    if not isinstance(value, list):
        return text(value)
    return paragraphs(*(text(part.get("text")) or "[image]" for part in objects(value)))


def _apart(said: str) -> tuple[str, str]:
    """An answer without what stands in <details>, and what it thought."""
    thoughts: list[str] = []

    def take(found: re.Match[str]) -> str:
        if found[1] == "reasoning":
            quoted = html.unescape(_SUMMARY.sub("", found[2])).strip()
            thoughts.append(re.sub(r"^> ?", "", quoted, flags=re.MULTILINE))
        return "" if found[1] in {"reasoning", "tool_calls"} else found[0]

    if "<details" in said and "</details>" in said:
        said = _DETAILS.sub(take, said)
    return said.strip(), paragraphs(*thoughts)


def _attachments(raw: dict[str, Any]) -> tuple[Attachment, ...]:
    found = []
    for file in objects(raw.get("files")):
        stored = mapping(file.get("file"))
        content = text(mapping(stored.get("data")).get("content"))
        if content.strip():
            found.append(Attachment(line(file.get("name") or stored.get("filename"), 200) or "text.txt", content))
    return tuple(found)
