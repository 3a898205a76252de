"""Brings what is new into the search, behind the writers' backs.

A message is `indexed=False` from the moment it exists, whoever made it and however, and until it is in the index: what
a crash leaves undone is done after it, and nobody who writes messages has to think of the search. The search reads what
is not indexed yet directly (chat.selectors.search), so nobody waits for this either.
"""

import asyncio
import time
from itertools import accumulate

import structlog
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Sum

from aihelper.lib.db import run_db, statements
from chat.models import Message, SearchEntry
from chat.models.generation import LIVE_STATES
from chat.models.message import NOT_INDEXED
from chat.search.texts import joined
from chat.search.words import tokens_of

log = structlog.get_logger(__name__)

# Messages of one transaction; their rows are locked while it lasts.
BATCH = 100
MAX_ATTACHED_CHARS = 2_000_000
IDLE_SECONDS = 2.0
# An upgrade leaves everything to do: half of the time is left to those who are talking to a model.
REST = 1.0


def index_batch(size: int = BATCH) -> int:
    """Index up to `size` messages that are final; return how many. 0: there is nothing left to do."""
    final = Message.objects.filter(NOT_INDEXED).exclude(status__in=LIVE_STATES)
    with transaction.atomic():
        features = connection.features
        locked = final.select_for_update(skip_locked=features.has_select_for_update_skip_locked)
        # By the index that finds them; another order would sort them all.
        rows = locked.order_by("indexed", "user_id", "pk").only("user_id", "session_id", "create_time", "content")
        messages = _within_reason(list(rows[:size]))
        entries = [_entry(message) for message in messages]
        pks = [message.pk for message in messages]
        # Where another process was faster, or one was marked as not indexed again.
        SearchEntry.objects.filter(pk__in=pks).delete()
        for batch in statements(entries, lambda entry: len(entry.tokens), most=BATCH):
            SearchEntry.objects.bulk_create(batch)
        Message.objects.filter(pk__in=pks).update(indexed=True)
    return len(messages)


def _within_reason(messages: list[Message]) -> list[Message]:
    """The first of the messages, as many as have no more than MAX_ATTACHED_CHARS attached together; at least one."""
    links = Message.documents.through.objects.filter(message__in=messages)
    chars = dict(links.values_list("message_id").annotate(chars=Sum("document__chars")))
    sums = accumulate(chars.get(message.pk, 0) for message in messages)
    return [
        message
        for at, (message, total) in enumerate(zip(messages, sums, strict=True))
        if not at or total <= MAX_ATTACHED_CHARS
    ]


def _entry(message: Message) -> SearchEntry:
    # One message at a time: a hundred of them may have half a gigabyte.
    attached = message.documents.order_by("pk").values_list("name", "content")
    return SearchEntry(
        message_id=message.pk,
        user_id=message.user_id,
        session_id=message.session_id,
        create_time=message.create_time,
        tokens=tokens_of(message.user_id, joined(message.content, attached)),
    )


def forget(size: int = 5000) -> int:
    """Mark up to `size` indexed messages as not indexed, and return how many. For a rebuild from nothing."""
    pks = list(Message.objects.filter(indexed=True).order_by("-pk").values_list("pk", flat=True)[:size])
    return Message.objects.filter(pk__in=pks).update(indexed=False)


def forget_missing() -> int:
    """Mark the messages that count as indexed and are not as not indexed; return how many there were."""
    there = SearchEntry.objects.filter(pk=OuterRef("pk"))
    return Message.objects.filter(~Exists(there), indexed=True).update(indexed=False)


async def run() -> None:
    """Index for ever: at once what is there, then every IDLE_SECONDS what has come."""
    while True:
        started = time.monotonic()
        try:
            done = await run_db(index_batch)
        except IntegrityError:
            # Messages that were deleted at this moment: the others are taken at the next look.
            done = 0
        except Error as error:
            log.warning("index.failed", error=type(error).__name__)
            done = 0
        except Exception as error:
            # A bug of ours; but the index would stand still for ever if this task ended.
            log.error("index.crashed", exc_info=error)
            done = 0
        await asyncio.sleep((time.monotonic() - started) * REST if done else IDLE_SECONDS)
