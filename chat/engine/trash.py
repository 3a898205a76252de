"""The sweep of the trash: what lies there longer than it may (SiteSettings), or was given up, is deleted for good.

Every process sweeps once an hour, and at once when somebody empties a trash. Several at the same time do no harm:
each batch locks its sessions and looks again whether they are still to go, so nobody deletes what was restored.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import SiteSettings
from chat import selectors
from chat.engine import unused
from chat.models import Draft, Generation, Message, Session
from chat.models.generation import LIVE_STATES
from chat.models.session import GIVEN_UP

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 3600.0
# Several purges in a row become one sweep.
SETTLE_SECONDS = 1.0
# Sessions of one transaction: short enough not to keep writers waiting.
BATCH = 20
_LOOK = 1000


def cutoff(days: int | None = None) -> datetime:
    """What was deleted before this moment is due; `days` stands for the setting, of which 0 means never."""
    days = SiteSettings.load().trash_days_in_force if days is None else days
    # One second after, so that what was given up is always due.
    return timezone.now() - timedelta(days=days) if days else GIVEN_UP + timedelta(seconds=1)


def sweep(before: datetime | None = None) -> int:
    """Delete for good all sessions that are due; answers how many. The ledger of usage stays."""
    before, total = before or cutoff(), 0
    rows = due(before)
    while found := list(rows[:_LOOK]):
        pks = [pk for _deleted_at, pk in found]
        total += sum(_delete(pks[start : start + BATCH], before) for start in range(0, len(pks), BATCH))
        # On from the last one: what had to stay would be found again.
        rows = due(before, found[-1])
    if total:
        log.info("trash.swept", sessions=total)
    return total


def due(before: datetime, after: tuple[datetime, int] | None = None) -> QuerySet[Session, Any]:
    """When the sessions were deleted that are due, and their keys, in this order; on from `after`. Not what is held.

    The index `session_trash` holds just that: a sweep costs what it deletes, however many sessions there are.
    """
    rows = selectors.not_held(Session.objects.filter(deleted_at__lt=before))
    if after is not None:
        deleted_at, pk = after
        rows = rows.filter(Q(deleted_at__gt=deleted_at) | Q(pk__gt=pk), deleted_at__gte=deleted_at)
    return rows.order_by("deleted_at", "pk").values_list("deleted_at", "pk")


def held(before: datetime) -> int:
    """How many would be due, and stay because they are under legal hold."""
    return selectors.held(Session.objects.filter(deleted_at__lt=before)).count()


@transaction.atomic
def _delete(pks: list[int], before: datetime) -> int:
    # An answer that is still being stopped goes on to write: its session is left for the next sweep.
    live = Generation.objects.filter(message__session_id__in=pks, state__in=LIVE_STATES)
    busy = set(live.values_list("message__session_id", flat=True))
    rows = selectors.not_held(Session.objects.filter(pk__in=set(pks) - busy, deleted_at__lt=before)).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        # Another process is at them.
        rows = rows.select_for_update(skip_locked=True)
    found = dict(rows.values_list("pk", "session_id"))
    messages = Message.objects.filter(session_id__in=found)
    Session.objects.filter(pk__in=found).update(current_message=None)
    # The database forbids to delete a parent before its children, and Django would walk the chain one by one.
    messages.update(parent=None, beside=None)
    attached = unused.attached_to(messages)
    messages.delete()
    Draft.objects.filter(session_key__in=found.values()).delete()
    # What was attached to them goes, too, unless a message or a draft elsewhere has it.
    unused.remove_documents(among=attached)
    Session.objects.filter(pk__in=found).delete()
    return len(found)
