"""Periods as people write them: ISO 8601, `YYYY-MM-DD HH:MM:SS` or a plain date, in a time zone of theirs.

The end belongs to the period, as exactly as it was written: all of a day, all of a second.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError

MAX_CHARS = 64
# What both databases can compare; a period that begins in the year 1 means from the beginning.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)? ?(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE)


def period(start: str | None, end: str | None, time_zone: str | None) -> tuple[datetime | None, datetime | None]:
    """The first moment inside and the first after, in UTC; None where it is open.

    Raises AppError: invalid_time, invalid_time_zone, or invalid_period when it would end before it begins.
    """
    zone = _zone(time_zone)
    first = _moment(start, zone, timedelta(0), timedelta(0)) if start else None
    after = _moment(end, zone, _DAY, _SECOND) if end else None
    if first is not None and after is not None and first >= after:
        raise AppError(_("The period ends before it begins."), code="invalid_period")
    return first, after


def _zone(name: str | None) -> tzinfo:
    if not name or name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    # It looks for a file of that name: a folder or too long a name is an OSError, "../x" a ValueError.
    except (KeyError, ValueError, OSError) as error:
        sentence = _("This time zone is not known. Give a name such as Europe/Berlin.")
        raise AppError(sentence, code="invalid_time_zone") from error


def _moment(text: str, zone: tzinfo, day: timedelta, second: timedelta) -> datetime:
    """The moment that a text names, in UTC; moved by `day` for a plain date, by `second` for whole seconds."""
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            return _in_utc(datetime.fromisoformat(text) + day, zone)
        if not (match := _TIME.fullmatch(text)):
            raise ValueError("not a time")
        found = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z").upper())
        return _in_utc(found, zone) + (timedelta(microseconds=1) if second and match[2] else second)
    except OverflowError:
        return EARLIEST if text < "5" else LATEST
    except ValueError as error:
        sentence = _("This is not a time: give YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or ISO 8601.")
        raise AppError(sentence, code="invalid_time") from error


def _in_utc(found: datetime, zone: tzinfo) -> datetime:
    aware = found if found.tzinfo else found.replace(tzinfo=zone)
    return min(max(aware.astimezone(UTC), EARLIEST), LATEST)
