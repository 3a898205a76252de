"""The same done to many sessions at once, in one transaction and a constant number of queries."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import notes
from accounts.groups import policy
from accounts.holds import rules
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from chat import selectors
from chat.engine import feed, supervisor
from chat.models import Generation, Session
from chat.models.generation import LIVE_STATES
from chat.models.session import GIVEN_UP
from chat.services.folders import FOLDERS

# What other tabs hear when something has left the trash for good: lists do not show it, so no session has changed.
TRASH = "trash"


class Action(StrEnum):
    """What can be done to many. Restore and purge are for what is in the trash, the others for what is not."""

    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    PIN = "pin"
    UNPIN = "unpin"
    READ = "read"
    UNREAD = "unread"
    MOVE = "move"
    DELETE = "delete"
    RESTORE = "restore"
    PURGE = "purge"


_FLAGS: dict[Action, tuple[str, bool]] = {
    Action.ARCHIVE: ("archived", True),
    Action.UNARCHIVE: ("archived", False),
    Action.PIN: ("pinned", True),
    Action.UNPIN: ("pinned", False),
    Action.READ: ("unread", False),
    Action.UNREAD: ("unread", True),
}
# After these the numbers of the folders are others.
_COUNTED = {Action.ARCHIVE, Action.UNARCHIVE, Action.MOVE, Action.DELETE, Action.RESTORE}


@retry_on_conflict
@transaction.atomic
def change(user: User, action: Action, session_ids: Sequence[str], folder_id: str | None = None) -> list[str]:
    """Do it to all of these sessions that are the person's and are not like that already; answers their ids.

    What is unknown or somebody else's is passed over. `folder_id` is where to move to, None for no folder.
    Raises NotFound (folder_not_found), and Forbidden for deletions where the person's group keeps chats, or when all
    that is to be purged is under legal hold. What is held among others stays in the trash.
    """
    if action in {Action.DELETE, Action.PURGE}:
        policy.demand_may_delete(user)
    folder = selectors.folder(user, folder_id, lock=True) if action == Action.MOVE and folder_id else None
    trashed = action in {Action.RESTORE, Action.PURGE}
    now = timezone.now()
    values: dict[Action, tuple[str, Any]] = {
        **_FLAGS,
        Action.MOVE: ("folder", folder),
        Action.DELETE: ("deleted_at", now),
        Action.RESTORE: ("deleted_at", None),
        Action.PURGE: ("deleted_at", GIVEN_UP),
    }
    name, value = values[action]
    rows = selectors.some_sessions(user, session_ids, trash=trashed).exclude(**{name: value})
    if action == Action.PURGE:
        rows = _destructible(user, rows)
    # In the order of their keys: two such changes at once do not lock crosswise.
    found = dict(rows.select_for_update().order_by("pk").values_list("pk", "session_id"))
    if not found:
        return []
    # What is purged has left the lists before: no tab needs to hear of it as of a change.
    told = {} if action == Action.PURGE else {"changed_at": now}
    Session.objects.filter(pk__in=found).update(**{name: value}, **told)
    if action == Action.DELETE:
        _stop(list(found))
    if action in _COUNTED:
        notes.touch(user, FOLDERS)
    if action == Action.PURGE:
        purged(user)
    transaction.on_commit(lambda: feed.poke(user.pk))
    ours = set(found.values())
    return [session_id for session_id in dict.fromkeys(session_ids) if session_id in ours]


@retry_on_conflict
@transaction.atomic
def empty_trash(user: User) -> int:
    """Give up all that is in the person's trash; answers how many sessions that were.

    Raises Forbidden (policy), and when all of it is under legal hold. What is held among others stays there.
    """
    policy.demand_may_delete(user)
    rows = _destructible(user, Session.objects.filter(user=user, deleted_at__gt=GIVEN_UP))
    # The keys first: MySQL updates no table that its own condition asks about.
    count = Session.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(deleted_at=GIVEN_UP)
    if count:
        purged(user)
        transaction.on_commit(lambda: feed.poke(user.pk))
    return count


def _destructible(user: User, rows: QuerySet[Session]) -> QuerySet[Session]:
    """Those that are not held. Raises Forbidden (kept) when there are some, and all are."""
    free = selectors.not_held(rows)
    if not free.exists() and rows.exists():
        raise rules.refusal()
    return free


def purged(user: User) -> None:
    """Tell the other tabs, and have what was given up deleted now."""
    notes.touch(user, TRASH)
    transaction.on_commit(lambda: supervisor.current().sweep())


def _stop(session_pks: list[int]) -> None:
    # The keys first: an UPDATE with a subquery on other tables locks far more than it changes on MySQL.
    live = Generation.objects.filter(message__session_id__in=session_pks, state__in=LIVE_STATES)
    running = list(live.values_list("pk", flat=True))
    Generation.objects.filter(pk__in=running, stop_requested_at=None).update(stop_requested_at=timezone.now())
