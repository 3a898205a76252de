"""Shared links: one's own, and those that somebody may read."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import SiteSettings, User
from aihelper.lib.errors import NotFound, NotSignedIn
from chat.cursors import SessionCursor
from chat.models import Share
from chat.models.share import ShareAudience
from chat.selectors.sessions import session

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
# By SiteSettings.sharing_in_force: to whom people may open links at all.
_AUDIENCES: dict[str, tuple[ShareAudience, ...]] = {
    "public": (ShareAudience.PRIVATE, ShareAudience.MEMBERS, ShareAudience.PUBLIC),
    "members": (ShareAudience.PRIVATE, ShareAudience.MEMBERS),
    "off": (),
}


@dataclass(frozen=True, slots=True)
class SharesPage:
    """A person's links without their snapshots, newest first; `next` is the cursor of the next page."""

    shares: list[Share]
    next: str | None


def audiences() -> tuple[ShareAudience, ...]:
    """To whom links may be open on this server; none when sharing is switched off."""
    return _AUDIENCES[SiteSettings.load().sharing_in_force]


def own_share(user: User, token: object, *, lock: bool = False) -> Share:
    """The person's link, with its session. `lock` as in `session`. Raises NotFound, also for a chat in the trash."""
    rows = Share.objects.filter(user=user, session__user=user, session__deleted_at__isnull=True)
    rows = rows.select_related("session")
    found = _by_token(rows.select_for_update() if lock else rows, token)
    if found is None:
        raise NotFound
    return found


def readable_share(reader: User | None, token: object) -> Share:
    """The link, if this reader may open it; with its owner and session.

    Raises NotSignedIn when signing in would help, and NotFound for all else: an unknown link, a revoked one, somebody
    else's private one, one whose chat is in the trash or whose owner may not sign in any more.
    """
    rows = Share.objects.filter(session__deleted_at__isnull=True, user__is_active=True, user__is_approved=True)
    found = _by_token(rows.select_related("user", "session"), token)
    # Owners see what they may still take back, whatever the server allows by now.
    if found is not None and reader is not None and reader.pk == found.user_id:
        return found
    allowed = audiences()
    if found is None or found.audience == ShareAudience.PRIVATE or not allowed:
        raise NotFound
    if reader is None and (found.audience != ShareAudience.PUBLIC or ShareAudience.PUBLIC not in allowed):
        raise NotSignedIn
    return found


def shares_page(user: User, cursor: str = "", limit: int = 50, session_id: str = "") -> SharesPage:
    """One page of the person's links. Raises NotFound for an unknown session, AppError for a cursor not ours."""
    rows = Share.objects.filter(user=user, session__deleted_at__isnull=True).select_related("session").defer("snapshot")
    if session_id:
        rows = rows.filter(session=session(user, session_id))
    if cursor:
        after = SessionCursor.decode(cursor)
        older = Q(create_time=after.update_time, pk__lt=after.pk)
        rows = rows.filter(Q(create_time__lt=after.update_time) | older)
    page = list(rows.order_by("-create_time", "-pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    last = page[-1] if more else None
    return SharesPage(page, SessionCursor(False, last.create_time, last.pk).encode() if last else None)


def _by_token(rows: QuerySet[Share], token: object) -> Share | None:
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    found = rows.filter(token=token).first()
    # A database may compare without regard to case; a link is exact.
    return found if found is not None and found.token == token else None
