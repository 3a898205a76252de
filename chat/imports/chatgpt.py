"""ChatGPT: `conversations.json`, or the many files of newer exports.

A node's message may be null; times are seconds and may be null; newer exports leave `metadata` out of people's messages
and name the model on the conversation.
"""

import re
from typing import Any

from chat.imports.neutral import Chat, Node
from chat.imports.values import fenced, key, line, mapping, moment, objects, paragraphs, text

NAME = "chatgpt"
# Marks of citations, which mean something to ChatGPT's own page only.
_MARKS = re.compile("\ue200[^\ue201]{0,2000}\ue201|[\ue200-\ue206]")


def matches(item: dict[str, Any]) -> bool:
    """Whether this is a conversation of theirs."""
    return isinstance(item.get("mapping"), dict)


def read(item: dict[str, Any]) -> Chat:
    """The conversation as it stands in the file."""
    model = line(item.get("default_model_slug") or item.get("model_slug") or item.get("model"), 200)
    return Chat(
        source=NAME,
        source_id=key(item.get("conversation_id")) or key(item.get("id")) or "",
        title=line(item.get("title"), 200),
        created=moment(item.get("create_time")),
        updated=moment(item.get("update_time")),
        nodes=[_node(name, mapping(node), model) for name, node in item["mapping"].items()],
        current=key(item.get("current_node")),
        archived=item.get("is_archived") is True,
        pinned=item.get("is_starred") is True,
    )


def _node(name: str, raw: dict[str, Any], model: str) -> Node:
    node = Node(name, key(raw.get("parent")))
    message = mapping(raw.get("message"))
    if not message:
        return node
    node.time = moment(message.get("create_time"))
    metadata, content = mapping(message.get("metadata")), mapping(message.get("content"))
    author = mapping(message.get("author")).get("role")
    kind = content.get("content_type")
    if kind == "thoughts":
        node.reasoning = _thoughts(content)
        return node
    if metadata.get("is_visually_hidden_from_conversation") is True:
        return node
    node.content = _said(author, kind, content, message)
    if author == "user" and kind in ("text", "multimodal_text"):
        node.role = "user"
    elif node.content and author in ("assistant", "tool"):
        node.role = "assistant"
        node.model = line(metadata.get("model_slug"), 200) or model
        node.status = "interrupted" if message.get("status") == "in_progress" else "completed"
    return node


def _said(author: Any, kind: Any, content: dict[str, Any], message: dict[str, Any]) -> str:
    """What a message says to people; empty for what assistants and tools say to each other."""
    if kind == "execution_output":
        return fenced(text(content.get("text")), "text") if text(content.get("text")).strip() else ""
    if kind == "code":
        python = message.get("recipient") in ("python", "all", None)
        return fenced(text(content.get("text")), "python") if python and text(content.get("text")).strip() else ""
    if author == "tool" and kind != "multimodal_text":
        return ""
    if author == "assistant" and message.get("recipient") not in ("all", None):
        return ""
    return _parts(content.get("parts")) if kind in ("text", "multimodal_text") else ""


def _parts(parts: Any) -> str:
    said = []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, str):
            said.append(_MARKS.sub("", text(part)))
        elif isinstance(part, dict):
            spoken = text(part.get("text"))
            said.append(spoken or ("[image]" if "image" in str(part.get("content_type")) else "[file]"))
    return paragraphs(*said)


def _thoughts(content: dict[str, Any]) -> str:
    return paragraphs(
        *(
            paragraphs(
                f"**{summary}**" if (summary := line(thought.get("summary"), 500)) else "", text(thought.get("content"))
            )
            for thought in objects(content.get("thoughts"))
        )
    )
