"""Days as people count them: from midnight to midnight in the site's time zone (AIHELPER_TIME_ZONE).

Their bounds are computed here and not in the database: MySQL knows time zones only where somebody has loaded them.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def begin(day: date) -> datetime:
    """The moment in which the day begins."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def end(day: date) -> datetime:
    """The moment in which the next day begins. A day has 23 or 25 hours now and then."""
    return begin(day + timedelta(days=1))


def of(moment: datetime) -> date:
    """The day that holds a moment."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def today() -> date:
    """The day that it is."""
    return of(timezone.now())


def between(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    while first <= last:
        yield first
        first += timedelta(days=1)
