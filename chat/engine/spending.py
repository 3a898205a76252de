"""What an answer takes of its person's budgets: a guess before it is asked for, what it cost afterwards."""

from collections.abc import Iterable
from dataclasses import replace

import structlog
from django.db import transaction

from accounts.budgets import ledger
from accounts.budgets.ledger import Spent
from chat.engine import calls, prompt
from chat.engine.calls import Lines
from chat.engine.log import GenerationLog
from chat.events import CONTENT, REASONING
from chat.models import Generation, UsageRecord
from chat.models.generation import LIVE_STATES
from providers import prices
from providers.models import ModelConfig

log = structlog.get_logger(__name__)

# What an answer is thought to be long, in tokens, where the model has no limit of its own.
USUAL_ANSWER = 1000


def reserve(generation: Generation, question: str, model_id: str) -> None:
    """Take room for an answer in the transaction that begins it. Raises QuotaExceeded."""
    ledger.reserve(generation.user_id, model_id, lambda: _guess(question, model_id), key=generation.id)


def settle(generation_id: str, log: GenerationLog, usage: UsageRecord | None) -> None:
    """Count what an answer took, in the transaction that ends it; `usage` is the line of the call that answered.

    A question that no provider answered, not even with a word, takes nothing. Where the provider did not say how many
    tokens it was, the length of the text says it about.
    """
    if usage is not None:
        ledger.settle(generation_id, _spent(usage, log))
    elif text := log.text(REASONING) + log.text(CONTENT):
        ledger.settle(generation_id, Spent(messages=1, tokens=prompt.estimate_tokens(text)))
    else:
        ledger.settle(generation_id, ledger.NOTHING)


@transaction.atomic
def save_extra(lines: Lines) -> None:
    """Store the lines of what nobody has asked for, such as a title, and count its tokens and money."""
    calls.store(lines)
    if lines.answer is not None and lines.answer.user_id is not None:
        ledger.charge(lines.answer.user_id, lines.answer.model_id, _of(lines.answer, messages=0))


def release_lost() -> int:
    """Give back what is held for answers that are gone without an end, such as those of deleted people; how many."""
    released = ledger.release_lost(_still_written)
    if released:
        log.info("budgets.released", answers=released)
    return released


def _still_written(keys: Iterable[str]) -> set[str]:
    return set(Generation.objects.filter(id__in=keys, state__in=LIVE_STATES).values_list("id", flat=True))


def _spent(usage: UsageRecord, log: GenerationLog) -> Spent:
    if usage.completion_tokens is not None:
        return _of(usage, messages=1)
    return Spent(messages=1, tokens=prompt.estimate_tokens(log.text(REASONING) + log.text(CONTENT)))


def _of(usage: UsageRecord, *, messages: int) -> Spent:
    tokens = (usage.prompt_tokens or 0) + (usage.completion_tokens or 0)
    return Spent(messages=messages, tokens=tokens, money=usage.cost, currency=usage.currency)


def _guess(question: str, model_id: str) -> Spent:
    model = ModelConfig.objects.offered().filter(model_id=model_id).first()
    asked, answered = prompt.estimate_tokens(question), model.max_tokens if model and model.max_tokens else USUAL_ANSWER
    spent = Spent(messages=1, tokens=asked + answered)
    if model and (price := prices.price_at(model)):
        return replace(spent, money=prices.cost(price, asked, answered), currency=price.currency)
    return spent
