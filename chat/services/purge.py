"""All that is due to go, in one place: what servers take away by themselves in the course of an hour."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import notes, services
from chat.engine import retention, trash, unused


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of thing: `count` says how many are due, `remove` takes them away and says how many went."""

    name: str
    title: str | Promise
    count: Callable[[], int]
    remove: Callable[[], int]
    # How many would be due, and stay because they are under legal hold.
    held: Callable[[], int] = lambda: 0


def chores() -> list[Chore]:
    """All of them, in the order in which they belong: chats hold on to attachments and drafts.

    What is let go for its age lies in the trash then, unless the site lets it go at once.
    """
    return [
        Chore(
            "old_chats",
            _("chats in which nobody has written for too long"),
            lambda: sum(due.chats for due in retention.dry_run()),
            retention.sweep,
            lambda: sum(due.held for due in retention.dry_run()),
        ),
        Chore(
            "chats",
            _("chats in the trash"),
            lambda: trash.due(trash.cutoff()).count(),
            trash.sweep,
            lambda: trash.held(trash.cutoff()),
        ),
        Chore("drafts", _("drafts"), lambda: unused.waiting()[0], unused.remove_drafts),
        Chore("documents", _("attachments"), lambda: unused.waiting()[1], unused.remove_documents),
        *(_expired(name, title) for name, title in _EXPIRED),
        Chore("notes", _("notes to other tabs"), lambda: notes.old().count(), lambda: notes.old().delete()[0]),
    ]


def _expired(name: str, title: str | Promise) -> Chore:
    return Chore(
        name, title, lambda: services.expired()[name].count(), lambda: int(services.expired()[name].delete()[0])
    )


_EXPIRED = (
    ("tokens", _("tokens")),
    ("tickets", _("tickets of sockets")),
    ("sign_ins", _("devices not seen any more")),
    ("counters", _("counters of tries")),
    ("browser_sessions", _("browser sessions")),
)
