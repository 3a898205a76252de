"""The ledger, added up. Whoever reports what was used asks here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from aihelper.lib import days
from chat.models import UsageRecord

# The states of a call that brought nothing, or not all.
FAILED = ("failed", "interrupted")
DAY = "day"
# By what a report can be grouped: an expression over the ledger. A person of two groups counts in both.
GROUPINGS: dict[str, Any] = {
    "user": F("username"),
    "model": F("model_id"),
    "provider": F("provider_name"),
    "group": Coalesce(F("user__groups__name"), Value("")),
    DAY: None,
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
    """The ledger from the day `start` to the day `end`, both included, by a key of GROUPINGS.

    Days are those of aihelper.lib.days. One query, for "day" one for each; the most expensive first, days in order.
    """
    if by != DAY:
        yield from _lines(in_days(start, end).annotate(key=GROUPINGS[by]))
        return
    known = in_days(start, end).aggregate(first=Min("create_time"), last=Max("create_time"))
    if known["first"] is not None:
        for day in days.between(days.of(known["first"]), days.of(known["last"])):
            yield from sorted(_lines(in_days(day, day).annotate(key=Value(f"{day}"))), key=lambda line: line.currency)


def _lines(rows: "QuerySet[Any]") -> Iterator[UsageLine]:
    """Rows with a `key`, added up by it."""
    found = rows.values("key", "currency").annotate(
        calls=Count("pk"),
        failed=Count("pk", filter=Q(state__in=FAILED)),
        people=Count("username", distinct=True),
        prompt=Coalesce(Sum("prompt_tokens"), 0),
        completion=Coalesce(Sum("completion_tokens"), 0),
        total=Coalesce(Sum("cost"), Decimal(0)),
    )
    for row in found.order_by("currency", "-total", "-calls", "key"):
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


def in_days(start: date | None, end: date | None, rows: QuerySet[UsageRecord] | None = None) -> QuerySet[UsageRecord]:
    """The calls (or of `rows` those) of these days, both included."""
    rows = UsageRecord.objects.all() if rows is None else rows
    if start is not None:
        rows = rows.filter(create_time__gte=days.begin(start))
    if end is not None:
        rows = rows.filter(create_time__lt=days.end(end))
    return rows
