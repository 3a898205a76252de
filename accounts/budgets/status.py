"""What is left: for the composer, for a person's settings, for the administrator."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Q, Value, When
from django.utils import timezone

from accounts.budgets import ledger, periods
from accounts.budgets.models import Budget, BudgetCounter, Period, Unit
from accounts.models import User


def of(user: User) -> list[dict[str, Any]]:
    """All budgets that hold for a person, the most pressing first.

    Each says name, model_id (empty: all), unit, currency, limit (with top-ups), used, remaining, warn (whether people
    should see it by now) and resets_at. Two queries.
    """
    now = timezone.now()
    budgets = list(ledger.holding(user.pk))
    wanted = Q()
    for budget in budgets:
        wanted |= Q(budget=budget, subject=budget.subject(user.pk), window=periods.begin(budget.period, now))
    counters = {row.budget_id: row for row in BudgetCounter.objects.filter(wanted)} if budgets else {}
    rows = [_row(budget, counters.get(budget.pk), now) for budget in budgets]
    return sorted(rows, key=_pressing)


def quota(user: User) -> dict[str, Any] | None:
    """The most pressing of a person's budgets for the composer, or None."""
    return next(iter(of(user)), None)


def _row(budget: Budget, counter: BudgetCounter | None, now: datetime) -> dict[str, Any]:
    limit = budget.limit + (counter.topped_up if counter else 0)
    used = counter.used + counter.reserved if counter else Decimal(0)
    return {
        "name": budget.name,
        "model_id": budget.model_id,
        "unit": budget.unit,
        "currency": budget.currency,
        "limit": _number(budget, limit),
        "used": _number(budget, used),
        "remaining": _number(budget, max(Decimal(0), limit - used)),
        "warn": used * 100 >= limit * budget.warn_percent,
        "resets_at": periods.end(budget.period, now),
    }


def _number(budget: Budget, value: Decimal) -> int | float:
    return round(float(value), 4) if budget.unit == Unit.MONEY else int(value)


def _pressing(row: dict[str, Any]) -> float:
    return row["remaining"] / row["limit"] if row["limit"] else 0.0


@dataclass(frozen=True, slots=True)
class Pressing:
    """What of a budget is taken in its present period, in percent: by one person, or (None) by all who share it."""

    budget_id: int
    budget: Budget
    user: User | None
    percent: int


def pressing(most: int) -> list[Pressing]:
    """Of all budgets the `most` that are nearest to their limits, of those of which people are warned. One query."""
    now = timezone.now()
    running = Q()
    for period in Period.values:
        running |= Q(budget__period=period, window=periods.begin(period, now))
    rows = BudgetCounter.objects.filter(running, budget__is_active=True).annotate(
        taken=F("used") + F("reserved"), limit=F("budget__limit") + F("topped_up")
    )
    near = rows.filter(taken__gt=0, taken__gte=F("limit") * F("budget__warn_percent") / 100)
    # A limit of nothing is more than full, whatever is taken of it.
    share = Case(When(limit__gt=0, then=F("taken") * 100 / F("limit")), default=Value(Decimal(100)))
    near = near.annotate(share=ExpressionWrapper(share, DecimalField(max_digits=30, decimal_places=4)))
    found = near.select_related("budget", "user").order_by("-share", "pk")[:most]
    return [Pressing(row.budget_id, row.budget, row.user, int(row.share)) for row in found]
