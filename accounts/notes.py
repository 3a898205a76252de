"""Telling a person's other tabs and devices that something of theirs has changed.

A note carries no data (invariant I2): whoever hears it asks for the thing anew. The chat's feed delivers the notes,
so a tab on any server hears one within its look at the database, sooner where the writer pokes the feed as well.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import LiveNote, User


def touch(user: User | int, what: str) -> None:
    """Note that `what` of this person has changed: "user", "folders", "prompts", "roles", "draft:<session id>" ...

    At most 64 characters. Inside the writer's transaction, so that nobody hears of what was rolled back.
    """
    pk = user if isinstance(user, int) else user.pk
    with transaction.atomic():
        LiveNote.objects.update_or_create(user_id=pk, what=what, defaults={"changed_at": timezone.now()})
