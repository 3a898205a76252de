"""Lists of blocked words, as administrators paste or upload them: one word or phrase per line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError
from chat.engine import words
from chat.models import BlockedWord
from chat.models.moderation import BlockAction, TakenBackWord
from chat.models.session import new_uuid
from chat.services.moderation import has_control_characters

MAX_LINES = 100_000
MAX_WORD_CHARS = 100
# Rows for one statement.
BATCH = 1_000
# What comes back of a word.
_KEPT = ("word", "action", "is_active")
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
    known = _known()
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
        report.added = _add(rows)
    report.known += len(rows) - report.added
    words.forget()
    return report


def take_back(batch: str) -> int:
    """Delete the words that came with a list and are still there, and keep them for `restore`; how many that were."""
    if not batch:
        return 0
    with transaction.atomic():
        rows = BlockedWord.objects.filter(batch=batch)
        gone = [TakenBackWord(batch=batch, **row) for row in rows.values(*_KEPT)]
        # Two who take it back at once keep each word once.
        TakenBackWord.objects.bulk_create(gone, batch_size=BATCH, ignore_conflicts=True)
        deleted, _by_model = rows.delete()
    words.forget()
    return deleted


def restore(batch: str) -> int:
    """Bring the words of a list back that was taken back, each as it was; how many those are.

    A word that has come again meanwhile, in any spelling, stays as it is now.
    """
    with transaction.atomic():
        kept = TakenBackWord.objects.filter(batch=batch)
        known = _known()
        rows = [
            BlockedWord(batch=batch, **row)
            for row in kept.order_by("pk").values(*_KEPT)
            if words.fold(row["word"]).strip() not in known
        ]
        added = _add(rows)
        kept.delete()
    words.forget()
    return added


def left(batches: Sequence[str]) -> dict[str, int]:
    """How many words of each of these lists are still there. One query."""
    return _counted(BlockedWord.objects.filter(batch__in=batches))


def gone(batches: Sequence[str]) -> dict[str, int]:
    """How many words of each of these lists were taken back. One query."""
    return _counted(TakenBackWord.objects.filter(batch__in=batches))


def _counted(rows: QuerySet[Any]) -> dict[str, int]:
    by_batch = rows.order_by().values("batch").annotate(number=Count("pk"))
    return dict(by_batch.values_list("batch", "number"))


def _known() -> set[str]:
    return {words.fold(word).strip() for word in BlockedWord.objects.values_list("word", flat=True)}


def _add(rows: Sequence[BlockedWord]) -> int:
    """Store words; how many of them were not there. What a database's collation takes for equal was."""
    before = BlockedWord.objects.count()
    BlockedWord.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return BlockedWord.objects.count() - before


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
