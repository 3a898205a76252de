"""Claude: an array of conversations. Older exports are a plain list of messages, newer ones name each one's parent."""

from typing import Any

from chat.imports.neutral import Attachment, Chat, Node
from chat.imports.values import key, line, moment, objects, only_named, paragraphs, text

NAME = "claude"
_ROLES = {"human": "user", "user": "user", "assistant": "assistant"}


def matches(item: dict[str, Any]) -> bool:
    """Whether this is a conversation of theirs."""
    return isinstance(item.get("chat_messages"), list)


def read(item: dict[str, Any]) -> Chat:
    """The conversation as it stands in the file."""
    nodes: list[Node] = []
    linked = any("parent_message_uuid" in raw for raw in objects(item["chat_messages"]))
    model = line(item.get("model"), 200)
    for number, raw in enumerate(objects(item["chat_messages"])):
        before = nodes[-1].key if nodes else None
        node = _node(raw, key(raw.get("uuid")) or f"#{number}", model)
        node.parent = key(raw.get("parent_message_uuid")) if linked else before
        nodes.append(node)
    return Chat(
        source=NAME,
        source_id=key(item.get("uuid")) or "",
        title=line(item.get("name"), 200),
        created=moment(item.get("created_at")),
        updated=moment(item.get("updated_at")),
        nodes=nodes,
        current=key(item.get("current_leaf_message_uuid")),
        pinned=item.get("is_starred") is True,
    )


def _node(raw: dict[str, Any], name: str, model: str) -> Node:
    blocks = list(objects(raw.get("content")))
    said = paragraphs(*(text(block.get("text")) for block in blocks if block.get("type") == "text"))
    thought = paragraphs(*(text(block.get("thinking")) for block in blocks if block.get("type") == "thinking"))
    role = _ROLES.get(str(raw.get("sender")), "")
    attached, named = _attached(raw)
    return Node(
        key=name,
        parent=None,
        role=role,
        content=paragraphs(said or text(raw.get("text")), named),
        reasoning=thought,
        model=model if role == "assistant" else "",
        time=moment(raw.get("created_at")),
        attachments=attached,
    )


def _attached(raw: dict[str, Any]) -> tuple[tuple[Attachment, ...], str]:
    """The texts that came with it, and a line for each file that the export has only the name of."""
    texts = [
        Attachment(line(file.get("file_name"), 200) or "text.txt", content)
        for file in objects(raw.get("attachments"))
        if (content := text(file.get("extracted_content"))).strip()
    ]
    return tuple(texts), only_named(raw.get("files"), {attachment.name for attachment in texts})
