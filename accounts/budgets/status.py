"""What is left: for the composer, for a person's settings, for the administrator."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.budgets import ledger, periods
from accounts.budgets.models import Budget, BudgetCounter, Unit
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
