"""The part of a text that shows why it was found."""

from dataclasses import dataclass

from chat.search.query import Query
from chat.search.words import compose, fold

# Characters before the first mark and in all: about two lines.
LEAD, LENGTH = 40, 180
MAX_MARKS = 20


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text on one line; `marks` are [start, end) in it, in code points."""

    text: str
    marks: list[tuple[int, int]]


def excerpt(text: str, query: Query) -> Excerpt:
    """The surroundings of the first place that a query means, or the beginning when it is nowhere in the text."""
    text = compose(text)
    # The first place alone: a long text may have thousands.
    first = query.pattern.search(fold(text))
    start = _start(text, max(0, first.start() - LEAD) if first else 0)
    line = " ".join(text[start : start + 4 * LENGTH].split())
    ends = len(line) <= LENGTH and start + 4 * LENGTH >= len(text)
    shown = ("…" if start else "") + (line if ends else line[: LENGTH - 1].rstrip() + "…")
    return Excerpt(shown, query.marks(shown)[:MAX_MARKS])


def _start(text: str, at: int) -> int:
    """Not in the midst of a word, if a space is near."""
    if at == 0:
        return 0
    space = text.find(" ", at, at + LEAD // 2)
    return space + 1 if space > 0 else at
