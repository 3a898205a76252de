"""Which providers were asked for an answer, and the lines that this makes in the ledger.

Each question that went out is one line, so that the ledger has what providers may bill: the one that answered (or,
where none did, the one that tells why) is the answer's own, the others are tries beside it (docs/decisions/ledger.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from aihelper.lib.tracing import NOTHING, Span
from chat.models import Generation, UsageRecord
from chat.models.usage import UsageKind, UsageState
from providers import prices
from providers.events import ChatRequest, Served, Tried, Usage
from providers.models import ModelConfig
from providers.wire.gate import CIRCUIT_OPEN, COOLING_DOWN, NOT_NEEDED, OVERTAKEN
from providers.wire.retry import Candidate

# What the column holds; an upstream may claim any number of tokens.
MAX_COST = Decimal("999999.99999999")
NOT_ASKED = frozenset({COOLING_DOWN, CIRCUIT_OPEN})
# We hung up; the provider did not fail.
_TAKEN_BACK = frozenset({OVERTAKEN, NOT_NEEDED})


@dataclass(slots=True)
class Call:
    """A question to a provider, by the labels of its candidate. `code`: why it did not answer, after `ms`."""

    label: str
    key: str
    code: str = ""
    ms: int = 0
    is_over: bool = False
    span: Span = NOTHING


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer (or a title) ended: what the provider told, and our own times in milliseconds."""

    state: str
    duration_ms: int
    error_code: str = ""
    first_token_ms: int | None = None
    usage: Usage | None = None


@dataclass(slots=True)
class Lines:
    """What the ledger gets: the line of the call that answered, if one did, and all others."""

    answer: UsageRecord | None = None
    others: list[UsageRecord] = field(default_factory=list)


class Calls:
    """Hears of each question as it goes out, and of what came of it."""

    def __init__(self, span: Span = NOTHING) -> None:
        """`span`: what they are parts of, for tracing."""
        self._span = span
        self._calls: list[Call] = []
        self._served: Call | None = None

    def noting(self, request_for: Callable[[Candidate], ChatRequest]) -> Callable[[Candidate], ChatRequest]:
        """`request_for`, which is asked each time that a question goes out."""

        def noted(candidate: Candidate) -> ChatRequest:
            span = self._span.child("provider.call", provider=candidate.label, model=candidate.model)
            self._calls.append(Call(candidate.label, candidate.key, span=span))
            return request_for(candidate)

        return noted

    def ended(self, event: Tried | Served) -> None:
        """One of them answers, or does not."""
        if isinstance(event, Tried) and event.code in NOT_ASKED:
            return
        same = (call for call in self._calls if not call.is_over and (call.label, call.key) == (event.label, event.key))
        call = next(same, None)
        if call is None:
            return
        call.is_over, call.ms = True, event.ms
        if isinstance(event, Tried):
            call.code = event.code
            call.span.end(event.code)
        else:
            self._served = call

    def close(self, error: str = "") -> None:
        """It is over; `error` is why the one that answered broke off."""
        for call in self._calls:
            if call is self._served:
                call.span.end(error, first_event_ms=call.ms)
            else:
                call.span.end(call.code or NOT_NEEDED)

    @property
    def served(self) -> str | None:
        """The label of the one that answers."""
        return self._served.label if self._served else None

    def lines(
        self,
        generation: Generation,
        model: Callable[[str], ModelConfig],
        ending: Ending,
        kind: str = UsageKind.CHAT,
    ) -> Lines:
        """The ledger's lines; `model` says which model is behind a label. May read prices."""
        now = timezone.now()
        own = self._served or _telling(self._calls, ending.error_code)
        lines = Lines()
        for call in self._calls:
            record = _line(generation, model(call.label), call, now)
            if call is not own:
                lines.others.append(record)
                continue
            record.kind, record.state, record.error_code = kind, ending.state, ending.error_code
            record.first_token_ms, record.duration_ms = ending.first_token_ms, ending.duration_ms
            if call is self._served:
                _price(record, model(call.label), ending.usage)
                lines.answer = record
            else:
                lines.others.append(record)
        return lines


def _telling(calls: Sequence[Call], code: str) -> Call | None:
    """Of calls that nobody answered, the last one that failed as the answer did; else the last of all."""
    return next((call for call in reversed(calls) if call.code == code), calls[-1] if calls else None)


def _line(generation: Generation, model: ModelConfig, call: Call, now: datetime) -> UsageRecord:
    code = call.code if call.is_over else NOT_NEEDED
    return UsageRecord(
        user=generation.user,
        username=generation.user.username,
        kind=UsageKind.ATTEMPT,
        model_id=model.model_id,
        provider_name=model.provider.name,
        key_label=call.key,
        message_id=generation.message_id,
        state=UsageState.STOPPED if code in _TAKEN_BACK else UsageState.FAILED,
        error_code=code,
        duration_ms=call.ms,
        create_time=now,
    )


def _price(record: UsageRecord, model: ModelConfig, usage: Usage | None) -> None:
    if usage is None:
        return
    record.prompt_tokens, record.completion_tokens = usage.prompt_tokens, usage.completion_tokens
    if price := prices.price_at(model, record.create_time):
        record.cost = min(prices.cost(price, usage.prompt_tokens, usage.completion_tokens), MAX_COST)
        record.currency = price.currency


def of_lost(generation: Generation, state: str) -> UsageRecord:
    """The line of an answer whose process died while it wrote: which provider it was nobody knows any more."""
    return UsageRecord(
        user=generation.user,
        username=generation.user.username,
        model_id=generation.message.model_id,
        message_id=generation.message_id,
        state=state,
    )


def store(lines: Lines) -> None:
    """Write lines into the ledger."""
    UsageRecord.objects.bulk_create([*([lines.answer] if lines.answer else ()), *lines.others])
