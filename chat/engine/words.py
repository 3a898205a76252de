"""The words that an administrator has blocked, ready to be looked for.

A short list is read by whoever asks. A long one is made ready by a beat of the process (`refresh`, every
REFRESH_SECONDS), and whoever asks gets the list before it until then: no message waits for 50,000 words. The library
holds Python's lock while it builds an automaton (measured), so a long list becomes several, one after the other.
"""

import threading
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ahocorasick_rs import AhoCorasick
from django.db.models import Count, Max
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from chat.models import BlockedWord
from chat.models.moderation import BlockAction

REFRESH_SECONDS = 5.0
# Up to here whoever asks makes the list ready: some 5 ms.
AT_ONCE = 2_000
# How many words one automaton has: some 25 ms to build.
PART = 5_000
# After so long without a beat nobody but who asks looks at the table.
BEAT_GONE_SECONDS = 3 * REFRESH_SECONDS

Stamp = tuple[int, int | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A blocked word in a folded text: what happens, the word as the administrator wrote it, and where it stands."""

    action: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """The table as it was read, ready for the search. `stamp` tells whether it is still the same."""

    stamp: Stamp = (0, None, None)
    rows: tuple[tuple[str, str], ...] = ()
    parts: tuple[AhoCorasick, ...] = ()
    warns: bool = False

    def matches(self, folded: str) -> Iterator[Found]:
        """Every blocked word in a folded text."""
        for number, part in enumerate(self.parts):
            for index, start, end in part.find_matches_as_indexes(folded, overlapping=True):
                if not (_inside_word(folded, start) or _inside_word(folded, end)):
                    word, action = self.rows[number * PART + index]
                    yield Found(action, word, start, end)


def fold(text: str) -> str:
    """The form in which two spellings of a word are equal."""
    if text.isascii():
        return text.lower()
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())


def current() -> Words:
    """The words in force."""
    now = time.monotonic()
    if now - _state.read_at < REFRESH_SECONDS:
        return _state.words
    long = len(_state.words.rows) > AT_ONCE
    return _state.words if long and now - _state.beat_at < BEAT_GONE_SECONDS else refresh()


def refresh() -> Words:
    """Look at the table, and make the words ready anew when it has changed."""
    with _building:
        forgotten = _state.forgotten
        stamp = _stamp()
        if stamp != _state.words.stamp:
            _state.words = _compile(stamp)
        # What was saved while this read belongs to the next look.
        if forgotten == _state.forgotten:
            _state.read_at = time.monotonic()
        return _state.words


def beat() -> None:
    """`refresh`, by the beat of the process."""
    refresh()
    _state.beat_at = time.monotonic()


@receiver((post_save, post_delete), sender=BlockedWord, dispatch_uid="chat.words.forget")
def forget(**_kwargs: object) -> None:
    """Read the table again before the next message; other processes do so within REFRESH_SECONDS."""
    _state.forgotten += 1
    _state.read_at = float("-inf")


@dataclass
class _State:
    words: Words
    read_at: float = float("-inf")
    beat_at: float = float("-inf")
    forgotten: int = 0


_building = threading.Lock()
_state = _State(Words())


def _stamp() -> Stamp:
    facts = BlockedWord.objects.aggregate(count=Count("pk"), newest=Max("pk"), changed=Max("update_time"))
    return facts["count"], facts["newest"], facts["changed"]


def _compile(stamp: Stamp) -> Words:
    stored = BlockedWord.objects.filter(is_active=True).order_by("pk").values_list("word", "action")
    folded = [(form, word, action) for word, action in stored if (form := fold(word).strip())]
    forms = [form for form, _word, _action in folded]
    return Words(
        stamp,
        tuple((word, action) for _form, word, action in folded),
        tuple(AhoCorasick(forms[start : start + PART]) for start in range(0, len(forms), PART)),
        any(action == BlockAction.WARN for _form, _word, action in folded),
    )


def _inside_word(text: str, position: int) -> bool:
    """Whether a cut at this position would go through a word of letters and digits."""
    return 0 < position < len(text) and _spaced(text[position - 1]) and _spaced(text[position])


def _spaced(character: str) -> bool:
    """Whether the character belongs to a script that sets spaces between words."""
    return character.isalnum() and ("\u0080" > character or "\u00aa" <= character < "\u0e00")
