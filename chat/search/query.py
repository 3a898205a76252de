"""What a person types into the search, and which texts it means.

words     all of them; the last one may be the beginning of a word
"phrase"  exactly so, apart from case and width
-word     not this one; -"phrase" as well
"""

import re
from dataclasses import dataclass
from functools import cached_property

from chat.search.words import LETTER, MAX_CHARS, PAIRED, compose, encoded, fold, token, units

MAX_TERMS = 16
_TERMS = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]+))')
# A beginning of one letter would mean half of everything.
_MIN_PREFIX = 2


@dataclass(frozen=True)
class Term:
    """One thing to look for, folded. `open`: it may be the beginning of a longer word."""

    text: str
    open: bool = False

    @cached_property
    def units(self) -> list[str]:
        """Its words and pairs; of a run of Chinese characters those of two."""
        found = list(units(self.text))
        # The last character of a run has a unit by itself only where a run ends: what goes on may go on.
        return [
            unit
            for at, unit in enumerate(found)
            if not (at and len(unit) == 1 and _is_paired(unit) and found[at - 1].endswith(unit))
        ]

    @property
    def is_exact(self) -> bool:
        """Whether the index alone says who has it, without a look at the text."""
        return self.units == [self.text] and len(encoded(self.text)) <= MAX_CHARS

    def tokens(self, user_id: int) -> list[str]:
        """What the index is asked for; a `*` at the end of one stands for any rest."""
        wanted = [token(user_id, unit) for unit in self.units]
        if wanted and self._is_beginning:
            wanted[-1] += "*"
        return wanted

    @property
    def _is_beginning(self) -> bool:
        last = self.units[-1]
        if not self.text.endswith(last):
            return False
        return len(last) == 1 if _is_paired(last[0]) else self.open and len(last) >= _MIN_PREFIX

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Where it stands in a folded text."""
        words = r"\s+".join(map(re.escape, self.text.split()))
        before = rf"(?<!{LETTER})" if re.match(LETTER, self.text) else ""
        ends_open = self.open and not (len(self.text) < _MIN_PREFIX)
        after = rf"(?!{LETTER})" if re.match(LETTER, self.text[-1]) and not ends_open else ""
        return re.compile(before + words + after)


@dataclass(frozen=True)
class Query:
    """A parsed search: all of `wanted`, none of `unwanted`."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether the index alone answers it."""
        return all(term.is_exact for term in (*self.wanted, *self.unwanted))

    @property
    def has_words(self) -> bool:
        """Whether the index can be asked at all: there is nothing in it for a lone "%"."""
        return any(term.units for term in self.wanted)

    def matches(self, folded: str) -> bool:
        """Whether a folded text is meant."""
        found = all(term.pattern.search(folded) for term in self.wanted)
        return found and not any(term.pattern.search(folded) for term in self.unwanted)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the wanted terms, the longest first."""
        terms = sorted(self.wanted, key=lambda term: -len(term.text))
        return re.compile("|".join(term.pattern.pattern for term in terms))

    def is_in(self, text: str) -> bool:
        """Whether any of the wanted terms stands in a text."""
        return self.pattern.search(fold(compose(text))) is not None

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Where the wanted terms stand in a composed text: [start, end) in code points."""
        return [match.span() for match in self.pattern.finditer(fold(text)) if match.end() > match.start()]


def parse(text: str) -> Query:
    """Read what was typed. Never fails: what makes no sense is looked for as it is."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    text = compose(text.replace("\0", ""))
    for match in list(_TERMS.finditer(text))[:MAX_TERMS]:
        given = match["word"] if match["phrase"] is None else match["phrase"]
        words = " ".join(fold(given).split())
        if not words:
            continue
        # While a phrase is being typed it has no end yet.
        is_open = match.end() == len(text.rstrip()) and not match["closed"] and not match["minus"]
        term = Term(words, is_open and text[-1:] not in (" ", "\u3000"))
        kind = unwanted if match["minus"] else wanted
        if term not in kind:
            kind.append(term)
    return Query(tuple(wanted), tuple(unwanted))


def _is_paired(character: str) -> bool:
    return re.match(f"[{PAIRED}]", character) is not None
