"""Which days the dashboard is about, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from aihelper.lib import days

# By the name in the address: what it is called, and how many days it has, today included.
PRESETS: dict[str, tuple[Any, int]] = {
    "today": (_("Today"), 1),
    "7": (_("7 days"), 7),
    "30": (_("30 days"), 30),
    "90": (_("90 days"), 90),
}
USUAL = "30"
# Two years with a leap day.
MOST_DAYS = 731


@dataclass(frozen=True, slots=True)
class Range:
    """From a day to another one, both included. `preset` is empty for days of one's own; `problem` for people."""

    first: date
    last: date
    preset: str = ""
    problem: Any = ""

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def chosen(query: Mapping[str, str]) -> Range:
    """The range that `range`, or `from` and `to`, ask for; the usual one where they make no sense, with the reason."""
    if query.get("from") or query.get("to"):
        return _own(query.get("from") or "", query.get("to") or "")
    name = query.get("range", USUAL)
    return _preset(name if name in PRESETS else USUAL)


def _preset(name: str, problem: Any = "") -> Range:
    today = days.today()
    return Range(today - timedelta(days=PRESETS[name][1] - 1), today, name, problem)


def _own(first: str, last: str) -> Range:
    try:
        begin = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) if last else days.today()
    except ValueError:
        return _preset(USUAL, _("Write a day as 2026-11-30."))
    begin = begin or end - timedelta(days=PRESETS[USUAL][1] - 1)
    if begin > end:
        return _preset(USUAL, _("The last day is before the first."))
    if (end - begin).days >= MOST_DAYS:
        return Range(end - timedelta(days=MOST_DAYS - 1), end, problem=_("The figures are of two years at most."))
    return Range(begin, end)
