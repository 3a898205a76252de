"""What may be sent: clean text of a bearable length, without the words that an administrator has blocked.

Words are compared folded (NFKC, no case, no invisible characters), so that full-width letters or a soft hyphen do not
hide one. A word of letters is found as a word ("ass" is not in "class"); where no spaces stand between
words, as in Chinese, it is found anywhere.
"""

import re
import threading
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick
from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError
from chat.models import BlockedWord
from chat.models.moderation import BlockAction

REFRESH_SECONDS = 5.0
MASK = "***"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What belongs to the character before it when text is composed: marks, and the later parts of Korean syllables.
_JOINING_JAMO = range(0x1160, 0x1200)


@dataclass(frozen=True, slots=True)
class _Words:
    """The table as it was read, ready for the search."""

    rows: tuple[tuple[str, str], ...] = ()
    actions: tuple[str, ...] = ()
    automaton: AhoCorasick | None = None

    def matches(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """The action, start and end of every blocked word in a folded text."""
        if self.automaton is None:
            return
        for index, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True):
            if not (_inside_word(folded, start) or _inside_word(folded, end)):
                yield self.actions[index], start, end


def clean_message(text: str, *, may_be_empty: bool = False) -> str:
    """A message as it is stored: line ends as LF, stripped, with what has to be masked masked.

    `may_be_empty`: it has attachments, which say enough.
    Raises AppError: control_characters, empty_message, message_too_long or blocked_word.
    """
    text = text.replace("\r\n", "\n")
    if has_control_characters(text):
        raise AppError(
            _("The message contains control characters. Remove them and send again."), code="control_characters"
        )
    text = text.strip()
    if not text and not may_be_empty:
        raise AppError(_("Write a message first."), code="empty_message")
    if len(text) > settings.MAX_MESSAGE_CHARS:
        numbers = {"length": len(text), "limit": settings.MAX_MESSAGE_CHARS}
        raise AppError(
            _("The message has %(length)d characters; at most %(limit)d are allowed.") % numbers,
            code="message_too_long",
            **numbers,
        )
    return check_text(text)


def has_control_characters(text: str) -> bool:
    """Whether there is something in the text that nobody can have typed."""
    return _CONTROL.search(text) is not None


def has_words() -> bool:
    """Whether any word is blocked at all."""
    return _current().automaton is not None


def check_text(text: str) -> str:
    """The text with blocked words masked. Raises AppError (blocked_word) when one of them refuses the message."""
    words = _current()
    actions = {action for action, _start, _end in words.matches(fold(text))}
    if not actions:
        return text
    masked = None if BlockAction.BLOCK in actions else _mask(text, words)
    if masked is None:
        sentence = _("The message contains a word that is not allowed here. Change it and send again.")
        raise AppError(sentence, code="blocked_word")
    return masked


def _mask(text: str, words: _Words) -> str | None:
    """The text with *** for each blocked word; None when a word cannot be found again piece by piece."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        folded = fold(text[start:end])
        parts.append(folded)
        spans.extend([(start, end)] * len(folded))
    found = sorted((spans[start][0], spans[end - 1][1]) for _action, start, end in words.matches("".join(parts)))
    if not found:
        return None
    result: list[str] = []
    position = 0
    for start, end in found:
        if start >= position:
            result += text[position:start], MASK
        position = max(position, end)
    return "".join([*result, text[position:]])


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """The text cut where it may be folded piece by piece: before each character that begins a new one."""
    start = 0
    for position, character in enumerate(text):
        if position > start and not (unicodedata.combining(character) or ord(character) in _JOINING_JAMO):
            yield start, position
            start = position
    if text:
        yield start, len(text)


def fold(text: str) -> str:
    """The form in which two spellings of a word are equal."""
    if text.isascii():
        return text.lower()
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())


def _inside_word(text: str, position: int) -> bool:
    """Whether a cut at this position would go through a word of letters and digits."""
    return 0 < position < len(text) and _spaced(text[position - 1]) and _spaced(text[position])


def _spaced(character: str) -> bool:
    """Whether the character belongs to a script that sets spaces between words."""
    return character.isalnum() and ("\u0080" > character or "\u00aa" <= character < "\u0e00")


_lock = threading.Lock()
_words = _Words()
_read_at = float("-inf")


def _current() -> _Words:
    """The words in force: the table is read at most every REFRESH_SECONDS, the automaton made when it differs."""
    global _words, _read_at
    if time.monotonic() - _read_at < REFRESH_SECONDS:
        return _words
    rows = tuple(BlockedWord.objects.filter(is_active=True).order_by("pk").values_list("word", "action"))
    with _lock:
        if rows != _words.rows:
            _words = _compile(rows)
        _read_at = time.monotonic()
        return _words


def _compile(rows: tuple[tuple[str, str], ...]) -> _Words:
    folded = [(word, action) for row, action in rows if (word := fold(row).strip())]
    if not folded:
        return _Words(rows)
    patterns = [word for word, _action in folded]
    return _Words(rows, tuple(action for _word, action in folded), AhoCorasick(patterns))


@receiver((post_save, post_delete), sender=BlockedWord, dispatch_uid="chat.moderation.forget")
def forget(**_kwargs: object) -> None:
    """Read the table again before the next message; other processes do so within REFRESH_SECONDS."""
    global _read_at
    _read_at = float("-inf")
