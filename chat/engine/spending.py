"""What an answer takes of its person's budgets: a guess before it is asked for, what it cost afterwards."""

from collections.abc import Iterable
from dataclasses import replace

import structlog
from django.db import transaction

from accounts.budgets import ledger
from accounts.budgets.ledger import Spent
from chat.engine import calls
from chat.engine import plan as plans
from chat.engine.calls import Lines
from chat.models import Generation, UsageRecord
from chat.models.generation import LIVE_STATES
from providers import prices
from providers.models import ModelConfig

log = structlog.get_logger(__name__)

# What an answer is thought to be long, in tokens, where the model has no limit of its own.
USUAL_ANSWER = 1000


def reserve(generation: Generation) -> None:
    """Take room for an answer in the transaction that begins it. Raises QuotaExceeded."""
    ledger.reserve(generation.user_id, generation.message.model_id, lambda: _guess(generation), key=generation.id)


def settle(generation: Generation, received: int, usage: UsageRecord | None) -> None:
    """Count what an answer took, in the transaction that ends it, before its text is stored.

    `usage` is the line of the call that answered, `received` about how many tokens came. A question that no provider
    answered, not even with a word, takes nothing. Where the provider did not say how many tokens it was, because the
    answer was stopped or broke off, the lengths of what was sent and of what came say it about, and so what it cost:
    else whoever stops each answer before its last word would never pay.
    """
    if usage is None and not received:
        ledger.settle(generation.id, ledger.NOTHING)
    else:
        ledger.settle(generation.id, Spent(), lambda: _spent(generation, received, usage))


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


def _spent(generation: Generation, received: int, usage: UsageRecord | None) -> Spent:
    if usage is not None and usage.completion_tokens is not None:
        return _of(usage, messages=1)
    model = _model(generation.message.model_id, usage.provider_name if usage else "")
    return _priced(model, plans.prompt_tokens(generation, model), received)


def _of(usage: UsageRecord, *, messages: int) -> Spent:
    tokens = (usage.prompt_tokens or 0) + (usage.completion_tokens or 0)
    return Spent(messages=messages, tokens=tokens, money=usage.cost, currency=usage.currency)


def _guess(generation: Generation) -> Spent:
    model = _model(generation.message.model_id)
    reply = model.max_tokens if model and model.max_tokens else USUAL_ANSWER
    return _priced(model, plans.prompt_tokens(generation, model), reply)


def _priced(model: ModelConfig | None, asked: int, answered: int) -> Spent:
    spent = Spent(messages=1, tokens=asked + answered)
    if model and (price := prices.price_at(model)):
        return replace(spent, money=prices.cost(price, asked, answered), currency=price.currency)
    return spent


def _model(model_id: str, provider: str = "") -> ModelConfig | None:
    """The model that is asked first for an id, or the one of that provider."""
    rows = ModelConfig.objects.filter(model_id=model_id)
    return rows.filter(provider__name=provider).first() if provider else rows.offered().first()
