"""What would become of each line. Nothing is written here; the same is asked again before anything is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.api.preferences import is_possible
from accounts.groups import scope
from accounts.lists.reading import Line
from accounts.models import User, username_key

BATCH = 500


class Will(StrEnum):
    """What becomes of a line."""

    ADD = "add"
    JOIN = "join"
    SAME = "same"
    REFUSE = "refuse"


@dataclass
class Entry:
    """A line with its verdict. `user` is new and not stored for ADD, and who is there already for JOIN and SAME."""

    line: Line
    will: Will
    user: User | None = None
    groups: list[Group] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """How a list is to be taken. `by` None is the command line; `groups` are joined by everybody of the list."""

    by: User | None
    groups: Sequence[Group] = ()
    update_groups: bool = False
    make_groups: bool = False


def plan(lines: Iterable[Line], wanted: Wanted) -> list[Entry]:
    """The verdicts, in the order of the lines. A fixed number of queries for each BATCH of lines."""
    lines = list(lines)
    facts = _facts(lines, wanted)
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for line in lines:
        entry = _judged(line, wanted, facts)
        first = seen.setdefault(username_key(line.username), line.number)
        if first != line.number and entry.will is not Will.REFUSE:
            entry = Entry(line, Will.REFUSE, reasons=[_("The same name stands in line %(line)d.") % {"line": first}])
        entries.append(entry)
    return entries


def groups_for(wanted: Wanted) -> list[Group]:
    """Those that who asks may put people into."""
    return list(Group.objects.all() if wanted.by is None else scope.groups_to_fill(wanted.by))


def may_make_groups(by: User | None) -> bool:
    """New groups are made by superusers and the command line."""
    return by is None or by.is_superuser


@dataclass(frozen=True)
class _Facts:
    """What is stored: people by their names' keys, groups by their names, and whose groups may be changed."""

    known: dict[str, User]
    groups: dict[str, Group]
    own: set[int]
    needs_group: bool


def _facts(lines: Sequence[Line], wanted: Wanted) -> _Facts:
    known = _known(lines)
    managing = wanted.by is not None and scope.is_manager(wanted.by)
    # No administrators, and of a manager's people the own ones only.
    own = {user.pk for user in known.values() if not (user.is_staff or user.is_superuser)}
    if wanted.by is not None and managing:
        own &= set(scope.people_of(wanted.by).values_list("pk", flat=True))
    groups = {group.name.casefold(): group for group in groups_for(wanted)}
    return _Facts(known, groups, own, needs_group=managing)


def _known(lines: Sequence[Line]) -> dict[str, User]:
    keys = list({username_key(line.username) for line in lines})
    rows = (User.objects.filter(username_key__in=keys[at : at + BATCH]) for at in range(0, len(keys), BATCH))
    return {user.username_key: user for batch in rows for user in batch.prefetch_related("groups")}


def _judged(line: Line, wanted: Wanted, facts: _Facts) -> Entry:
    problems, joined = [], list(wanted.groups)
    for name in line.groups:
        if group := facts.groups.get(name.casefold()):
            joined.append(group)
        elif wanted.make_groups and may_make_groups(wanted.by) and len(name) <= 150:
            joined.append(facts.groups.setdefault(name.casefold(), Group(name=name)))
        else:
            problems.append(_("There is no group “%(name)s” that you may fill.") % {"name": name})
    joined = list({group.name: group for group in joined}.values())
    if facts.needs_group and not joined:
        problems.append(_("Please name one of your groups."))
    there = facts.known.get(username_key(line.username))
    if there is not None and not problems:
        return _there(line, there, joined, wanted, facts.own)
    user = there or User(username=User.normalize_username(line.username), email=line.email)
    if there is None:
        problems += _problems(user, line)
    if problems:
        return Entry(line, Will.REFUSE, reasons=problems)
    user.username_key = username_key(user.username)
    if line.name:
        user.preferences = {"display_name": line.name}
    return Entry(line, Will.ADD, user, joined)


def _there(line: Line, user: User, groups: list[Group], wanted: Wanted, own: set[int]) -> Entry:
    """Somebody who has an account: left as is, or put into groups where that is wanted and allowed."""
    if not wanted.update_groups:
        return Entry(line, Will.SAME, user)
    if user.pk not in own:
        return Entry(line, Will.REFUSE, reasons=[_("This name is taken, and the account is not yours to change.")])
    there = {group.name for group in user.groups.all()}
    new = [group for group in groups if group.name not in there]
    return Entry(line, Will.JOIN if new else Will.SAME, user, new)


def _problems(user: User, line: Line) -> list[str]:
    problems: list[Any] = []
    try:
        user.clean_fields(exclude=["password", "username_key"])
    except ValidationError as error:
        problems += error.messages
    if line.password:
        try:
            validate_password(line.password, user)
        except ValidationError as error:
            problems += error.messages
    if line.name and not is_possible("display_name", line.name):
        problems.append(_("This display name cannot be taken."))
    return [str(problem) for problem in problems]
