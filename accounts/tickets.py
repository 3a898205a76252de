"""Tickets that admit a socket: single use, 30 seconds, known to the database only by their digest."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import SocketTicket, User
from accounts.tokens import digest
from aihelper.lib.errors import NotSignedIn

LIFETIME_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom a ticket admits, and the sign-in that it was asked for by: both end together."""

    user: User
    sign_in: str | None


def issue(user: User, sign_in: str | None = None) -> str:
    """A new ticket for this user, who speaks by a sign-in (authentication.sign_in_of)."""
    ticket = secrets.token_urlsafe(32)
    SocketTicket.objects.create(
        ticket_hash=digest(ticket),
        user=user,
        token_version=user.token_version,
        sign_in=sign_in or "",
        expires_at=timezone.now() + timedelta(seconds=LIFETIME_SECONDS),
    )
    return ticket


def redeem(ticket: str) -> Admission:
    """Whom the ticket admits, this once. Raises NotSignedIn."""
    found = (
        SocketTicket.objects.select_related("user")
        .filter(ticket_hash=digest(ticket), expires_at__gt=timezone.now())
        .first()
    )
    # Of several who come with it at once, the one whose DELETE hits the row gets in.
    if found is None or not SocketTicket.objects.filter(pk=found.pk).delete()[0]:
        raise NotSignedIn(code="ticket_not_valid")
    if not found.user.may_sign_in or found.user.token_version != found.token_version:
        raise NotSignedIn(code="ticket_not_valid")
    return Admission(found.user, found.sign_in or None)
