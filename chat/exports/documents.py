"""One conversation in each format."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chat.exports import page
from chat.exports.markdown import markdown
from chat.exports.text import text
from chat.models import Document, Message
from chat.presenters import moment
from chat.selectors.whole import Whole

FORMAT, VERSION = "aihelper.chat", 1


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written, and what its files are."""

    ending: str
    media_type: str
    write: Callable[[Whole], str]


def as_data(whole: Whole) -> dict[str, Any]:
    """All of a conversation: every branch, every field that is the person's. docs/export.md has the meaning."""
    session = whole.session
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": moment(timezone.now()),
        "session": {
            "session_id": session.session_id,
            "title": session.title,
            "title_is_manual": session.title_is_manual,
            "model_id": session.model_id or None,
            "role": session.role.slug if session.role else None,
            "folder": {"name": session.folder.name, "emoji": session.folder.emoji} if session.folder else None,
            "pinned": session.pinned,
            "archived": session.archived,
            "deleted_at": moment(session.deleted_at) if session.deleted_at else None,
            "current_message_id": session.current_message_id,
            "create_time": moment(session.create_time),
            "update_time": moment(session.update_time),
        },
        "messages": [_message(message) for message in whole.messages],
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.pk,
        "parent_id": message.parent_id,
        "seq": message.seq,
        "role": message.role,
        "content": message.content,
        "reasoning": message.reasoning,
        "attachments": [_attachment(document) for document in message.documents.all()],
        "status": message.status,
        "finish_reason": message.finish_reason or None,
        "error_code": message.error_code or None,
        "model_id": message.model_id or None,
        "provider": message.provider_name or None,
        "prompt_tokens": message.prompt_tokens,
        "completion_tokens": message.completion_tokens,
        "cost": None if message.cost is None else str(message.cost),
        "currency": message.currency or None,
        "first_token_ms": message.first_token_ms,
        "duration_ms": message.duration_ms,
        "reasoning_ms": message.reasoning_ms,
        "rating": message.rating,
        "rating_reason": message.rating_reason or None,
        "rating_comment": message.rating_comment or None,
        "beside": message.beside_id,
        "create_time": moment(message.create_time),
    }


def _attachment(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.document_id,
        "name": document.name,
        "media_type": document.media_type,
        "content": document.content,
    }


def as_json(whole: Whole) -> str:
    """The same as text."""
    return json.dumps(as_data(whole), ensure_ascii=False, indent=1)


FORMATS = {
    "json": Format("json", "application/json", as_json),
    "markdown": Format("md", "text/markdown; charset=utf-8", markdown),
    "text": Format("txt", "text/plain; charset=utf-8", text),
    "html": Format("html", "text/html; charset=utf-8", page.html),
}
