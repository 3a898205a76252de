"""The same few messages as each of the formats has them, so that one oddity can be tried on all."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Said:
    """One message. Whatever type a value is of, it stands so in the file."""

    key: Any
    parent: Any
    role: Any
    text: Any
    time: Any = 1_714_550_400
    model: Any = "model-x"


Builder = Callable[[list[Said], str], dict[str, Any]]


def chatgpt(said: list[Said], name: str) -> dict[str, Any]:
    """Time in seconds; the tree as a mapping."""
    nodes = {
        str(one.key): {
            "id": one.key,
            "parent": one.parent,
            "children": [],
            "message": {
                "author": {"role": one.role},
                "create_time": one.time,
                "content": {"content_type": "text", "parts": [one.text]},
                "metadata": {"model_slug": one.model},
            },
        }
        for one in said
    }
    return {"conversation_id": name, "title": name, "mapping": nodes, "current_node": str(said[-1].key)}


def claude(said: list[Said], name: str) -> dict[str, Any]:
    """A list, with parents as newer exports have them."""
    rows = [
        {
            "uuid": one.key,
            "parent_message_uuid": one.parent,
            "sender": "human" if one.role == "user" else one.role,
            "text": one.text,
            "created_at": one.time,
        }
        for one in said
    ]
    return {"uuid": name, "name": name, "chat_messages": rows}


def open_webui(said: list[Said], name: str) -> dict[str, Any]:
    """Messages by id, inside of `chat.history`."""
    rows = {
        str(one.key): {
            "id": one.key,
            "parentId": one.parent,
            "role": one.role,
            "content": one.text,
            "timestamp": one.time,
            "model": one.model,
        }
        for one in said
    }
    return {"id": name, "title": name, "chat": {"history": {"messages": rows, "currentId": str(said[-1].key)}}}


def librechat(said: list[Said], name: str) -> dict[str, Any]:
    """A flat list; who spoke is a yes or no."""
    rows = [
        {
            "messageId": one.key,
            "parentMessageId": one.parent,
            "isCreatedByUser": one.role == "user",
            "text": one.text,
            "createdAt": one.time,
            "model": one.model,
        }
        for one in said
    ]
    return {"conversationId": name, "title": name, "messages": rows}


def own(said: list[Said], name: str) -> dict[str, Any]:
    """Ours (docs/export.md)."""
    rows = [
        {
            "message_id": one.key,
            "parent_id": one.parent,
            "role": one.role,
            "content": one.text,
            "create_time": one.time,
            "model_id": one.model,
            "status": "completed",
        }
        for one in said
    ]
    return {"format": "aihelper.chat", "version": 1, "session": {"session_id": name, "title": name}, "messages": rows}


FORMATS: dict[str, Builder] = {each.__name__: each for each in (chatgpt, claude, open_webui, librechat, own)}


def a_file(*chats: dict[str, Any]) -> io.BytesIO:
    """An export with these in it; NaN and Infinity stand in it as some programs write them."""
    return io.BytesIO(json.dumps(list(chats)).encode())
