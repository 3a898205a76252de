"""What a call costs: the one door to prices."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from aihelper.lib.amounts import plain
from providers.models import ModelConfig, ModelPrice

TOKENS_PER_PRICE = Decimal(1_000_000)


def price_at(model: ModelConfig, when: datetime | None = None) -> ModelPrice | None:
    """Return the model's prices at that moment (None: now), or None where none had been set by then."""
    day = timezone.localdate(when or timezone.now(), timezone.get_default_timezone())
    return ModelPrice.objects.filter(model=model, valid_from__lte=day).order_by("-valid_from").first()


def currencies() -> set[str]:
    """The currencies in which any model has prices, of whatever day."""
    return set(ModelPrice.objects.order_by().values_list("currency", flat=True).distinct())


def lines_of(model: ModelConfig) -> list[str]:
    """All prices of a model as lines, the newest first: "2026-01-01 0.5 1.5 USD", input before output."""
    rows = sorted(model.prices.all(), key=lambda row: row.valid_from, reverse=True)
    return [
        f"{row.valid_from:%Y-%m-%d} {plain(row.input_price)} {plain(row.output_price)} {row.currency}" for row in rows
    ]


@transaction.atomic
def replace(model: ModelConfig, lines: list[str]) -> None:
    """Make the prices those of `lines_of`. What was asked keeps what it cost. Raises ValidationError."""
    wanted = {}
    for line in lines:
        day, asked, answered, currency = line.split(" ")
        wanted[date.fromisoformat(day)] = {
            "input_price": Decimal(asked), "output_price": Decimal(answered), "currency": currency
        }  # fmt: skip
    known = {row.valid_from: row for row in model.prices.all()}
    model.prices.exclude(valid_from__in=wanted).delete()
    for valid_from, fields in wanted.items():
        row = known.get(valid_from) or ModelPrice(model=model, valid_from=valid_from)
        for name, value in fields.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()


def cost(price: ModelPrice, prompt_tokens: int, completion_tokens: int) -> Decimal:
    """Return what so many tokens cost, in the price's currency."""
    return (prompt_tokens * price.input_price + completion_tokens * price.output_price) / TOKENS_PER_PRICE
