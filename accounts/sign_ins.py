"""Where a person is signed in: recorded at each sign-in, to be looked at and ended one by one.

A row names its session or family of tokens by what the database knows of them, never by what would admit anybody.
What is honoured is decided by the session and the tokens themselves; a row without them is not shown.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import throttling, tokens
from accounts.models import RefreshToken, SignIn, User
from accounts.sessions import SessionStore, stored_key
from aihelper.lib.errors import NotFound

BROWSER, PROGRAM = "browser", "program"
# How often a sign-in that is in use says so.
SEEN_EVERY = timedelta(minutes=5)
# Longer than the longest of them lives.
KEPT = timedelta(days=31)
MAX_SHOWN = 100
# The sign-in that a browser's session belongs to, so that signing out ends the tokens of it too.
FAMILY_KEY = "token_family"


def record_session(request: HttpRequest, user: User) -> None:
    """Note that this browser has signed in, under the key that its session has now."""
    if not request.session.session_key:
        request.session.save()
    _record(user, BROWSER, stored_key(str(request.session.session_key)), request)


def record_tokens(request: HttpRequest, user: User, family: UUID) -> None:
    """Note that a program has signed in."""
    _record(user, PROGRAM, family.hex, request)


def forget(names: Collection[str]) -> None:
    """Take sign-ins that have ended off the list; each by the name that it is stored under."""
    SignIn.objects.filter(name_hash__in=names).delete()


def seen(sign_ins: Collection[str]) -> None:
    """Note that these (authentication.sign_in_of) are in use; one statement, most often without a row to write."""
    if names := [name.partition(":")[2] for name in sign_ins]:
        now = timezone.now()
        SignIn.objects.filter(name_hash__in=names, last_seen__lt=now - SEEN_EVERY).update(last_seen=now)


def arrived(request: HttpRequest, user: User) -> None:
    """Note that a signed-in browser asks for a page: that it is in use, and from where.

    A database that is too busy for that is no reason to refuse the page.
    """
    now = timezone.now()
    with suppress(OperationalError), transaction.atomic():
        row = SignIn.objects.filter(name_hash=stored_key(str(request.session.session_key))).first()
        if row is None:
            record_session(request, user)
        elif row.last_seen < now - SEEN_EVERY:
            SignIn.objects.filter(pk=row.pk).update(last_seen=now, **_traits(request))


def of_person(user: User) -> list[SignIn]:
    """Those that are honoured, the latest seen first; at most MAX_SHOWN. Three queries."""
    rows = list(SignIn.objects.filter(user=user).order_by("-last_seen", "-pk")[:MAX_SHOWN])
    now = timezone.now()
    sessions = Session.objects.filter(session_key__in=_names(rows, BROWSER), expire_date__gt=now)
    families = RefreshToken.objects.filter(
        user=user, family__in=_names(rows, PROGRAM), expires_at__gt=now, used_at=None, revoked_at=None
    )
    live = set(sessions.values_list("session_key", flat=True))
    live |= {family.hex for family in families.values_list("family", flat=True)}
    return [row for row in rows if row.name_hash in live]


def end(user: User, pk: int) -> None:
    """End one: its session or tokens, and with them its sockets within two seconds. Raises NotFound."""
    row = SignIn.objects.filter(user=user, pk=pk).first()
    if row is None:
        raise NotFound
    _end([row])


def end_others(user: User, current: str | None) -> int:
    """End all but the one that speaks (its `authentication.sign_in_of`). Returns how many were listed.

    Every family of tokens ends, listed or not.
    """
    rows = list(SignIn.objects.filter(user=user))
    kept, mine = name_of(current), _families(name_of(current), *_names(rows, BROWSER))
    # A program may speak with the tokens of a browser's sign-in: one and the same.
    spared = mine.get(kept, kept)
    others = [row for row in rows if row.name_hash != kept and mine.get(row.name_hash) != spared]
    with transaction.atomic():
        RefreshToken.objects.filter(user=user, revoked_at=None).exclude(family__in=_uuids([spared])).update(
            revoked_at=timezone.now()
        )
        _end(others)
    return len(others)


def purge_expired() -> None:
    """Take those off the list that nobody has seen for longer than any sign-in lives."""
    expired().delete()


def expired() -> QuerySet[SignIn]:
    """Those that nobody has seen for longer than any sign-in lives."""
    return SignIn.objects.filter(last_seen__lt=timezone.now() - KEPT)


def name_of(sign_in: str | None) -> str:
    """The name under which a sign-in (authentication.sign_in_of) is stored."""
    return (sign_in or "").partition(":")[2]


def _end(rows: list[SignIn]) -> None:
    with transaction.atomic():
        sessions = _names(rows, BROWSER)
        for family in _uuids([*_families(*sessions).values(), *_names(rows, PROGRAM)]):
            tokens.revoke(family)
        Session.objects.filter(session_key__in=sessions).delete()
        SignIn.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _families(*names: str) -> dict[str, str]:
    """For each session the tokens that were handed out together with it, in hexadecimal. One query."""
    rows = Session.objects.filter(session_key__in=names)
    found = {row.session_key: SessionStore().decode(row.session_data).get(FAMILY_KEY) for row in rows}
    return {name: str(family) for name, family in found.items() if family}


def _uuids(texts: list[str]) -> list[UUID]:
    """Those that are the name of a family; a session's is longer."""
    return [UUID(text) for text in texts if len(text) == 32]


def _names(rows: list[SignIn], kind: str) -> list[str]:
    return [row.name_hash for row in rows if row.kind == kind]


def _record(user: User, kind: str, name: str, request: HttpRequest) -> None:
    now = timezone.now()
    fields = {"user": user, "kind": kind, "create_time": now, "last_seen": now, **_traits(request)}
    try:
        with transaction.atomic():
            SignIn.objects.update_or_create(name_hash=name, defaults=fields)
    except IntegrityError:
        # Two pages of one browser came at once, and the other has written the row.
        return


def _traits(request: HttpRequest) -> dict[str, Any]:
    agent = "".join(letter for letter in request.META.get("HTTP_USER_AGENT", "") if letter.isprintable())
    return {"user_agent": agent[:300], "address": _address(request)}


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ip_address(throttling.client_address(request).partition("%")[0]))
    except ValueError:
        return None
