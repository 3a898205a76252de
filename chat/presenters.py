"""The JSON of sessions and messages, the same on every route and on the socket (docs/api.md)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.models import ChatImport, Document, Draft, Folder, Generation, Message, Prompt, Role, Session, Share
from chat.models.message import MessageRole, MessageStatus
from chat.selectors import Stored
from providers.errors import ProviderError

# code: (English msgid, whether the same may succeed later). The providers' own codes come from their classes.
_OUR_FAILURES = {
    "interrupted": (_("The server was interrupted while it wrote this answer. Continue it, or write it anew."), True),
    "internal_error": (_("Something went wrong on the server. It has been written to the log. Try again."), True),
    "no_model": (_("No model has been set up yet. An administrator can add one."), False),
    "model_not_found": (_("This model is not offered any more. Choose another one and write the answer anew."), False),
}
# What the column holds of a cost.
SMALLEST_COST = Decimal("0.00000001")
_UNKNOWN = (_("The answer could not be written. Try again, or choose another model."), True)


def moment(value: datetime) -> str:
    """A point in time as ISO 8601 in UTC, ending in Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def price(cost: Decimal | None) -> str | None:
    """A cost as people write it: all its digits, no zeros after them, no exponent."""
    if cost is None:
        return None
    written = format(cost.quantize(SMALLEST_COST), "f")
    return written.rstrip("0").rstrip(".")


def session_row(session: Session, generating: str | None) -> dict[str, Any]:
    """A session in a list; `generating` is the live generation's id. Reads its role and folder: load them with it."""
    return {
        "session_id": session.session_id,
        "title": session.title,
        "title_is_manual": session.title_is_manual,
        "model_id": session.model_id or None,
        "role": session.role.slug if session.role else None,
        "pinned": session.pinned,
        "archived": session.archived,
        "folder_id": session.folder.folder_id if session.folder else None,
        "unread": session.unread,
        "deleted_at": moment(session.deleted_at) if session.deleted_at else None,
        "create_time": moment(session.create_time),
        "update_time": moment(session.update_time),
        "preview": session.preview,
        "generating": generating,
    }


def folder_row(folder: Folder) -> dict[str, Any]:
    """A folder, as `selectors.folders` gives it with its count."""
    return {
        "folder_id": folder.folder_id,
        "name": folder.name,
        "emoji": folder.emoji,
        "session_count": getattr(folder, "session_count", 0),
    }


def message_row(
    message: Message,
    siblings: list[int],
    generation: Generation | None,
    stored: Stored | None,
    *,
    with_attempts: bool = False,
) -> dict[str, Any]:
    """A message of a conversation. Reads `message.session` and `message.documents`: load them with the messages.

    `siblings`: ids of all messages with the same parent, in order. `stored`: what a live answer has so far;
    it stands for the message's own text, and viewers attach from its offset. `with_attempts`: for an administrator.
    """
    asked = message.role == MessageRole.USER
    attempts = {"attempts": generation.tried} if with_attempts and generation else {}
    return attempts | {
        "message_id": message.pk,
        "session_id": message.session.session_id,
        "parent_id": message.parent_id,
        "seq": message.seq,
        "role": message.role,
        "content": stored.content if stored else message.content,
        "reasoning": stored.reasoning if stored else message.reasoning,
        "status": message.status,
        "finish_reason": message.finish_reason or None,
        "error": error_of(message.status, message.error_code),
        "model_id": message.model_id or None,
        "provider": message.provider_name or None,
        "prompt_tokens": message.prompt_tokens,
        "completion_tokens": message.completion_tokens,
        "first_token_ms": message.first_token_ms,
        "duration_ms": message.duration_ms,
        "reasoning_ms": stored.reasoning_ms if stored else message.reasoning_ms,
        "cost": price(message.cost),
        "currency": message.currency or None,
        "rating": message.rating,
        "rating_reason": message.rating_reason or None,
        "rating_comment": message.rating_comment or None,
        "beside": message.beside_id,
        "attachments": [attachment_row(document) for document in message.documents.all()] if asked else [],
        "create_time": moment(message.create_time),
        "siblings": siblings,
        "generation_id": generation.id if generation else None,
        "offset": stored.offset if stored else generation.offset if generation else 0,
    }


