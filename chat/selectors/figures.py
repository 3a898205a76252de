"""What was used in a range of days, from the ledger's roll-ups: a handful of queries, however long the range is."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

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

    def add(self, other: "Sums") -> None:
        """Count other sums in."""
        self.messages += other.messages
        self.failed += other.failed
        self.tokens += other.tokens
        for currency, amount in other.cost.items():
            self.cost[currency] += amount


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
    """The figures from one day to another, both included. Four queries; one where there is nothing."""
    rows = UsageDay.objects.filter(day__range=(first, last)).order_by()
    parts = _parts(rows)
    if not parts:
        empty = {day: Sums() for day in days.between(first, last)}
        return Figures(Sums(), empty, 0, None, None, [], [], 0, None)
    total = Sums()
    for part in parts:
        total.add(part.sums)
    by_day, computed_at = _by_day(rows, first, last, sorted(total.cost))
    by_model = _by_model(parts)
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
        providers=_providers(parts),
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What all days together have of one model, provider and reason of failure; `calls` are of all kinds."""

    model: str
    provider: str
    code: str
    calls: int
    sums: Sums


def _parts(rows: QuerySet[UsageDay]) -> list[_Part]:
    """As many as there are models, with what went wrong with them: the table is read once for all but the days."""
    names = ("model_id", "provider_name", "kind", "error_code", "currency")
    numbers = (Sum("calls"), Sum("prompt_tokens") + Sum("completion_tokens"), Sum("cost"))
    found = []
    for row in rows.values_list(*names).annotate(calls=numbers[0], tokens=numbers[1], money=numbers[2]):
        model, provider, kind, code, currency, calls, tokens, money = row
        messages = calls if kind == UsageKind.CHAT else 0
        sums = Sums(messages, messages if code not in NO_FAILURES else 0, tokens)
        if currency:
            sums.cost[currency] += money
        found.append(_Part(model, provider, code, calls, sums))
    return found


def _by_day(
    rows: QuerySet[UsageDay], first: date, last: date, currencies: list[str]
) -> tuple[dict[date, Sums], datetime | None]:
    """The sums of each day, and when the latest of them were computed."""
    by_day = {day: Sums() for day in days.between(first, last)}
    is_message = Q(kind=UsageKind.CHAT)
    # Grouped by the day alone they come in the order of the table's key: nothing has to be sorted.
    money = {f"money_{place}": Sum("cost", filter=Q(currency=name)) for place, name in enumerate(currencies)}
    summed = rows.values_list("day").annotate(
        messages=Sum("calls", filter=is_message),
        failed=Sum("calls", filter=is_message & ~Q(error_code__in=NO_FAILURES)),
        tokens=Sum("prompt_tokens") + Sum("completion_tokens"),
        at=Max("update_time"),
        **money,
    )
    computed_at: datetime | None = None
    for day, messages, failed, tokens, at, *amounts in summed:
        sums = by_day[day] = Sums(messages or 0, failed or 0, tokens)
        sums.cost.update({name: amount for name, amount in zip(currencies, amounts, strict=True) if amount is not None})
        computed_at = max(computed_at or at, at)
    return by_day, computed_at


def _by_model(parts: Iterable[_Part]) -> list[tuple[str, Sums]]:
    found: dict[str, Sums] = defaultdict(Sums)
    for part in parts:
        found[part.model].add(part.sums)
    return sorted(found.items(), key=lambda each: (-each[1].messages, -each[1].tokens, each[0]))


def _providers(parts: Iterable[_Part]) -> list[ProviderErrors]:
    """Those with failures, the most first."""
    found: dict[str, ProviderErrors] = {}
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for part in parts:
        entry = found.setdefault(part.provider, ProviderErrors(part.provider))
        if part.code != NOT_NEEDED:
            entry.calls += part.calls
        if part.code not in NO_FAILURES:
            entry.failed += part.calls
            reasons[part.provider][part.code] += part.calls
    for name, entry in found.items():
        entry.reasons = reasons[name].most_common()
    return sorted((entry for entry in found.values() if entry.failed), key=lambda entry: (-entry.failed, entry.name))
