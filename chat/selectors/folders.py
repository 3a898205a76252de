"""A person's folders."""

from django.db.models import Count, Q

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Folder
from chat.selectors.ids import is_uuid

_LISTED = Q(sessions__deleted_at=None, sessions__archived=False)


def folders(user: User) -> list[Folder]:
    """The person's folders in their order, each with `session_count`: without the archive and the trash."""
    # Named again: a query that counts forgets the model's own order.
    rows = Folder.objects.filter(user=user).order_by("sort_order", "pk")
    return list(rows.annotate(session_count=Count("sessions", filter=_LISTED)))


def folder(user: User, folder_id: object, *, lock: bool = False) -> Folder:
    """The person's folder. `lock`, inside a transaction: it stays until the end. Raises NotFound (folder_not_found)."""
    rows = Folder.objects.filter(user=user, folder_id=folder_id) if is_uuid(folder_id) else Folder.objects.none()
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound(code="folder_not_found")
    return found
