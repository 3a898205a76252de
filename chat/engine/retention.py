"""How long chats are kept: what nobody has written in for so many days goes, into the trash or for good.

The days are the site's, or those of a person's groups; of several groups the fewest. Every process does it once an
hour; several at the same time do no harm, because each UPDATE asks again for what it takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts import notes
from accounts.audit import log as audit
from accounts.audit.models import What
from accounts.groups.models import GroupPolicy
from accounts.models import SiteSettings, User
from chat import selectors
from chat.models import Session
from chat.models.session import GIVEN_UP

log = structlog.get_logger(__name__)

# Sessions of one transaction: short enough not to keep writers waiting.
BATCH = 200
# What the tabs of a person hear when the numbers of the folders are others (chat.services.folders).
_FOLDERS = "folders"


@dataclass(frozen=True, slots=True)
class Due:
    """What would go by one number of days: chats, and of how many people. `by_group`: the number is of a group.

    `held`: chats that would go as well, and stay because they are under legal hold.
    """

    days: int
    by_group: bool
    chats: int
    people: int
    held: int = 0


def dry_run() -> list[Due]:
    """What would go now, by number of days; nothing is changed. Five queries, for however many numbers."""
    now = timezone.now()
    numbers = _numbers()
    if not numbers:
        return []
    of_any = reduce(or_, (_due(now, days, by_group) for days, by_group in numbers))
    rows: QuerySet[Any, dict[str, Any]] = _kept().filter(of_any).values("group_days")  # type: ignore[misc] # annotated
    counts = {"chats": Count("pk"), "people": Count("user_id", distinct=True)}
    going = {row["group_days"]: row for row in selectors.not_held(rows).annotate(**counts).order_by()}
    held = {row["group_days"]: row for row in selectors.held(rows).annotate(**counts).order_by()}
    none = {"chats": 0, "people": 0}
    found = []
    for days, by_group in numbers:
        key = days if by_group else None
        facts = going.get(key, none)
        found.append(Due(days, by_group, facts["chats"], facts["people"], held=held.get(key, none)["chats"]))
    return found


def sweep(by: User | None = None) -> int:
    """Let go what is due; answers how many chats. `by`: who asked for it, None for the hourly beat or the shell."""
    at_once = SiteSettings.load().retention_at_once
    total = 0
    for days, _by_group, rows in _rules(timezone.now()):
        count = _let_go(selectors.not_held(rows), at_once)
        if count:
            audit.note(What.RETENTION, person=None, by=by, object=f"{count} chats", reason=f"{days} days")
        total += count
    if total:
        log.info("retention.swept", sessions=total)
    return total


def _rules(now: datetime) -> Iterator[tuple[int, bool, QuerySet[Session]]]:
    """Each number of days that holds for anybody, with the chats that are due by it."""
    for days, by_group in _numbers():
        yield days, by_group, _kept().filter(_due(now, days, by_group))


def _numbers() -> list[tuple[int, bool]]:
    """The numbers of days that hold for anybody, those of groups first (True)."""
    of_groups = GroupPolicy.objects.filter(retention_days__isnull=False).values_list("retention_days", flat=True)
    numbers = [(days, True) for days in sorted({days for days in of_groups if days is not None})]
    site_days = SiteSettings.load().retention_days
    return [*numbers, (site_days, False)] if site_days else numbers


def _kept() -> QuerySet[Session]:
    """All chats that are not in the trash, with the days of their people's groups."""
    policies = GroupPolicy.objects.filter(retention_days__isnull=False)
    fewest = policies.filter(group__user=OuterRef("user_id")).order_by("retention_days").values("retention_days")[:1]
    return Session.objects.filter(deleted_at=None).annotate(group_days=Subquery(fewest))


def _due(now: datetime, days: int, by_group: bool) -> Q:
    """Which of them are due by one number."""
    return Q(update_time__lt=now - timedelta(days=days), group_days=days if by_group else None)


def _let_go(rows: QuerySet[Session], at_once: bool) -> int:
    total = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        taken = _take(rows, pks, at_once)
        total += taken
        if not taken:
            break
    return total


@transaction.atomic
def _take(rows: QuerySet[Session], pks: list[int], at_once: bool) -> int:
    now = timezone.now()
    # Asked again in the same breath: somebody may have written in one meanwhile.
    found = list(rows.filter(pk__in=pks).select_for_update().values_list("pk", "user_id", "folder_id"))
    keys = [pk for pk, _user, _folder in found]
    Session.objects.filter(pk__in=keys).update(deleted_at=GIVEN_UP if at_once else now, changed_at=now)
    for user in User.objects.filter(pk__in={user for _pk, user, folder in found if folder}):
        notes.touch(user, _FOLDERS)
    return len(keys)
