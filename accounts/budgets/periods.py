"""When a budget's period begins and ends, in the site's time zone."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.budgets.models import Period


def begin(period: str, now: datetime) -> datetime:
    """The beginning of the period that holds `now`, as an aware time."""
    local = timezone.localtime(now)
    if period == Period.MINUTE:
        # By the clock of the world: an hour that is repeated in autumn holds sixty minutes more.
        return now.replace(second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return day.replace(day=1) if period == Period.MONTH else day


def end(period: str, now: datetime) -> datetime:
    """When the period that holds `now` is over and the next one begins."""
    first = begin(period, now)
    if period == Period.MINUTE:
        return first + timedelta(minutes=1)
    if period == Period.DAY:
        # By the calendar: a day has 23 or 25 hours now and then, which a wall clock's arithmetic minds by itself.
        return first + timedelta(days=1)
    return (first + timedelta(days=32)).replace(day=1)
