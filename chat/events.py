"""The events that viewers get, and their JSON (design: the same on the event stream and on the socket)."""

from dataclasses import dataclass
from typing import Any

import msgspec

CONTENT, REASONING, EVENT = "content", "reasoning", "event"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of a log: `text` of one kind (JSON for an event), and the log's offset after it."""

    kind: str
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class End:
    """How a generation ended. Every viewer gets it last; `offset` is the log's final length in characters."""

    state: str
    finish_reason: str
    offset: int
    session_id: str
    message_id: int
    generation_id: str
    error_code: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    provider: str = ""
    first_token_ms: int | None = None
    duration_ms: int | None = None
    reasoning_ms: int | None = None
    cost: str | None = None
    currency: str = ""
    # Who was asked, in order, and what came of it (`Generation.tried`); None for people who are not administrators.
    attempts: list[dict[str, Any]] | None = None


class _Delta(msgspec.Struct):
    type: str
    content: str
    offset: int


class _MultiplexedDelta(msgspec.Struct):
    type: str
    content: str
    offset: int
    generation_id: str


_TYPES = {CONTENT: "delta", REASONING: "reasoning"}


def encode(payload: dict[str, Any]) -> bytes:
    """Any event as JSON."""
    return _encode(payload)


def encode_frame(frame: Frame, generation_id: str | None = None) -> bytes:
    """A frame as JSON; with the generation's id where several share a connection."""
    if frame.kind == EVENT:
        event = msgspec.json.decode(frame.text)
        return _encode({**event, "offset": frame.offset} | ({"generation_id": generation_id} if generation_id else {}))
    if generation_id is None:
        return _encode(_Delta(_TYPES[frame.kind], frame.text, frame.offset))
    return _encode(_MultiplexedDelta(_TYPES[frame.kind], frame.text, frame.offset, generation_id))


def done(end: End) -> dict[str, Any]:
    """The last event of every stream."""
    known = end.prompt_tokens is not None or end.completion_tokens is not None
    usage = {"prompt_tokens": end.prompt_tokens, "completion_tokens": end.completion_tokens}
    event = {
        "type": "done",
        "done": True,
        "session_id": end.session_id,
        "message_id": end.message_id,
        "generation_id": end.generation_id,
        "finish_reason": end.finish_reason,
        "usage": usage if known else None,
        "provider": end.provider or None,
        "first_token_ms": end.first_token_ms,
        "duration_ms": end.duration_ms,
        "reasoning_ms": end.reasoning_ms,
        "cost": end.cost,
        "currency": end.currency or None,
        "offset": end.offset,
    }
    return event if end.attempts is None else event | {"attempts": end.attempts}
