"""What a call costs: the one door to prices."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from providers.models import ModelConfig, ModelPrice

TOKENS_PER_PRICE = Decimal(1_000_000)


def price_at(model: ModelConfig, when: datetime | None = None) -> ModelPrice | None:
    """Return the model's prices at that moment (None: now), or None where none had been set by then."""
    day = timezone.localdate(when or timezone.now(), timezone.get_default_timezone())
    return ModelPrice.objects.filter(model=model, valid_from__lte=day).order_by("-valid_from").first()


def cost(price: ModelPrice, prompt_tokens: int, completion_tokens: int) -> Decimal:
    """Return what so many tokens cost, in the price's currency."""
    return (prompt_tokens * price.input_price + completion_tokens * price.output_price) / TOKENS_PER_PRICE
