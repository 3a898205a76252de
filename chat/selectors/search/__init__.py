"""The search over titles and texts: the full-text index says which messages may be meant, the texts which are.

What the index does not have yet is read directly, so that nothing is missed, whatever way it came. For words that are
nearly everywhere the index is not asked at all (`common`). A search costs a bounded number of queries. Messages are
grouped by session; those with a hit in the title come first, then the newest.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from chat.cursors import SessionCursor
from chat.models import Folder, Role, Session
from chat.search.query import Query
from chat.selectors.search.candidates import ALWAYS, CHECKED, Hits, Period, any_case, checked, hits_of, titles_of
from chat.selectors.search.common import all_messages, is_common
from chat.selectors.search.results import Found, FoundMessage, HitsOf, page_of

__all__ = ["Facets", "Found", "FoundMessage", "SearchFilters", "SearchPage", "any_case", "search", "sessions_meant"]


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What is searched. `start` is inside the period, `end` is not; `folder` is a folder's id, or "none"."""

    start: datetime | None = None
    end: datetime | None = None
    model_id: str = ""
    role: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many sessions there are of each model, role and folder, each counted without its own filter.

    `exact` is False when not all texts were looked at that might be meant: the numbers are upper bounds then.
    """

    models: list[tuple[str, int]] = field(default_factory=list)
    roles: list[tuple[Role, int]] = field(default_factory=list)
    folders: list[tuple[Folder, int]] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None
    total: int = 0
    exact: bool = True


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of results; `next` is the cursor of the page after it."""

    results: list[Found]
    facets: Facets
    next: str | None = None


class _Row(NamedTuple):
    pk: int
    update_time: datetime
    model_id: str
    role_id: int | None
    folder_id: int | None


class _Choice(NamedTuple):
    """The filters by column; a role or folder that is not there is one that no session has."""

    model_id: str | None
    role_id: int | None
    folder_id: int | None

    def has(self, row: _Row, *, but: str = "") -> bool:
        """Whether a session passes all filters, but for the one named."""
        model = but == "model" or self.model_id in (None, row.model_id)
        role = but == "role" or self.role_id in (None, row.role_id)
        return model and role and (but == "folder" or self.folder_id in (None, row.folder_id or IN_NONE))


IN_NONE, UNKNOWN = 0, -1


def search(user: User, query: Query, filters: SearchFilters, cursor: str | None = None, limit: int = 20) -> SearchPage:
    """One page of what a query means. Raises AppError for a cursor that is not ours."""
    after = SessionCursor.decode(cursor) if cursor else None
    if not query.wanted:
        return SearchPage([], Facets())
    choice = _choice(user, filters)
    period = Period(filters.start, filters.end)
    titles = titles_of(user, query, period)
    if is_common(user, query, period, _next_sessions(user, choice, after)):
        hits: HitsOf = partial(all_messages, user, period)
        rows, exact = _rows(user, None, period), False
    else:
        known, exact = checked(user, query, hits_of(user, query, period))
        hits = partial(_of_those, known)
        rows = _rows(user, titles | known.keys())
    chosen = [row for row in rows if choice.has(row)]
    facets = _facets(user, rows, chosen, choice, exact)
    keys = sorted((SessionCursor(row.pk in titles, row.update_time, row.pk) for row in chosen), reverse=True)
    if after is not None:
        keys = [key for key in keys if key < after]
    page, following = page_of(user, query, keys, hits, exact, limit)
    return SearchPage(page, facets, following)


def _of_those(known: Hits, pks: Collection[int]) -> Hits:
    return {pk: known.get(pk, ()) for pk in pks}


def _next_sessions(user: User, choice: _Choice, after: SessionCursor | None) -> QuerySet[Session]:
    """The sessions from which the next page comes, newest first."""
    rows = Session.objects.filter(user=user, deleted_at__isnull=True).order_by("-update_time")
    if after is not None and not after.pinned:
        rows = rows.filter(update_time__lte=after.update_time)
    if choice.model_id is not None:
        rows = rows.filter(model_id=choice.model_id)
    if choice.role_id is not None:
        rows = rows.filter(role_id=choice.role_id)
    if choice.folder_id is not None:
        rows = rows.filter(folder_id=choice.folder_id) if choice.folder_id else rows.filter(folder=None)
    return rows


def sessions_meant(user: User, query: Query) -> set[int]:
    """The primary keys of the sessions that a query means, in the trash or not, for lists that narrow by it."""
    if not query.wanted:
        return set()
    hits, _exact = checked(user, query, hits_of(user, query))
    return hits.keys() | titles_of(user, query)


def _rows(user: User, pks: Collection[int] | None, period: Period = ALWAYS) -> list[_Row]:
    """The sessions of those keys, or all that may have messages of the period."""
    rows = Session.objects.filter(user=user, deleted_at__isnull=True)
    if pks is None:
        rows = rows.filter(period.of_sessions())
    elif len(pks) <= CHECKED:
        rows = rows.filter(pk__in=pks)
    return [_Row(*row) for row in rows.values_list(*_Row._fields) if pks is None or row[0] in pks]


def _choice(user: User, filters: SearchFilters) -> _Choice:
    role: int | None = None
    folder: int | None = None
    if filters.role:
        role = Role.objects.filter(slug=filters.role).values_list("pk", flat=True).first() or UNKNOWN
    if filters.folder:
        folders = Folder.objects.filter(user=user, folder_id=filters.folder)
        folder = IN_NONE if filters.folder == "none" else folders.values_list("pk", flat=True).first() or UNKNOWN
    return _Choice(filters.model_id or None, role, folder)


def _facets(user: User, rows: list[_Row], chosen: list[_Row], choice: _Choice, exact: bool) -> Facets:
    models = Counter(row.model_id for row in rows if row.model_id and choice.has(row, but="model"))
    roles = Counter(row.role_id for row in rows if row.role_id and choice.has(row, but="role"))
    folders = Counter(row.folder_id for row in rows if row.folder_id and choice.has(row, but="folder"))
    role_rows = Role.objects.in_bulk(list(roles)) if roles else {}
    folder_rows = Folder.objects.filter(user=user).in_bulk(list(folders)) if folders else {}
    times = [row.update_time for row in chosen]
    return Facets(
        models=models.most_common(),
        roles=[(role_rows[pk], count) for pk, count in roles.most_common() if pk in role_rows],
        folders=[(folder_rows[pk], count) for pk, count in folders.most_common() if pk in folder_rows],
        first=min(times, default=None),
        last=max(times, default=None),
        total=len(chosen),
        exact=exact,
    )
