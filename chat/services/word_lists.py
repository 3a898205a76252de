"""Lists of blocked words, as administrators paste or upload them: one word or phrase per line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError
from chat.engine import words
from chat.models import BlockedWord
from chat.models.moderation import BlockAction
from chat.models.session import new_uuid
from chat.services.moderation import has_control_characters

MAX_LINES = 100_000
MAX_WORD_CHARS = 100
# Rows for one statement.
BATCH = 1_000
# How many refused lines a report names.
MAX_REPORTED = 50


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is no word: its number, its beginning, and why."""

    number: int
    text: str
    reason: str | Promise


@dataclass(slots=True)
class Report:
    """What became of a list. `refused` holds the first MAX_REPORTED of `refused_total`; `batch` names the words."""

    batch: str = field(default_factory=new_uuid)
    added: int = 0
    known: int = 0
    refused_total: int = 0
    refused: list[RefusedLine] = field(default_factory=list)

    def refuse(self, number: int, text: str, reason: str | Promise) -> None:
        """Count a line, and keep the first ones."""
        self.refused_total += 1
        if len(self.refused) < MAX_REPORTED:
            self.refused.append(RefusedLine(number, text[:40], reason))


def import_list(text: str, action: str) -> Report:
    """Add the words of a list; those that are known already, in any spelling, stay as they are.

    `action` is for lines that name none: a line may end with a comma or tab and one of the actions (`word,mask`).
    Raises AppError (word_list_too_long), and adds nothing then.
    """
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        sentence = _("A list may have at most %(limit)d lines. Divide it.") % {"limit": MAX_LINES}
        raise AppError(sentence, code="word_list_too_long", limit=MAX_LINES)
    report = Report()
    known = {words.fold(word).strip() for word in BlockedWord.objects.values_list("word", flat=True)}
    rows: list[BlockedWord] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        word, own = _cut(line.strip())
        form = words.fold(word).strip()
        if reason := _fault(word, form):
            report.refuse(number, word, reason)
        elif form in known:
            report.known += 1
        else:
            known.add(form)
            rows.append(BlockedWord(word=word, action=own or action, batch=report.batch))
    with transaction.atomic():
        before = BlockedWord.objects.count()
        # What a database's collation takes for equal is known, too.
        BlockedWord.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        report.added = BlockedWord.objects.count() - before
    report.known += len(rows) - report.added
    words.forget()
    return report


def take_back(batch: str) -> int:
    """Delete the words that came with a list and are still there; how many that were."""
    if not batch:
        return 0
    with transaction.atomic():
        deleted, _by_model = BlockedWord.objects.filter(batch=batch).delete()
    words.forget()
    return deleted


def left(batches: Sequence[str]) -> dict[str, int]:
    """How many words of each of these lists are still there. One query."""
    rows = BlockedWord.objects.filter(batch__in=batches).order_by().values("batch")
    return dict(rows.annotate(number=Count("pk")).values_list("batch", "number"))


def _cut(line: str) -> tuple[str, str]:
    """The word of a line, and its own action or an empty text."""
    for mark in ("\t", ",", "，"):
        word, found, action = line.rpartition(mark)
        if found and action.strip().lower() in BlockAction.values:
            return word.strip(), action.strip().lower()
    return line, ""


def _fault(word: str, form: str) -> str | Promise:
    """Why this cannot be looked for, or an empty text."""
    if len(word) > MAX_WORD_CHARS:
        return _("longer than %(limit)d characters") % {"limit": MAX_WORD_CHARS}
    if has_control_characters(word):
        return _("has control characters")
    return "" if form else _("has no visible character")
