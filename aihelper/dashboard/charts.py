"""Charts as bars, drawn by the server: an SVG without scripts and styles, whose numbers stand in a table beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from aihelper.lib import numbers
from chat.selectors.figures import Sums

# In the drawing's own units; the page stretches it.
WIDTH, HEIGHT = 1000, 100
# More bars than this nobody can tell apart: then a bar is a week, or a month.
MOST_BARS = 92
MOST_WEEKS = 53 * 7
# How much of a bar's place it takes.
FILLED = 0.72

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """What a bar stands for: the days from `first` to `last`."""

    first: date
    last: date
    sums: Sums

    @property
    def label(self) -> str:
        """The days, for people."""
        if self.first == self.last:
            return numbers.day(self.first)
        return f"{numbers.day(self.first)} – {numbers.day(self.last)}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; of it `bad_height` at its top failed. `words` are what one reads on it."""

    x: float
    y: float
    width: float
    height: float
    bad_height: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its axis: `top` and `middle` are the numbers of its two lines."""

    title: Any
    summary: str
    bars: list[Bar]
    top: str
    middle: str


def steps(by_day: dict[date, Sums]) -> list[Step]:
    """The days, or weeks (from Monday), or months, in their order."""
    length = len(by_day)
    if length <= MOST_BARS:
        return [Step(day, day, sums) for day, sums in by_day.items()]
    key = _monday if length <= MOST_WEEKS else _month
    found: dict[date, list[tuple[date, Sums]]] = {}
    for day, sums in by_day.items():
        found.setdefault(key(day), []).append((day, sums))
    return [Step(part[0][0], part[-1][0], _added([sums for _day, sums in part])) for part in found.values()]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


def _added(parts: Sequence[Sums]) -> Sums:
    total = Sums()
    for part in parts:
        total.add(part)
    return total


def draw(
    title: Any,
    summary: str,
    of: Sequence[Step],
    value: Callable[[Sums], Number],
    written: Callable[[Sums], str],
    bad: Callable[[Sums], int] = lambda sums: 0,
) -> Chart:
    """A chart of one number of each step; `written` says it for people, `bad` is the part that failed."""
    top = _nice(max((value(step.sums) for step in of), default=0))
    place = WIDTH / max(1, len(of))
    bars = []
    for number, step in enumerate(of):
        amount = value(step.sums)
        if not amount:
            continue
        # Nothing that happened is too small to be seen.
        height = max(1.0, float(amount / top) * HEIGHT)
        failed = min(height, max(1.0, float(bad(step.sums) / top) * HEIGHT)) if bad(step.sums) else 0.0
        bars.append(
            Bar(
                x=round(place * (number + (1 - FILLED) / 2), 2),
                y=round(HEIGHT - height, 2),
                width=round(place * FILLED, 2),
                height=round(height, 2),
                bad_height=round(failed, 2),
                words=f"{step.label}: {written(step.sums)}",
            )
        )
    return Chart(title, summary, bars, numbers.short(top), numbers.short(top / 2))


def _nice(most: Number) -> Decimal:
    """The next number that reads well on an axis, and whose half does: 60, not 57 or 70; whole ones are even."""
    if not most:
        return Decimal(2)
    # By tens: a float would write 0.30000000000000004 beside the line.
    size = Decimal(1).scaleb(Decimal(most).adjusted())
    nice = next(step * size for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * size >= most)
    return Decimal(2 * ceil(nice / 2)) if isinstance(most, int) or nice > 2 else nice
