"""What may be sent: clean text of a bearable length, without the words that an administrator has blocked.

Words are compared folded (NFKC, no case, no invisible characters), so that full-width letters or a soft hyphen do not
hide one. A word of letters is found as a word ("ass" is not in "class"); where no spaces stand between
words, as in Chinese, it is found anywhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError
from chat.engine import words
from chat.models import Message, WordWarning
from chat.models.moderation import BlockAction

MASK = "***"
# How many words a warning names.
MAX_NAMED = 3

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What belongs to the character before it when text is composed: marks, and the later parts of Korean syllables.
_JOINING_JAMO = range(0x1160, 0x1200)


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


def masked_in(text: str, stored: str) -> str:
    """What `clean_message` made of a text, where it masked something; empty where it did not."""
    return "" if text.replace("\r\n", "\n").strip() == stored else stored


def has_control_characters(text: str) -> bool:
    """Whether there is something in the text that nobody can have typed."""
    return _CONTROL.search(text) is not None


def has_words() -> bool:
    """Whether any word is blocked at all."""
    return bool(words.current().parts)


def check_text(text: str) -> str:
    """The text with blocked words masked. Raises AppError (blocked_word) when one of them refuses the message."""
    now = words.current()
    actions = {found.action for found in now.matches(words.fold(text))}
    if not actions - {BlockAction.WARN.value}:
        return text
    masked = None if BlockAction.BLOCK in actions else _mask(text, now)
    if masked is None:
        sentence = _("The message contains a word that is not allowed here. Change it and send again.")
        raise AppError(sentence, code="blocked_word")
    return masked


def check_warnings(texts: Iterable[str], *, confirmed: bool) -> list[str]:
    """The words in these texts that are warned of, to be recorded with the message (`record_warnings`).

    Raises AppError (word_warning) unless the person has `confirmed` that the message shall be sent anyway.
    """
    now = words.current()
    if not now.warns:
        return []
    matches = (found for text in texts for found in now.matches(words.fold(text)))
    warned = list(dict.fromkeys(found.word for found in matches if found.action == BlockAction.WARN))
    if warned and not confirmed:
        named = ", ".join(f"“{word}”" for word in warned[:MAX_NAMED])
        sentence = _("An administrator asks you to think about %(words)s before you send this. Send it anyway?")
        raise AppError(sentence % {"words": named}, code="word_warning")
    return warned


def record_warnings(message: Message, warned: Iterable[str]) -> None:
    """Keep that this message was sent anyway. In the transaction that stores it."""
    WordWarning.objects.bulk_create(
        WordWarning(user_id=message.user_id, word=word, message_id=message.pk) for word in warned
    )


def _mask(text: str, now: words.Words) -> str | None:
    """The text with *** for each blocked word; None when a word cannot be found again piece by piece."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        folded = words.fold(text[start:end])
        parts.append(folded)
        spans.extend([(start, end)] * len(folded))
    found = sorted(
        (spans[one.start][0], spans[one.end - 1][1])
        for one in now.matches("".join(parts))
        if one.action == BlockAction.MASK
    )
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
