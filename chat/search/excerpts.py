"""The part of a text that shows why it was found."""

from dataclasses import dataclass

from chat.search.plain import plain
from chat.search.query import Query
from chat.search.words import compose, fold

# Characters before the first mark and in all: about two lines.
LEAD, LENGTH = 40, 180
# Characters of Markdown that are looked at before and after that for it: a line begins there, as a rule.
BEFORE, AFTER = 400, 4 * LENGTH
MAX_MARKS = 20


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text on one line, as it is read; `marks` are [start, end) in it, in code points."""

    text: str
    marks: list[tuple[int, int]]


def excerpt(text: str, query: Query, *, markdown: bool = True) -> Excerpt:
    """The surroundings of the first place that a query means, or the beginning when it is nowhere in the text.

    `markdown`: whether the text is some. In code and tables of other kinds stars and lines are meant as they are.
    """
    text = compose(text)
    # The first place alone: a long text may have thousands.
    place = query.pattern.search(fold(text))
    first = place.start() if place else 0
    begin = _line_start(text, max(0, first - LEAD))
    piece = text[begin : first + AFTER]
    line = plain(piece, in_code=_is_code(text, begin)) if markdown else " ".join(piece.split())
    found = query.marks(line)
    if not found and query.marks(piece):  # in the address of a link, or among the marks
        line = " ".join(piece.split())
        found = query.marks(line)
    start = _start(line, max(0, found[0][0] - LEAD) if found else 0)
    ends = len(line) - start <= LENGTH and first + AFTER >= len(text)
    line = line[start:] if ends else line[start : start + LENGTH - 1].rstrip() + "…"
    shown = ("…" if begin or start else "") + line
    return Excerpt(shown, query.marks(shown)[:MAX_MARKS])


def _line_start(text: str, at: int) -> int:
    """Where the line of a place begins, if that is near: marks at the beginning of a line have a meaning there only."""
    lowest = max(0, at - BEFORE)
    return text.rfind("\n", lowest, at) + 1 or lowest


def _is_code(text: str, at: int) -> bool:
    """Whether a fence is open at a place: so many have begun and ended before it."""
    return f"\n{text[:at]}".count("\n```") % 2 == 1


def _start(text: str, at: int) -> int:
    """Not in the midst of a word, if a space is near."""
    if at == 0:
        return 0
    space = text.find(" ", at, at + LEAD // 2)
    return space + 1 if space > 0 else at
