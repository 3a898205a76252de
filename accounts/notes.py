"""Telling a person's other tabs and devices that something of theirs has changed.

A note carries no data (invariant I2): whoever hears it asks for the thing anew. The chat's feed delivers the notes,
so a tab on any server hears one within its look at the database, sooner where the writer pokes the feed as well.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import LiveNote, User

# Tabs hear of a note within seconds, or ask for everything anew after they slept.
KEPT = timedelta(days=1)


def touch(user: User | int, what: str) -> None:
    """Note that `what` of this person has changed: "user", "folders", "prompts", "roles", "draft:<session id>" ...

    At most 64 characters. Inside the writer's transaction, so that nobody hears of what was rolled back.
    """
    pk = user if isinstance(user, int) else user.pk
    with transaction.atomic():
        LiveNote.objects.update_or_create(user_id=pk, what=what, defaults={"changed_at": timezone.now()})


def touch_everybody(what: str) -> None:
    """Note that `what` has changed for all people. Inside the writer's transaction."""
    with transaction.atomic():
        rows = LiveNote.objects.filter(user=None, what=what)
        # Two writers at once may leave two rows: tabs then hear of it twice.
        if not rows.update(changed_at=timezone.now()):
            LiveNote.objects.create(user=None, what=what, changed_at=timezone.now())


def old() -> QuerySet[LiveNote]:
    """Notes that nobody will hear of any more."""
    return LiveNote.objects.filter(changed_at__lt=timezone.now() - KEPT)
