"""What goes to a provider and what comes back: pure values, without identity or storage.

A stream of events yields text and reasoning deltas (all text of one upstream read joined into one delta per
run of the same kind), at most one `Usage`, and ends with exactly one `Finished`. Anything else is a
`ProviderError` (providers.errors).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "content_filter", "tool_calls"]

MAX_TOKENS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a model. `parameters` (temperature, top_p, ...) go to the provider as they are."""

    model: str
    messages: tuple[ChatMessage, ...]
    max_tokens: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


def _clamp(count: int) -> int:
    return min(max(count, 0), MAX_TOKENS)


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as the provider told them, each clamped to 0 .. 2**31-1 (a signed database integer)."""

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int = 0
    cached_tokens: int = 0

    def __post_init__(self) -> None:
        for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens"):
            object.__setattr__(self, name, _clamp(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Finished:
    reason: FinishReason


@dataclass(frozen=True, slots=True)
class Tried:
    """A candidate that did not answer, and why: an error's code, or one of providers.wire.gate. `key` is a label."""

    label: str
    key: str
    code: str
    ms: int


@dataclass(frozen=True, slots=True)
class Served:
    """Which candidate answers, `ms` after it was asked.

    A retried stream (providers.wire.retry) begins with what was tried in vain, then this, then the answer's events.
    """

    label: str
    key: str = ""
    ms: int = 0


Event = TextDelta | ReasoningDelta | Usage | Finished


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model as `GET /models` lists it; `context_window` in tokens, None where the server does not say."""

    model_id: str
    name: str
    context_window: int | None = None
