"""What stands on the dashboard, for whoever may see it."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import is_managing
from accounts.budgets import status as budgets
from accounts.models import User
from aihelper.dashboard import charts, ranges
from aihelper.dashboard.ranges import Range
from aihelper.lib import days, numbers
from chat.selectors import figures
from chat.selectors.figures import Figures, ProviderErrors, Sums
from providers.admin.status import CIRCUITS
from providers.health import report
from providers.health.words import in_short
from providers.models import ModelConfig

# Charts of so many currencies; more stand in the table only.
MOST_CURRENCIES = 3
MOST_BUDGETS = 8
MOST_REASONS = 3
MOST_DIGITS = 100_000_000


def may_see(request: HttpRequest, user: User | AnonymousUser) -> bool:
    """Whoever may look at all of the ledger: no manager of groups, who knows the own people only."""
    return user.has_perm("chat.view_usagerecord") and not is_managing(request)


def context(request: HttpRequest) -> dict[str, Any]:
    """The words and numbers for the template; nothing for those who may see no figures."""
    user: Any = request.user
    if not may_see(request, user):
        return {}
    chosen = ranges.chosen(request.GET)
    found = figures.read(chosen.first, chosen.last)
    steps = charts.steps(found.days)
    health = report.read() if user.has_perm("providers.view_provider") else None
    return {
        "dashboard": {
            "range": chosen,
            "presets": [(name, title) for name, (title, _days) in ranges.PRESETS.items()],
            "days": _days(chosen),
            "computed_at": localtime(found.computed_at) if found.computed_at else None,
            "next_step": _next_step(user, found, health, is_now=chosen.last >= days.today()),
            "tiles": _tiles(found),
            "charts": _charts(found, steps) if chosen.length > 1 and found.total.messages else [],
            "ends": _ends(chosen),
            "rows": [_row(step, found) for step in reversed(steps)],
            "currencies": sorted(found.total.cost),
            "models": _models(found),
            "other_models": found.other_models,
            "errors": [_errors(entry) for entry in found.providers],
            "budgets": _budgets(user),
            "health": None if health is None else [_health(each) for each in health if each.provider.is_active],
        }
    }


def _days(chosen: Range) -> str:
    first, last = date_format(chosen.first, "DATE_FORMAT"), date_format(chosen.last, "DATE_FORMAT")
    return first if chosen.length == 1 else f"{first} – {last}"


def _ends(chosen: Range) -> tuple[str, str]:
    """What stands under a chart's first and last bar; with the year where there are several."""
    if chosen.first.year == chosen.last.year:
        return numbers.day(chosen.first), numbers.day(chosen.last)
    return date_format(chosen.first, "DATE_FORMAT"), date_format(chosen.last, "DATE_FORMAT")


def _next_step(user: Any, found: Figures, health: list[report.Status] | None, *, is_now: bool) -> dict[str, str] | None:
    """What to do where there is nothing to see yet."""
    if found.total.messages:
        return None
    if health is not None and not any(each.provider.is_active for each in health):
        step = {"words": gettext("No model provider has been added yet: people meet the built-in demo only.")}
        if user.has_perm("providers.add_provider"):
            step |= {"action": gettext("Add a provider"), "url": "admin:providers_provider_new"}
        return step
    if health is not None and not ModelConfig.objects.offered().filter(provider__is_demo=False).exists():
        step = {"words": gettext("No model is offered yet, so that nobody can ask one.")}
        if user.has_perm("providers.view_modelconfig"):
            step |= {"action": gettext("Choose models"), "url": "admin:providers_modelconfig_changelist"}
        return step
    words = gettext("Nobody asked anything in these days.")
    if is_now:
        words += gettext(" What is asked now is here within two minutes.")
    return {"words": words}


def _tiles(found: Figures) -> list[dict[str, Any]]:
    failed = found.total.failed
    messages = numbers.count(found.total.messages)
    cost = [numbers.money(amount, currency) for currency, amount in sorted(found.total.cost.items())]
    return [
        {"title": _("Active people"), "values": [numbers.count(found.people)], "note": ""},
        {
            "title": _("Messages"),
            "values": [messages],
            "note": ngettext("%s of them failed", "%s of them failed", failed) % numbers.count(failed)
            if failed
            else "",
        },
        {
            "title": _("Tokens used"),
            "values": [_tokens(found.total.tokens)],
            "note": gettext("asked and answered"),
        },
        {
            "title": _("Cost"),
            "values": cost or ["–"],
            "note": gettext("no model has a price") if found.total.messages and not cost else "",
        },
        {
            "title": _("First token"),
            "values": [numbers.seconds(found.p50)],
            "note": _speed(found.p95),
        },
    ]


