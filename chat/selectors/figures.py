"""What was used in a range of days, from the ledger's roll-ups: a handful of queries, however long the range is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from aihelper.lib import days
from chat.models import ActiveMonth, UsageDay, UsageSpeed
from chat.models.usage import UsageKind
from providers.health import figures as times
from providers.wire.gate import NOT_NEEDED

# These say nothing about the provider: nobody waited for it any more.
NO_FAILURES = frozenset({"", NOT_NEEDED})
TOP_MODELS = 8

Money = dict[str, Decimal]


@dataclass(slots=True)
class Sums:
    """What was used. `cost` by currency, never added up over currencies."""

    messages: int = 0
    failed: int = 0
    tokens: int = 0
    cost: Money = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, row: dict[str, Any]) -> None:
        """Count a row of sums in."""
        if row["kind"] == UsageKind.CHAT:
            self.messages += row["count"]
            self.failed += row["bad"] or 0
        self.tokens += row["prompt"] + row["completion"]
        if row["currency"]:
            self.cost[str(row["currency"])] += row["total"]


@dataclass(slots=True)
class ProviderErrors:
    """How a provider's calls of all kinds went: reasons as (code, count), the most frequent first."""

    name: str
    calls: int = 0
    failed: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Figures:
    """All of a range. `days` has each of its days, also those without a call; `models` the most asked ones."""

    total: Sums
    days: dict[date, Sums]
    people: int
    p50: int | None
    p95: int | None
    providers: list[ProviderErrors]
    models: list[tuple[str, Sums]]
    other_models: int
    computed_at: datetime | None


def read(first: date, last: date) -> Figures:
    """The figures from one day to another, both included. Five queries; one where there is nothing."""
    rows = UsageDay.objects.filter(day__range=(first, last)).order_by()
    by_day, total, computed_at = _by_day(rows, first, last)
    if computed_at is None:
        return Figures(total, by_day, 0, None, None, [], [], 0, None)
    by_model = _by_model(rows)
    speeds = UsageSpeed.objects.filter(day__range=(first, last)).order_by().values_list("bucket")
    histogram = times.empty()
    for place, calls in speeds.annotate(count=Sum("calls")):
        histogram[min(place, len(histogram) - 1)] += calls
    return Figures(
        total=total,
        days=by_day,
        people=people(first, last),
        p50=times.quantile(histogram, 0.5),
        p95=times.quantile(histogram, 0.95),
        providers=_providers(rows),
        models=by_model[:TOP_MODELS],
        other_models=max(0, len(by_model) - TOP_MODELS),
        computed_at=computed_at,
    )


def people(first: date, last: date) -> int:
    """How many people asked anything in these days: exact, over months that are whole and those that are cut."""
    begin, end = first.replace(day=1), last.replace(day=1)
    rows = ActiveMonth.objects.filter(month__range=(begin, end))
    from_first, to_last = _bits(first.day, 31), _bits(1, last.day)
    if begin == end:
        from_first = to_last = from_first & to_last
    rows = rows.annotate(in_begin=F("days").bitand(from_first), in_end=F("days").bitand(to_last))
    # Each person of a month between the two has been there on some day of it.
    there = Q(month__gt=begin, month__lt=end) | Q(month=begin, in_begin__gt=0) | Q(month=end, in_end__gt=0)
    found: int = rows.filter(there).aggregate(people=Count("username", distinct=True))["people"]
    return found


def _bits(first: int, last: int) -> int:
    """The bits of the days of a month, from the first to the last."""
    return (1 << last) - (1 << (first - 1))


def _by_day(rows: QuerySet[UsageDay], first: date, last: date) -> tuple[dict[date, Sums], Sums, datetime | None]:
    by_day, total = {day: Sums() for day in days.between(first, last)}, Sums()
    computed_at: datetime | None = None
    for row in _summed(rows, "day"):
        by_day[row["day"]].add(row)
        total.add(row)
        computed_at = max(computed_at or row["at"], row["at"])
    return by_day, total, computed_at


def _by_model(rows: QuerySet[UsageDay]) -> list[tuple[str, Sums]]:
    found: dict[str, Sums] = defaultdict(Sums)
    for row in _summed(rows, "model_id"):
        found[row["model_id"]].add(row)
    return sorted(found.items(), key=lambda each: (-each[1].messages, -each[1].tokens, each[0]))


def _summed(rows: QuerySet[UsageDay], by: str) -> Iterable[dict[str, Any]]:
    summed: Iterable[dict[str, Any]] = rows.values(by, "kind", "currency").annotate(
        count=Sum("calls"),
        bad=Sum("calls", filter=~Q(error_code__in=NO_FAILURES)),
        prompt=Sum("prompt_tokens"),
        completion=Sum("completion_tokens"),
        total=Sum("cost"),
        at=Max("update_time"),
    )
    return summed


def _providers(rows: QuerySet[UsageDay]) -> list[ProviderErrors]:
    """Those with failures, the most first."""
    found: dict[str, ProviderErrors] = {}
    for name, code, calls in rows.values_list("provider_name", "error_code").annotate(count=Sum("calls")):
        entry = found.setdefault(name, ProviderErrors(name))
        if code != NOT_NEEDED:
            entry.calls += calls
        if code not in NO_FAILURES:
            entry.failed += calls
            entry.reasons.append((code, calls))
    for entry in found.values():
        entry.reasons.sort(key=lambda each: -each[1])
    return sorted((entry for entry in found.values() if entry.failed), key=lambda entry: (-entry.failed, entry.name))