def share_row(share: Share) -> dict[str, Any]:
    """A link of one's own. Reads `share.session`, and no snapshot."""
    return {
        "token": share.token,
        "path": f"/s/{share.token}",
        "session_id": share.session.session_id,
        "title": share.title,
        "audience": share.audience,
        "show_name": share.show_name,
        "show_reasoning": share.show_reasoning,
        "message_count": share.message_count,
        "views": share.views,
        # Something was said in the chat since the snapshot.
        "grown": share.session.update_time > share.update_time,
        "create_time": moment(share.create_time),
        "update_time": moment(share.update_time),
    }


def shared_chat(share: Share, reader: User | None) -> dict[str, Any]:
    """What a link shows to who may read it, field by field. Reads `share.user`."""
    names = ("role", "content", "status", "create_time", "attachments")
    messages = [
        {name: item[name] for name in names}
        | {"reasoning": item.get("reasoning", ""), "reasoning_ms": item.get("reasoning_ms"), "model": item.get("model")}
        for item in share.snapshot["messages"]
    ]
    return {
        "title": share.title,
        "author": share.user.username if share.show_name else None,
        "mine": reader is not None and reader.pk == share.user_id,
        "update_time": moment(share.update_time),
        "messages": messages,
    }


def attachment_row(document: Document) -> dict[str, Any]:
    """A document as it is shown: everything but its text."""
    return {
        "document_id": document.document_id,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "chars": document.chars,
    }


def import_row(row: ChatImport) -> dict[str, Any]:
    """A file that was imported."""
    return {
        "import_id": row.import_id,
        "file_name": row.file_name,
        "formats": row.sources.split(",") if row.sources else [],
        "imported": row.imported,
        "already": row.already,
        "left_out": row.left_out,
        "create_time": moment(row.create_time),
        "undone_at": moment(row.undone_at) if row.undone_at else None,
    }


def draft_row(draft: Draft, documents: Mapping[str, Document]) -> dict[str, Any]:
    """A draft; `documents` by id, as `selectors.attachments` gives them."""
    attached = [documents[document_id] for document_id in draft.attachments if document_id in documents]
    return {
        "session_id": draft.session_key or None,
        "text": draft.text,
        "attachments": [attachment_row(document) for document in attached],
        "version": draft.version,
        "update_time": moment(draft.update_time),
    }


def role_row(role: Role) -> dict[str, Any]:
    """A role to choose, in the active language; `mine`: it can be changed. Never with its instructions."""
    texts = {name: role.text(name) for name in ("name", "description", "welcome_message", "suggestions")}
    mine = role.owner_id is not None
    return {"slug": role.slug, "emoji": role.emoji, **texts, "mine": mine, "has_prompt": bool(role.system_prompt)}


def own_role(role: Role) -> dict[str, Any]:
    """A role for its owner, with all that can be changed."""
    return {
        **role_row(role),
        "system_prompt": role.system_prompt,
        "model_id": role.model_id or None,
        "temperature": role.parameters.get("temperature"),
    }


def prompt_row(prompt: Prompt) -> dict[str, Any]:
    """A prompt of the library; `mine`: it can be changed."""
    return {
        "prompt_id": prompt.prompt_id,
        "command": prompt.command,
        "title": prompt.title,
        "text": prompt.text,
        "mine": prompt.owner_id is not None,
    }


def failure(code: str) -> dict[str, Any]:
    """Why an answer failed, as {error, code, retryable}; the sentence is in the active language."""
    sentence, retryable = _OUR_FAILURES.get(code) or _provider_failures().get(code) or _UNKNOWN
    return {"error": gettext(sentence), "code": code, "retryable": retryable}


def error_of(status: str, error_code: str) -> dict[str, Any] | None:
    """What went wrong with an answer of this status, as `failure` says it; None when nothing did."""
    if status == MessageStatus.FAILED:
        return failure(error_code or "internal_error")
    if status == MessageStatus.INTERRUPTED:
        return failure(error_code or "interrupted")
    return None


def _provider_failures() -> dict[str, tuple[str, bool]]:
    return {kind.code: (kind.default_sentence, kind.retryable) for kind in _tree(ProviderError)}


def _tree(kind: type[ProviderError]) -> Iterator[type[ProviderError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)
