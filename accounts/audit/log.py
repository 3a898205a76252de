"""Writing to the audit log, and what one person may read of it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.audit.models import AuditEntry, What
from accounts.models import User
from aihelper.lib.errors import AppError

# What a person's other tabs hear when there is something new.
AUDIT = "audit"
_MAX_PK = 2**63 - 1


class Page(NamedTuple):
    """Entries about a person, newest first; `next` is the cursor of the following page, None on the last one."""

    entries: list[AuditEntry]
    next: str | None


def note(what: What, *, person: User | None, by: User | None, object: str = "", reason: str = "") -> AuditEntry:
    """Write down that `by` (None: the command line) did this to the person (None: to a group or everybody).

    Call it in the transaction of what was done. The person's tabs hear of it.
    """
    if person is not None:
        notes.touch(person, AUDIT)
    return AuditEntry.objects.create(
        actor=by,
        actor_name=by.username if by else "",
        person=person,
        person_name=person.username if person else "",
        what=what,
        reason=reason[:300],
        object=object[:200],
    )


def note_all(what: What, people: Iterable[User], *, by: User | None) -> None:
    """The same about many people who are new: nobody's tabs have to hear of it. One query for each 500."""
    rows = [
        AuditEntry(
            actor=by,
            actor_name=by.username if by else "",
            person=person,
            person_name=person.username,
            what=what,
        )
        for person in people
    ]
    AuditEntry.objects.bulk_create(rows, batch_size=500)


def about(person: User, cursor: str = "", limit: int = 50) -> Page:
    """What was done with this person's account. Raises AppError (invalid_cursor). One query."""
    rows = AuditEntry.objects.filter(person=person).order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=_decoded(cursor))
    entries = list(rows[: limit + 1])
    return Page(entries[:limit], str(entries[limit - 1].pk) if len(entries) > limit else None)


def _decoded(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20 and int(cursor) <= _MAX_PK):
        raise AppError(_("This cursor is not valid. Load the list anew."), code="invalid_cursor")
    return int(cursor)
