"""Measuring on a machine that others use too.

A figure in milliseconds that is taken while other processes wait for the same cores says nothing about the page.
Linux tells for how long some process had to wait for a core (/proc/pressure/cpu): each run is judged by that share
of its time, and the runs that count are the quietest ones of those that were taken.
"""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

PRESSURE = Path("/proc/pressure/cpu")
RUNS = 3
# More are taken while fewer than RUNS were quiet, up to this many.
MOST_RUNS = 9
# Share of a run's time in which something waited for a core. The browser itself causes a little of it.
QUIET = 0.25

T = TypeVar("T")


@dataclass(frozen=True)
class Run(Generic[T]):
    """A result, and how crowded the machine was meanwhile: from 0 (not at all) to 1."""

    result: T
    crowd: float


class Runs(list[T]):
    """The results that count, and whether the machine was quiet while they were taken."""

    quiet: bool = True

    def judged(self, value: Callable[[T], float]) -> float:
        """The median; where others were at work, the best: company makes a run slower and never faster."""
        values = [value(result) for result in self]
        return median(values) if self.quiet else min(values)


def _waited() -> float:
    """Seconds since the start of the machine in which something waited for a core; 0 where the kernel does not tell."""
    try:
        some = PRESSURE.read_text().splitlines()[0]
    except (OSError, IndexError):
        return 0.0
    return int(some.rsplit("total=", 1)[1]) / 1e6


def quiet_runs(
    take: Callable[[], T], *, enough: Callable[[list[T]], bool] | None = None, most: int = MOST_RUNS
) -> Runs[T]:
    """The results of the RUNS quietest runs of `take`, which is called up to `most` times while fewer were quiet.

    Company makes a run slower and never faster: when `enough` says of the first RUNS results that they keep a limit,
    they do, however crowded the machine was.
    """
    taken: list[Run[T]] = []
    while len(taken) < most and sum(run.crowd <= QUIET for run in taken) < RUNS:
        began, waited = time.monotonic(), _waited()
        result = take()
        taken.append(Run(result, min(1.0, (_waited() - waited) / (time.monotonic() - began))))
        if enough and len(taken) >= RUNS and enough(quietest(taken)):
            break
    return quietest(taken)


def quietest(taken: list[Run[T]]) -> Runs[T]:
    """The results of the RUNS runs that were disturbed least."""
    least = sorted(taken, key=lambda run: run.crowd)[:RUNS]
    runs = Runs(run.result for run in least)
    runs.quiet = all(run.crowd <= QUIET for run in least)
    return runs


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(list(values))
