"""LibreChat: an object for each conversation, with its messages in a list or (recursive) each inside of its parent."""

from typing import Any

from chat.imports.neutral import Chat, Node
from chat.imports.values import key, line, mapping, moment, objects, only_named, paragraphs, text

NAME = "librechat"


def matches(item: dict[str, Any]) -> bool:
    """Whether this is a conversation of theirs."""
    return "conversationId" in item and any(isinstance(item.get(n), list) for n in ("messages", "messagesTree"))


def read(item: dict[str, Any]) -> Chat:
    """The conversation as it stands in the file."""
    rows = _flat(item.get("messagesTree") or item.get("messages"))
    model = line(mapping(item.get("options")).get("model"), 200)
    nodes = [_node(raw, parent, number, model) for number, (raw, parent) in enumerate(rows)]
    # A flat file may leave parents out altogether: then it is the branch on show, one after the other.
    if not any(node.parent for node in nodes):
        for before, node in zip(nodes, nodes[1:], strict=False):
            node.parent = before.key
    return Chat(
        source=NAME,
        source_id=key(item.get("conversationId")) or "",
        title=line(item.get("title"), 200),
        created=moment(item.get("createdAt")),
        updated=moment(item.get("updatedAt")),
        nodes=nodes,
    )


def _flat(messages: Any) -> list[tuple[dict[str, Any], str | None]]:
    """Messages with the key of the one that each stands in; children in their order, without recursion."""
    result: list[tuple[dict[str, Any], str | None]] = []
    stack: list[tuple[dict[str, Any], str | None]] = [(raw, None) for raw in reversed(list(objects(messages)))]
    while stack:
        raw, parent = stack.pop()
        result.append((raw, parent))
        inside = list(objects(raw.get("children")))
        stack.extend((child, key(raw.get("messageId"))) for child in reversed(inside))
    return result


def _node(raw: dict[str, Any], parent: str | None, number: int, model: str) -> Node:
    blocks = list(objects(raw.get("content")))
    said = paragraphs(*(_words(block.get("text")) for block in blocks if block.get("type") == "text"))
    thought = paragraphs(*(_words(block.get("think")) for block in blocks if block.get("type") == "think"))
    pictures = ["[image]" for block in blocks if str(block.get("type")).startswith("image")]
    mine = raw.get("isCreatedByUser") is True
    failed = raw.get("error") is True
    return Node(
        key=key(raw.get("messageId")) or f"#{number}",
        parent=key(raw.get("parentMessageId")) or parent,
        # What stands in a failed answer is a message of their program.
        role="" if failed else "user" if mine else "assistant",
        content=paragraphs(said or text(raw.get("text")), *pictures, only_named(raw.get("files"))),
        reasoning=thought,
        model="" if mine else line(raw.get("model"), 200) or model,
        time=moment(raw.get("createdAt")),
        status="interrupted" if raw.get("unfinished") is True else "completed",
    )


def _words(value: Any) -> str:
    """Text, or an object that has it as its `value`."""
    return text(value) or text(mapping(value).get("value"))
