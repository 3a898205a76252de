"""The ledger, added up. Whoever reports what was used asks here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate

from chat.models import UsageRecord

# The states of a call that brought nothing, or not all.
FAILED = ("failed", "interrupted")
# By what a report can be grouped: an expression over the ledger. A person of two groups counts in both.
GROUPINGS: dict[str, Any] = {
    "user": F("username"),
    "model": F("model_id"),
    "provider": F("provider_name"),
    "group": Coalesce(F("user__groups__name"), Value("")),
    "day": TruncDate("create_time", tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class UsageLine:
    """What was used of one kind, in one currency (empty: calls that cost nothing, as far as we know)."""

    key: str
    currency: str
    calls: int
    failed: int
    people: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal


def usage(start: date | None, end: date | None, by: str) -> Iterator[UsageLine]:
    """The ledger from the day `start` to the day `end`, both included, by a key of GROUPINGS. Days are those of UTC.

    One query; the most expensive first, days in their order.
    """
    rows = in_days(start, end).annotate(key=GROUPINGS[by]).values("key", "currency").order_by()
    rows = rows.annotate(
        calls=Count("pk"),
        failed=Count("pk", filter=Q(state__in=FAILED)),
        people=Count("username", distinct=True),
        prompt=Coalesce(Sum("prompt_tokens"), 0),
        completion=Coalesce(Sum("completion_tokens"), 0),
        total=Coalesce(Sum("cost"), Decimal(0)),
    )
    order = ("key", "currency") if by == "day" else ("currency", "-total", "-calls", "key")
    for row in rows.order_by(*order):
        yield UsageLine(
            key=str(row["key"]),
            currency=row["currency"],
            calls=row["calls"],
            failed=row["failed"],
            people=row["people"],
            prompt_tokens=row["prompt"],
            completion_tokens=row["completion"],
            cost=row["total"],
        )


def totals(start: date | None, end: date | None) -> dict[str, Decimal]:
    """What all of it cost, by currency."""
    rows = in_days(start, end).exclude(currency="").values("currency").order_by("currency")
    return dict(rows.annotate(total=Coalesce(Sum("cost"), Decimal(0))).values_list("currency", "total"))


def in_days(start: date | None, end: date | None) -> QuerySet[UsageRecord]:
    """The calls of these days."""
    rows = UsageRecord.objects.all()
    if start is not None:
        rows = rows.filter(create_time__gte=datetime.combine(start, time.min, UTC))
    if end is not None:
        rows = rows.filter(create_time__lt=datetime.combine(end + timedelta(days=1), time.min, UTC))
    return rows
