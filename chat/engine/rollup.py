"""Adds the ledger up by days, for the dashboard: today and yesterday every few minutes, older days once.

Each process comes by with its beat, and the first one does it for all (`BEAT_SECONDS`). Two at the same time would do
no harm: each writes whole numbers of a whole day, never differences, and what one does not see yet the next beat does.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import throttling
from aihelper.lib import days
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import TooManyRequests
from chat.models import ActiveMonth, UsageDay, UsageRecord, UsageSpeed
from chat.models.usage import UsageKind, UsageState
from chat.selectors import usage
from providers.health.figures import BOUNDS

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 120.0
# Less than the beat, so that it is never skipped by all.
BEAT_SECONDS = 100
NAMES = 500
_KEY = ("model_id", "provider_name", "kind", "reason", "currency")


def sweep() -> int:
    """Bring the days up to date, unless another process just has. Returns how many were computed."""
    try:
        throttling.hit("usage-rollup", limit=1, seconds=BEAT_SECONDS)
    except TooManyRequests:
        return 0
    return sum(1 for _day in compute(due()))


def due() -> list[date]:
    """Today and yesterday; more where nobody has been here for longer, and all days where nobody ever was."""
    today = days.today()
    last = UsageDay.objects.order_by("-day").values_list("day", flat=True).first()
    first = last or first_day()
    # What came on that day after the last beat, and on days without one.
    since = min(first or today, today - timedelta(days=1))
    return list(days.between(since, today))


def first_day() -> date | None:
    """The first day of the ledger."""
    moment = UsageRecord.objects.order_by("create_time").values_list("create_time", flat=True).first()
    return days.of(moment) if moment else None


def compute(wanted: Sequence[date]) -> Iterator[date]:
    """Compute these days anew; yields each when it is done."""
    for day in wanted:
        _write(day, *_read(day))
        yield day


def forget() -> None:
    """Drop all that was added up: for a rebuild after the site's time zone has changed, when days are others."""
    for model in (UsageDay, UsageSpeed, ActiveMonth):
        model.objects.all().delete()


def _read(day: date) -> tuple[list[UsageDay], list[UsageSpeed], list[str]]:
    """A day's sums, its times to the first token, and who was there. Three queries."""
    now = timezone.now()
    rows = usage.in_days(day, day).order_by()
    named = When(state=UsageState.INTERRUPTED, error_code="", then=Value(UsageState.INTERRUPTED.value))
    cells = (
        rows.annotate(reason=Case(named, default=F("error_code")))
        .values(*_KEY)
        .annotate(
            calls=Count("pk"),
            people=Count("username", distinct=True),
            prompt=Coalesce(Sum("prompt_tokens"), 0),
            completion=Coalesce(Sum("completion_tokens"), 0),
            total=Coalesce(Sum("cost"), Value(0), output_field=UsageDay._meta.get_field("cost")),
        )
    )
    sums = [_cell(day, cell, now) for cell in cells]
    bucket = Case(
        *(When(first_token_ms__lte=bound, then=Value(place)) for place, bound in enumerate(BOUNDS)),
        default=Value(len(BOUNDS)),
        output_field=IntegerField(),
    )
    begun = rows.filter(kind=UsageKind.CHAT, first_token_ms__isnull=False).annotate(bucket=bucket)
    counted = begun.values("model_id", "provider_name", "bucket").annotate(calls=Count("pk"))
    speeds = [UsageSpeed(day=day, **each) for each in counted]
    names = rows.filter(kind=UsageKind.CHAT).values_list("username", flat=True).distinct()
    return sums, speeds, sorted(names)


def _cell(day: date, cell: dict[str, Any], now: Any) -> UsageDay:
    return UsageDay(
        day=day,
        model_id=cell["model_id"],
        provider_name=cell["provider_name"],
        kind=cell["kind"],
        error_code=cell["reason"],
        currency=cell["currency"],
        calls=cell["calls"],
        people=cell["people"],
        prompt_tokens=cell["prompt"],
        completion_tokens=cell["completion"],
        cost=cell["total"],
        update_time=now,
    )


@retry_on_conflict
def _write(day: date, sums: list[UsageDay], speeds: list[UsageSpeed], names: list[str]) -> None:
    # The sums were read outside of it: SQLite has one writer at a time, and answers are being written.
    with transaction.atomic():
        _put(sums, ("calls", "people", "prompt_tokens", "completion_tokens", "cost", "update_time"))
        _put(speeds, ("calls",))
        _mark(day, names)


def _put(rows: Sequence[UsageDay] | Sequence[UsageSpeed], numbers: tuple[str, ...]) -> None:
    """Insert rows, or give those that are there their new numbers. A day only ever gets more rows."""
    if not rows:
        return
    model: Any = type(rows[0])
    # The one constraint that both tables have.
    keys = model._meta.constraints[0].fields
    # In one order everywhere, so that two processes wait for each other and do not deadlock.
    ordered = sorted(rows, key=lambda row: tuple(str(getattr(row, name)) for name in keys))
    names_target = connection.features.supports_update_conflicts_with_target
    model.objects.bulk_create(
        ordered, update_conflicts=True, update_fields=numbers, unique_fields=keys if names_target else None
    )


def _mark(day: date, names: list[str]) -> None:
    """Note who was there on a day."""
    month, bit = day.replace(day=1), 1 << (day.day - 1)
    for start in range(0, len(names), NAMES):
        batch = names[start : start + NAMES]
        rows = ActiveMonth.objects.filter(month=month, username__in=batch)
        there = set(rows.values_list("username", flat=True))
        missing = [ActiveMonth(month=month, username=name) for name in batch if name not in there]
        ActiveMonth.objects.bulk_create(missing, ignore_conflicts=True)
        rows.annotate(known=F("days").bitand(bit)).filter(known=0).update(days=F("days").bitor(bit))
