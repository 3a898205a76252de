"""Writing what a plan says: accounts, their groups, and for those without a password links to choose one by.

Accounts without passwords take no hash, so thousands take seconds. A password in the list takes its twentieth of a
second of a core; a request stops in time and says how many lines are left, which the same list again brings in.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from accounts.audit import log
from accounts.audit.models import What
from accounts.invitations import giving
from accounts.lists.plan import Entry, Wanted, Will
from accounts.models import User

BATCH = 200
# With passwords: little work is lost when it ends, and the database is not held for long.
HASHED_BATCH = 20
Membership = User.groups.through


@dataclass(frozen=True)
class Link:
    """How somebody chooses a password: told once."""

    username: str
    name: str
    groups: str
    path: str


@dataclass
class Added:
    """What was written. `left`: lines whose turn did not come."""

    added: int = 0
    joined: int = 0
    left: int = 0
    links: list[Link] = field(default_factory=list)


def add(entries: Sequence[Entry], wanted: Wanted, *, seconds: float | None = None) -> Added:
    """Write a plan that was made just now. After `seconds` no further line with a password is begun."""
    ends = time.monotonic() + seconds if seconds is not None else None
    done = Added()
    _make_groups(entries)
    joining = [entry for entry in entries if entry.will is Will.JOIN]
    _join(joining)
    done.joined = len(joining)
    new = [entry for entry in entries if entry.will is Will.ADD]
    for batch in _batches([entry for entry in new if not entry.line.password], BATCH):
        for entry in batch:
            _user(entry).password = make_password(None)
        _store(batch, wanted, done, by_links=True)
    for batch in _batches([entry for entry in new if entry.line.password], HASHED_BATCH):
        if ends is not None and time.monotonic() > ends:
            done.left += len(batch)
            continue
        for entry in batch:
            user = _user(entry)
            user.password = make_password(entry.line.password)
            # Whoever has the list knows it.
            user.password_change_required = True
        _store(batch, wanted, done, by_links=False)
    return done


def links_of(people: Iterable[User], *, by: User | None) -> list[Link]:
    """New links for accounts that are there."""
    people = list(people)
    given = giving.password_links(people, by=by)
    names = {user.pk: ", ".join(sorted(group.name for group in user.groups.all())) for user in people}
    return [
        Link(user.username, user.preferences.get("display_name", ""), names[user.pk], given[user.pk].path)
        for user in people
    ]


def _store(batch: Sequence[Entry], wanted: Wanted, done: Added, *, by_links: bool) -> None:
    """A batch wholly; where one of its names was taken meanwhile, the next run of the list brings in the others."""
    try:
        with transaction.atomic():
            stored = _stored(batch)
            _join(batch)
            log.note_all(What.IMPORTED, stored.values(), by=wanted.by)
            given = giving.password_links(stored.values(), by=wanted.by) if by_links else {}
    except IntegrityError:
        done.left += len(batch)
        return
    done.added += len(batch)
    for entry in batch if by_links else ():
        user = _user(entry)
        groups = ", ".join(sorted(group.name for group in entry.groups))
        done.links.append(Link(user.username, entry.line.name, groups, given[user.pk].path))


def _stored(batch: Sequence[Entry]) -> dict[str, User]:
    """The accounts with their ids, which not every database tells on its own."""
    User.objects.bulk_create([_user(entry) for entry in batch])
    keys = [_user(entry).username_key for entry in batch]
    stored = {user.username_key: user for user in User.objects.filter(username_key__in=keys)}
    for entry in batch:
        entry.user = stored[_user(entry).username_key]
    return stored


def _make_groups(entries: Sequence[Entry]) -> None:
    """Those that the plan wanted to be new."""
    new = {group.name: group for entry in entries for group in entry.groups if group._state.adding}
    for name, group in new.items():
        group.pk = Group.objects.get_or_create(name=name)[0].pk


def _join(entries: Sequence[Entry]) -> None:
    rows = [Membership(user_id=_user(entry).pk, group_id=group.pk) for entry in entries for group in entry.groups]
    Membership.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _user(entry: Entry) -> User:
    assert entry.user is not None, "refused lines have none, and are not written"  # noqa: S101 - by `will`
    return entry.user


def _batches(entries: Sequence[Entry], size: int) -> Iterator[Sequence[Entry]]:
    return (entries[at : at + size] for at in range(0, len(entries), size))
