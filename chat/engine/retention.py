"""How long chats are kept: what nobody has written in for so many days goes, into the trash or for good.

The days are the site's, or those of a person's groups; of several groups the fewest. Every process does it once an
hour; several at the same time do no harm, because each UPDATE asks again for what it takes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from accounts import notes
from accounts.audit import log as audit
from accounts.audit.models import What
from accounts.groups.models import GroupPolicy
from accounts.holds import rules
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
    """What would go now, by number of days; nothing is changed. Three queries, for however many numbers."""
    numbers = _numbers()
    if not numbers:
        return []
    rows = _judged(timezone.now(), numbers).annotate(is_held=_flag(rules.session()))
    counts = (
        rows.values("rule", "is_held").annotate(chats=Count("pk"), people=Count("user_id", distinct=True)).order_by()
    )
    facts = {(row["rule"], row["is_held"]): (row["chats"], row["people"]) for row in counts}
    none = (0, 0)
    return [
        Due(days, by_group, *facts.get((place, False), none), held=facts.get((place, True), none)[0])
        for place, (days, by_group) in enumerate(numbers)
    ]


def sweep(by: User | None = None) -> int:
    """Let go what is due; answers how many chats. `by`: who asked for it, None for the hourly beat or the shell."""
    at_once = SiteSettings.load().retention_at_once
    total = 0
    numbers = _numbers()
    for place, (days, _by_group) in enumerate(numbers):
        due = _judged(timezone.now(), numbers).filter(rule=place)
        count = _let_go(selectors.not_held(due), at_once)
        if count:
            audit.note(What.RETENTION, person=None, by=by, object=f"{count} chats", reason=f"{days} days")
        total += count
    if total:
        log.info("retention.swept", sessions=total)
    return total


def _numbers() -> list[tuple[int, bool]]:
    """The numbers of days that hold for anybody, those of groups first (True)."""
    of_groups = GroupPolicy.objects.filter(retention_days__isnull=False).values_list("retention_days", flat=True)
    numbers = [(days, True) for days in sorted({days for days in of_groups if days is not None})]
    site_days = SiteSettings.load().retention_days
    return [*numbers, (site_days, False)] if site_days else numbers


def _judged(now: datetime, numbers: list[tuple[int, bool]]) -> "QuerySet[Any]":
    """The chats not in the trash; `rule` is the place in `numbers` of that by which they are due, None for no such.

    The people of each number are a list that the database makes once. Asked for the groups of each chat's person
    instead, it took half a second to count 100,000 chats.
    """
    before = [now - timedelta(days=days) for days, _by_group in numbers]
    # The fewest days of groups come first: who is not due by them is not due by more, nor by the site's.
    whens = [
        When(user__in=_people(retention_days=days), update_time__lt=before[place], then=Value(place))
        for place, (days, by_group) in enumerate(numbers)
        if by_group
    ]
    if not numbers[-1][1]:
        in_such_a_group = When(user__in=_people(retention_days__isnull=False), then=Value(None))
        whens += [in_such_a_group, When(update_time__lt=before[-1], then=Value(len(numbers) - 1))]
    rule = Case(*whens, default=Value(None), output_field=IntegerField())
    return Session.objects.filter(deleted_at=None, update_time__lt=max(before)).annotate(rule=rule)


def _people(**policy: Any) -> "QuerySet[Any, Any]":
    """The keys of those who are in a group with such a policy."""
    groups = GroupPolicy.objects.filter(**policy).values("group")
    return User.groups.through.objects.filter(group__in=groups).values("user")


def _flag(condition: Q) -> Case:
    """A condition as a column."""
    return Case(When(condition, then=Value(True)), default=Value(False))


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
