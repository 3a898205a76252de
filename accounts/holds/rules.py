"""Who and what is held: the one door. Whatever destroys something asks here first.

Sweeps pass over what is held, and count it (`session`, `person`); what somebody asks for is refused (`demand`). The
sentence does not say why: a person may not be told of a hold (docs/decisions/legal-hold.md).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.holds.models import HeldPerson, Hold
from accounts.models import User
from aihelper.lib.errors import Forbidden

KEPT = "kept"


def on() -> QuerySet[Hold]:
    """The holds that have not ended."""
    return Hold.objects.filter(end=None)


def is_on(hold: Hold) -> bool:
    """Whether it has not ended."""
    return on().filter(pk=hold.pk).exists()


def person(user: str = "user_id") -> Q:
    """For a filter: rows whose person is held with all that is theirs. `user` is the column with the person's key.

    Lists that do not depend on the row: the database reads them once, not for each of a hundred thousand chats.
    """
    named = HeldPerson.objects.filter(hold__end=None, hold__session_key="")
    # Who has come into a group by another way than User.groups.
    members = User.groups.through.objects.filter(group__in=on().filter(group__isnull=False).values("group"))
    return Q(**{f"{user}__in": named.values("user")}) | Q(**{f"{user}__in": members.values("user")})


def session(key: str = "session_id", user: str = "user_id") -> Q:
    """For a filter: chats that are held, by themselves or with their person. `key` is the column with the chat's id."""
    return person(user) | Q(**{f"{key}__in": on().filter(session_key__gt="").values("session_key")})


def is_held(user: User, session_key: str = "") -> bool:
    """Whether nothing of this person, or of this chat of theirs, may be destroyed. One query."""
    rows = User.objects.filter(pk=user.pk)
    about = person("pk")
    if session_key:
        about |= Q(Exists(on().filter(session_key=session_key)))
    return rows.filter(about).exists()


def holds_account(user: User) -> bool:
    """Whether the account has to stay: its person is held, or one of their chats is. One query."""
    any_hold = HeldPerson.objects.filter(user=OuterRef("pk"), hold__end=None)
    return User.objects.filter(pk=user.pk).filter(person("pk") | Q(Exists(any_hold))).exists()


def demand(user: User, session_key: str = "") -> None:
    """Raises Forbidden (kept) where something of this person, or of this chat, may not be destroyed."""
    if is_held(user, session_key):
        raise refusal()


def demand_account(user: User) -> None:
    """Raises Forbidden (kept) where the account may not be deleted."""
    if holds_account(user):
        sentence = _("This account cannot be deleted at present. Please ask an administrator.")
        raise Forbidden(sentence, code=KEPT)


def refusal() -> Forbidden:
    """What is raised for something that stays."""
    return Forbidden(_("This cannot be deleted for good at present. Please ask an administrator."), code=KEPT)
