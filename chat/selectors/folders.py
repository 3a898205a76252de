"""A person's folders."""

from django.db.models import Count, Q

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Folder, Generation, Session
from chat.models.generation import LIVE_STATES
from chat.selectors.ids import is_uuid

_LISTED = Q(sessions__deleted_at=None, sessions__archived=False)
# A folder says that there is something in it, not how much.
MAX_LIVELY = 200


def folders(user: User) -> list[Folder]:
    """The person's folders in their order, each with `session_count`: without the archive and the trash."""
    # Named again: a query that counts forgets the model's own order.
    rows = Folder.objects.filter(user=user).order_by("sort_order", "pk")
    return list(rows.annotate(session_count=Count("sessions", filter=_LISTED)))


def lively(user: User) -> list[tuple[Session, str | None]]:
    """What folders have to tell of while they are closed: sessions in them whose answer is unread or being written.

    Each with its live generation's id; the newest first, at most MAX_LIVELY.
    """
    live = Generation.objects.filter(user=user, state__in=LIVE_STATES).order_by("create_time")
    generating: dict[int, str] = dict(live.values_list("message__session_id", "id"))
    rows = Session.objects.filter(user=user, deleted_at=None, archived=False, folder__isnull=False)
    rows = rows.filter(Q(unread=True) | Q(pk__in=generating)).select_related("role", "folder")
    return [(row, generating.get(row.pk)) for row in rows.order_by("-update_time", "-pk")[:MAX_LIVELY]]


def folder(user: User, folder_id: object, *, lock: bool = False) -> Folder:
    """The person's folder. `lock`, inside a transaction: it stays until the end. Raises NotFound (folder_not_found)."""
    rows = Folder.objects.filter(user=user, folder_id=folder_id) if is_uuid(folder_id) else Folder.objects.none()
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound(code="folder_not_found")
    return found
