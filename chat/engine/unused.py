"""What people have given up without saying so: attachments that nothing refers to, drafts of chats that are gone.

Every process takes it away once an hour, and so does `manage.py removeunused`; several at the same time do no harm.
What is of people under legal hold stays.
"""

from collections.abc import Collection
from datetime import timedelta

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from accounts.holds import rules
from accounts.models import User
from chat.models import Document, Draft, Message, Session

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 3600.0
# A younger attachment may be about to be sent.
KEPT_UNUSED = timedelta(days=1)
# An empty draft only remembers its version, for tabs that slept; after so long there are none.
KEPT_EMPTY = timedelta(days=7)
BATCH = 500


def sweep() -> tuple[int, int]:
    """Remove all of it; how many drafts and how many documents went. Drafts first: they hold on to documents."""
    drafts, documents = remove_drafts(), remove_documents()
    if drafts or documents:
        log.info("unused.swept", drafts=drafts, documents=documents)
    return drafts, documents


def waiting() -> tuple[int, int]:
    """How many drafts and how many documents a sweep would remove now."""
    return sum(rows.count() for rows in _doomed_drafts()), len(_doomed_documents(None, None))


def remove_documents(user: User | None = None, *, among: Collection[int] | None = None) -> int:
    """Delete documents (of this person, or all) that no message and no draft refers to. Returns how many.

    Only those that are older than KEPT_UNUSED. `among`: keys of documents whose message has just been deleted; they
    go at once.
    """
    doomed = _doomed_documents(user, among)
    # Asked again in the same breath: a message may have taken one meanwhile.
    for start in range(0, len(doomed), BATCH):
        Document.objects.filter(pk__in=doomed[start : start + BATCH], messages=None).delete()
    return len(doomed)


def _doomed_documents(user: User | None, among: Collection[int] | None) -> list[int]:
    rows = Document.objects.filter(messages=None).exclude(rules.person())
    if user is not None:
        rows = rows.filter(user=user)
    rows = rows.filter(create_time__lt=timezone.now() - KEPT_UNUSED) if among is None else rows.filter(pk__in=among)
    unused = dict(rows.values_list("pk", "document_id"))
    if not unused:
        return []
    drafts = Draft.objects.exclude(attachments=[])
    if user is not None:
        drafts = drafts.filter(user=user)
    kept = {name for names in drafts.values_list("attachments", flat=True) for name in names}
    return [pk for pk, document_id in unused.items() if document_id not in kept]


def attached_to(messages: QuerySet[Message]) -> list[int]:
    """The keys of the documents that these messages have: for `remove_documents` once the messages are gone."""
    links = Message.documents.through.objects.filter(message__in=messages.order_by().values("pk"))
    return list(links.values_list("document_id", flat=True).distinct())


def remove_drafts() -> int:
    """Delete drafts that are empty for long, and those whose session is gone for good. Returns how many."""
    return sum(rows.delete()[0] for rows in _doomed_drafts())


def _doomed_drafts() -> tuple[QuerySet[Draft], QuerySet[Draft]]:
    """Those that are empty for long; those whose session is gone. No draft is both."""
    empty = Draft.objects.filter(text="", attachments=[], update_time__lt=timezone.now() - KEPT_EMPTY)
    gone = Draft.objects.exclude(session_key="").exclude(session_key__in=Session.objects.values("session_id"))
    gone = gone.exclude(rules.person())
    return empty, gone.exclude(pk__in=empty.values("pk"))