def _speed(p95: int | None) -> str:
    if p95 is None:
        return ""
    words = gettext("half of all answers; 95 %% within %s") % numbers.seconds(p95)
    # A number and its sign stay together.
    return words.replace(" %", "\u00a0%")


def _tokens(count: int) -> str:
    """All digits, as long as they have room."""
    return numbers.count(count) if count < MOST_DIGITS else numbers.short(Decimal(count))


def _charts(found: Figures, steps: list[charts.Step]) -> list[charts.Chart]:
    drawn = [
        charts.draw(
            _("Messages"),
            gettext("%(messages)s messages, of which %(failed)s failed")
            % {"messages": numbers.count(found.total.messages), "failed": numbers.count(found.total.failed)},
            steps,
            lambda sums: sums.messages,
            _messages,
            lambda sums: sums.failed,
        ),
        charts.draw(
            _("Tokens used"),
            gettext("%s tokens") % numbers.count(found.total.tokens),
            steps,
            lambda sums: sums.tokens,
            lambda sums: numbers.count(sums.tokens),
        ),
    ]
    dearest = sorted(found.total.cost.items(), key=lambda each: -each[1])[:MOST_CURRENCIES]
    for currency, amount in dearest:
        drawn.append(
            charts.draw(
                gettext("Cost in %s") % currency,
                numbers.money(amount, currency),
                steps,
                lambda sums, currency=currency: sums.cost[currency],  # type: ignore[misc] # bound at once
                lambda sums, currency=currency: numbers.money(sums.cost[currency], currency),  # type: ignore[misc]
            )
        )
    return drawn


def _messages(sums: Sums) -> str:
    written = numbers.count(sums.messages)
    if sums.failed:
        return gettext("%(messages)s, of which %(failed)s failed") % {
            "messages": written,
            "failed": numbers.count(sums.failed),
        }
    return written


def _row(step: charts.Step, found: Figures) -> dict[str, Any]:
    return {
        "label": step.label,
        "messages": numbers.count(step.sums.messages),
        "failed": numbers.count(step.sums.failed),
        "tokens": numbers.count(step.sums.tokens),
        "cost": [numbers.money(step.sums.cost[currency], currency) for currency in sorted(found.total.cost)],
    }


def _models(found: Figures) -> list[dict[str, Any]]:
    most = max((sums.messages for _model, sums in found.models), default=0) or 1
    return [
        {
            "model": model,
            "messages": numbers.count(sums.messages),
            "tokens": numbers.count(sums.tokens),
            "cost": [numbers.money(amount, currency) for currency, amount in sorted(sums.cost.items())],
            "share": round(100 * sums.messages / most, 1),
        }
        for model, sums in found.models
    ]


def _errors(entry: ProviderErrors) -> dict[str, Any]:
    return {
        "name": entry.name or gettext("unknown"),
        "failed": numbers.count(entry.failed),
        "calls": numbers.count(entry.calls),
        "percent": _percent(entry.failed, entry.calls),
        "reasons": [(reason(code), numbers.count(count)) for code, count in entry.reasons[:MOST_REASONS]],
    }


def reason(code: str) -> str:
    """Why calls failed, in words."""
    if code == "interrupted":
        return gettext("The server ended in the middle of the answer.")
    return in_short(code)


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0
    return gettext("under 1 %") if 0 < share < 1 else numbers.percent(round(share))


def _budgets(user: Any) -> list[dict[str, Any]] | None:
    if not user.has_perm("accounts.view_budget"):
        return None
    return [
        {
            "pk": each.budget_id,
            "name": each.budget.name,
            "who": str(each.user) if each.user else gettext("all together"),
            "percent": each.percent,
            "percent_words": numbers.percent(each.percent),
            "bar": min(100, each.percent),
            "state": "bad" if each.percent >= 100 else "near",
        }
        for each in budgets.pressing(MOST_BUDGETS)
    ]


def _health(status: report.Status) -> dict[str, Any]:
    words, name = CIRCUITS[status.circuit]
    return {
        "name": status.provider.name,
        "words": words,
        "class": name,
        "requests": numbers.count(status.requests),
        "p50": numbers.seconds(status.p50),
    }
