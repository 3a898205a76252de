"""Times to the first token, counted by size: small enough to keep for each minute, good enough for p50 and p95."""

from bisect import bisect_left
from collections.abc import Sequence

# Upper bounds in milliseconds; one more bucket holds what took longer.
BOUNDS = (100, 250, 500, 750, 1000, 1500, 2000, 3000, 5000, 8000, 15000, 30000, 60000)


def empty() -> list[int]:
    """A histogram of nothing."""
    return [0] * (len(BOUNDS) + 1)


def bucket(milliseconds: float) -> int:
    """The place of a time in a histogram."""
    return bisect_left(BOUNDS, milliseconds)


def added(histograms: Sequence[Sequence[int]]) -> list[int]:
    """The sum of several; one that is not of our form counts nothing."""
    total = empty()
    for histogram in histograms:
        if len(histogram) == len(total):
            total = [a + b for a, b in zip(total, histogram, strict=True)]
    return total


def quantile(histogram: Sequence[int], share: float) -> int | None:
    """The milliseconds within which this share of the answers began, evenly spread inside a bucket; None for none."""
    wanted = share * sum(histogram)
    if not wanted:
        return None
    below = 0
    for place, count in enumerate(histogram):
        if count and below + count >= wanted:
            low = BOUNDS[place - 1] if place else 0
            high = BOUNDS[min(place, len(BOUNDS) - 1)]
            return round(low + (high - low) * (wanted - below) / count)
        below += count
    return BOUNDS[-1]
