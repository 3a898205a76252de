"""Sessions: single ones, pages of the list, and what changed in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.cursors import SessionCursor
from chat.models import Message, Session
from chat.models.session import GIVEN_UP
from chat.search.query import parse
from chat.selectors.ids import is_uuid
from chat.selectors.search import any_case, sessions_meant


@dataclass(frozen=True, slots=True)
class SessionFilters:
    """What a list of sessions is narrowed to. `start` is inside the period, `end` is not; None means any."""

    q: str = ""
    start: datetime | None = None
    end: datetime | None = None
    model_id: str = ""
    role: str = ""
    archived: bool | None = None
    # A folder's id; NO_FOLDER for what a list shows beside the folders: the sessions in none, and all pinned ones.
    folder: str = ""
    # Words of the title, in any case.
    title: str = ""
    trash: bool = False


NO_FOLDER = "none"


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """Sessions with roles and folders, newest first, pinned ones before; `next` is the cursor of the next page."""

    sessions: list[Session]
    next: str | None


def session(user: User, session_id: object, *, lock: bool = False) -> Session:
    """The person's session. `lock`, inside a transaction: nobody else writes it until the end. Raises NotFound."""
    if not is_uuid(session_id):
        raise NotFound
    rows = Session.objects.filter(user=user, deleted_at__isnull=True)
    # Without the role and the folder when locking: a join would lock their rows, too.
    rows = rows.select_for_update() if lock else rows.select_related("role", "folder")
    found = rows.filter(session_id=session_id).first()
    if found is None:
        raise NotFound
    return found


def sessions_page(
    user: User, cursor: str | None = None, limit: int = 50, filters: SessionFilters | None = None
) -> SessionsPage:
    """One page of the person's sessions; of the trash what was deleted last comes first.

    Raises AppError for a cursor that is not ours.
    """
    filters = filters or SessionFilters()
    rows = _narrow(_owned(user, trash=filters.trash).select_related("role", "folder"), user, filters)
    after = _deleted_before if filters.trash else _after
    if cursor:
        rows = rows.filter(after(SessionCursor.decode(cursor)))
    order = ("-deleted_at", "-pk") if filters.trash else ("-pinned", "-update_time", "-pk")
    page = list(rows.order_by(*order)[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    return SessionsPage(page, _cursor(page[-1], trash=filters.trash).encode() if more else None)


def some_sessions(user: User, session_ids: Collection[str], *, trash: bool = False) -> QuerySet[Session]:
    """Those of the ids that are sessions of the person's, in the list or in the trash."""
    return _owned(user, trash=trash).filter(session_id__in=[each for each in session_ids if is_uuid(each)])


def _owned(user: User, *, trash: bool) -> QuerySet[Session]:
    rows = Session.objects.filter(user=user)
    return rows.filter(deleted_at__gt=GIVEN_UP) if trash else rows.filter(deleted_at__isnull=True)


def _cursor(session: Session, *, trash: bool) -> SessionCursor:
    if trash and session.deleted_at is not None:
        return SessionCursor(pinned=False, update_time=session.deleted_at, pk=session.pk)
    return SessionCursor(session.pinned, session.update_time, session.pk)


def _after(cursor: SessionCursor) -> Q:
    later = Q(update_time__lt=cursor.update_time) | Q(update_time=cursor.update_time, pk__lt=cursor.pk)
    in_group = Q(pinned=cursor.pinned) & later
    return in_group | Q(pinned=False) if cursor.pinned else in_group


def _deleted_before(cursor: SessionCursor) -> Q:
    return Q(deleted_at__lt=cursor.update_time) | Q(deleted_at=cursor.update_time, pk__lt=cursor.pk)


def _narrow(rows: QuerySet[Session], user: User, filters: SessionFilters) -> QuerySet[Session]:
    # Subqueries by IN, not EXISTS: they run once, over the index by user and time, not once per session.
    if filters.archived is not None:
        rows = rows.filter(archived=filters.archived)
    if filters.folder == NO_FOLDER:
        rows = rows.filter(Q(folder=None) | Q(pinned=True))
    elif filters.folder:
        rows = rows.filter(folder__folder_id=filters.folder)
    if filters.title:
        rows = rows.alias(named=any_case("title")).filter(named__icontains=filters.title)
    if filters.model_id:
        rows = rows.filter(model_id=filters.model_id)
    if filters.role:
        rows = rows.filter(role__slug=filters.role)
    if filters.q:
        rows = rows.filter(pk__in=sessions_meant(user, parse(filters.q)))
    if filters.start is not None or filters.end is not None:
        written = Message.objects.filter(_within("create_time", filters), user=user)
        began, changed = _within("create_time", filters), _within("update_time", filters)
        rows = rows.filter(began | changed | Q(pk__in=written.values("session_id")))
    return rows


def _within(name: str, filters: SessionFilters) -> Q:
    after = Q(**{f"{name}__gte": filters.start}) if filters.start is not None else Q()
    return after & (Q(**{f"{name}__lt": filters.end}) if filters.end is not None else Q())


def sessions_changed(user_ids: Collection[int], since: datetime) -> list[Session]:
    """What changed in these people's lists at `since` or later, with roles and folders; also what was deleted."""
    rows = Session.objects.filter(user_id__in=user_ids, changed_at__gte=since)
    return list(rows.select_related("role", "folder").order_by("changed_at", "pk"))
