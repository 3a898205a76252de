"""What an OpenAI-compatible server sends, read strictly and fast, or loosely where that fails.

The strict structs name only the fields in use; msgspec skips the rest. The loose way costs ten times as much and is
taken for the rare event that holds broken UTF-8, half a surrogate pair or a field of another type.
"""

import contextlib
import json
import re
from typing import Any

import msgspec

from providers.errors import BadResponse, ProviderError
from providers.events import Usage
from providers.wire.failures import from_event


class Delta(msgspec.Struct, gc=False):
    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None


class Choice(msgspec.Struct, gc=False):
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None
    index: int | None = None


class Chunk(msgspec.Struct, gc=False):
    choices: list[Choice] | None = None
    usage: dict[str, Any] | None = None
    error: Any = None
    object: Any = None
    message: Any = None


_decode = msgspec.json.Decoder(Chunk).decode


def read_chunk(data: bytes) -> Chunk:
    """One event's data. Raises BadResponse when it is not JSON of an object."""
    # Outside the `except`: an error of ours carries nothing of the upstream's as its context.
    with contextlib.suppress(ValueError, RecursionError):
        return _decode(data)
    return _read_loosely(data)


def _read_loosely(data: bytes) -> Chunk:
    try:
        value = json.loads(data.decode("utf-8", "replace").replace("\0", ""), strict=False)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadResponse
    choices = [_choice(item) for item in _list(value.get("choices")) if isinstance(item, dict)]
    usage = value.get("usage")
    error = value.get("error", value.get("detail"))
    return Chunk(choices, usage if isinstance(usage, dict) else None, error, value.get("object"), value.get("message"))


def _choice(item: dict[str, Any]) -> Choice:
    index = item.get("index")
    return Choice(
        _delta(item.get("delta")),
        _delta(item.get("message")),
        _text(item.get("finish_reason")),
        index if isinstance(index, int) else None,
    )


def _delta(item: Any) -> Delta | None:
    if not isinstance(item, dict):
        return Delta(content=item) if isinstance(item, str) else None
    content = item.get("content")
    return Delta(
        content if isinstance(content, str | list) else None,
        _text(item.get("reasoning_content")),
        _text(item.get("reasoning")),
        _text(item.get("refusal")),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def read_parts(parts: list[Any]) -> tuple[str, str]:
    """(text, reasoning) of a content that is a list of parts."""
    text, reasoning = [], []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        elif isinstance(part, dict):
            if part.get("type") in ("thinking", "reasoning"):
                inner = part.get("thinking", part.get("text"))
                reasoning.append(inner if isinstance(inner, str) else "".join(read_parts(_list(inner))))
            elif isinstance(part.get("text"), str):
                text.append(part["text"])
    return "".join(text), "".join(reasoning)


def error_of(chunk: Chunk) -> ProviderError | None:
    """The error that came in place of an answer, if this is one."""
    if chunk.error:
        return from_event(*_words(chunk.error))
    if chunk.object == "error":
        return from_event(*_words(chunk.message))
    return None


def error_words(body: bytes) -> str:
    """What an error's body says in its code, type and message; it decides the class and is shown to nobody."""
    try:
        value = json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        # Not JSON: a page of some proxy, where a chance word would mislead.
        return ""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("error") or value.get("detail") or value
    return _words(value)[0]


def _words(error: Any) -> tuple[str, int | None]:
    """The words of an error object, and the HTTP status that its code may be."""
    if not isinstance(error, dict):
        return (error if isinstance(error, str) else json.dumps(error, default=str)[:4000]), None
    code = error.get("code", error.get("status"))
    words = " ".join(str(error[key])[:2000] for key in ("code", "type", "param", "message") if error.get(key))
    status = re.fullmatch(r"[45]\d\d", str(code))
    return words, int(status[0]) if status else None


def read_usage(usage: dict[str, Any]) -> Usage | None:
    """Token counts, clamped; None where there is nothing to count with."""
    prompt = _count(usage, "prompt_tokens", "input_tokens")
    completion = _count(usage, "completion_tokens", "output_tokens")
    if prompt is None and completion is None:
        return None
    reasoning = _count(usage.get("completion_tokens_details"), "reasoning_tokens")
    cached = _count(usage.get("prompt_tokens_details"), "cached_tokens") or _count(usage, "prompt_cache_hit_tokens")
    return Usage(prompt or 0, completion or 0, reasoning or 0, cached or 0)


def _count(holder: Any, *names: str) -> int | None:
    for name in names:
        value = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        return int(min(max(value, 0), 2**31 - 1)) if value == value else None
    return None
