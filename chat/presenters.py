"""The JSON of sessions and messages, the same on every route and on the socket (docs/api.md)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from chat.models import Generation, Message, Session
from chat.models.message import MessageStatus
from chat.selectors import Stored
from providers.errors import ProviderError

# code: (English msgid, whether the same may succeed later). The providers' own codes come from their classes.
_OUR_FAILURES = {
    "interrupted": (_("The server was interrupted while it wrote this answer. Continue it, or write it anew."), True),
    "internal_error": (_("Something went wrong on the server. It has been written to the log. Try again."), True),
    "no_model": (_("No model has been set up yet. An administrator can add one."), False),
    "model_not_found": (_("This model is not offered any more. Choose another one and write the answer anew."), False),
}
_UNKNOWN = (_("The answer could not be written. Try again, or choose another model."), True)


def moment(value: datetime) -> str:
    """A point in time as ISO 8601 in UTC, ending in Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def session_row(session: Session, generating: str | None) -> dict[str, Any]:
    """A session in a list. Reads `session.role`: load it with the sessions. `generating`: the live generation's id."""
    return {
        "session_id": session.session_id,
        "title": session.title,
        "title_is_manual": session.title_is_manual,
        "model_id": session.model_id or None,
        "role": session.role.slug if session.role else None,
        "pinned": session.pinned,
        "archived": session.archived,
        "create_time": moment(session.create_time),
        "update_time": moment(session.update_time),
        "preview": session.preview,
        "generating": generating,
    }


def message_row(
    message: Message, siblings: list[int], generation: Generation | None, stored: Stored | None
) -> dict[str, Any]:
    """A message of a conversation. Reads `message.session`.

    `siblings`: ids of all messages with the same parent, in order. `stored`: what a live answer has so far;
    it stands for the message's own text, and viewers attach from its offset.
    """
    return {
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
        "rating": message.rating,
        "create_time": moment(message.create_time),
        "siblings": siblings,
        "generation_id": generation.id if generation else None,
        "offset": stored.offset if stored else generation.offset if generation else 0,
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
