"""Who is told what at the moment, and closing it. The page has it with its first answer, and hears of changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import notes
from accounts.announcements.models import Announcement, Dismissal, Level
from accounts.models import User
from aihelper.lib.errors import NotFound

# What tabs hear when there is another one, or one less.
ANNOUNCEMENTS = "announcements"


@dataclass(frozen=True, slots=True)
class Current:
    """What is to be shown, warnings first, then the newest; and when the page has to ask again, if ever."""

    announcements: list[Announcement]
    next: datetime | None

    def as_json(self) -> dict[str, Any]:
        """As the API and the boot data tell it."""
        return {"announcements": [row(each) for each in self.announcements], "next": self.next}


def of(user: User) -> Current:
    """What this person sees above the chats. One query while there is nothing to tell, else two."""
    found = list(_for(user))
    closed = set(_closed(user, found)) if found else set()
    return _sorted_out([each for each in found if not each.is_dismissible or (each.pk, each.version) not in closed])


def at_sign_in() -> Current:
    """What everybody sees who is not signed in. Groups mean nothing there. One query."""
    return _sorted_out(list(_on().filter(at_sign_in=True)))


def dismiss(user: User, announcement_id: int, version: str) -> None:
    """Show it to this person no more, until it says something else; their other tabs hear of it.

    Raises NotFound for one that is not theirs to see or may not be closed. A version that is over changes nothing.
    """
    found = _for(user).filter(pk=announcement_id, is_dismissible=True).first()
    if found is None:
        raise NotFound
    if found.version != version:
        return
    with transaction.atomic():
        rows = Dismissal.objects.filter(announcement=found, user=user)
        if not rows.update(version=version):
            try:
                with transaction.atomic():
                    Dismissal.objects.create(announcement=found, user=user, version=version)
            except IntegrityError:
                pass  # Another tab was faster.
        notes.touch(user, ANNOUNCEMENTS)


def changed() -> None:
    """Tell every open tab to ask anew. Inside the writer's transaction."""
    notes.touch_everybody(ANNOUNCEMENTS)


def row(each: Announcement) -> dict[str, Any]:
    """One announcement in both languages: the page changes its language without asking."""
    return {
        "id": each.pk,
        "version": each.version,
        "level": each.level,
        "dismissible": each.is_dismissible,
        "text": {"en": each.text or each.text_zh, "zh-hans": each.text_zh or each.text},
    }


def _on() -> QuerySet[Announcement]:
    """Switched on, and not over."""
    return Announcement.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()), is_active=True)


def _for(user: User) -> QuerySet[Announcement]:
    links = Announcement.groups.through._default_manager.filter(announcement=OuterRef("pk"))
    meant = ~Q(Exists(links)) | Q(Exists(links.filter(group__user=user)))
    return _on().filter(meant, in_chat=True)


def _closed(user: User, among: list[Announcement]) -> "QuerySet[Dismissal, tuple[int, str]]":
    rows = Dismissal.objects.filter(user=user, announcement__in=among)
    return rows.values_list("announcement_id", "version")


def _sorted_out(found: list[Announcement]) -> Current:
    now = timezone.now()
    begun = [each for each in found if each.starts_at is None or each.starts_at <= now]
    turns = [each.ends_at if each in begun else each.starts_at for each in found]
    shown = sorted(begun, key=lambda each: (each.level != Level.WARNING, -each.pk))
    return Current(shown, min((turn for turn in turns if turn is not None), default=None))
