"""The tokens of programs: a short access token (JWT) and a refresh token that works once.

A refresh is ONE conditional UPDATE; whoever hits the row makes the successor. The successor's id is an
HMAC of its predecessor's, so that the losers of a race (two tabs, ten threads) hand out the very same
token, and nothing that would admit anybody is stored: only SHA-256 digests. A used token that comes back
after GRACE was copied by somebody: its whole family is revoked.

`ver` in both tokens is the user's token_version: adding one to it ends them all.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJWT

from accounts.models import RefreshToken, User
from aihelper.lib.errors import NotSignedIn

# Two tabs of one browser refresh at the same moment; that is no theft.
GRACE = timedelta(seconds=10)
MAX_STEPS_IN_GRACE = 10


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a program gets for a password or a refresh token."""

    access: str
    refresh: str
    family: uuid.UUID


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a token of ours speaks for, and from which sign-in it came."""

    user_id: int
    version: int
    family: uuid.UUID
    jti: str


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: what the database knows of a secret with 128 bits or more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(user: User) -> TokenPair:
    """The first pair of a new family."""
    family, jti, now = uuid.uuid4(), uuid.uuid4().hex, timezone.now()
    row = _store(user, family, jti, now)
    return _pair(user, row, jti)


def user_of_access(token: str) -> tuple[User, Claims]:
    """Whom an access token speaks for, in one query. Raises NotSignedIn, whatever is wrong with it."""
    claims = _claims(AccessToken, token)
    revoked = RefreshToken.objects.filter(family=claims.family, revoked_at__isnull=False)
    user = _holders(claims).filter(~Exists(revoked)).first()
    if user is None:
        raise _refused()
    return user, claims


def family_of(token: str) -> str:
    """Which sign-in an access token came from, in hexadecimal. Raises NotSignedIn for what is no such token."""
    return _claims(AccessToken, token).family.hex


def refresh(token: str) -> TokenPair:
    """The next pair of the family. Raises NotSignedIn; a stale token revokes its family."""
    claims = _claims(RefreshJWT, token)
    user = _holders(claims).first()
    if user is None:
        raise _refused()
    now = timezone.now()
    successor = _successor(claims.jti)
    with transaction.atomic():
        fresh = RefreshToken.objects.filter(
            jti_hash=digest(claims.jti), user=user, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
        ).update(used_at=now, successor=digest(successor))
        if fresh:
            row = _store(user, claims.family, successor, now)
            return _pair(user, row, successor)
    return _again(user, claims, now)


def revoke(family: uuid.UUID) -> None:
    """End every token that came from one sign-in."""
    RefreshToken.objects.filter(family=family, revoked_at__isnull=True).update(revoked_at=timezone.now())


def _again(user: User, claims: Claims, now: datetime) -> TokenPair:
    """Answer a token that was used before: with the family's newest if that was just now, else not at all."""
    jti = claims.jti
    for _step in range(MAX_STEPS_IN_GRACE):
        row = RefreshToken.objects.filter(jti_hash=digest(jti), user=user).first()
        if row is None or row.revoked_at or row.expires_at <= now:
            raise _refused()
        if row.used_at is None:
            return _pair(user, row, jti)
        if row.used_at < now - GRACE:
            break
        jti = _successor(jti)
    revoke(claims.family)
    raise _refused()


def _successor(jti: str) -> str:
    return salted_hmac("accounts.tokens.successor", jti, secret=settings.JWT_KEY, algorithm="sha256").hexdigest()


def _store(user: User, family: uuid.UUID, jti: str, now: datetime) -> RefreshToken:
    # Whole seconds, as in the token, so that every copy of it is the same.
    start = now.replace(microsecond=0)
    return RefreshToken.objects.create(
        jti_hash=digest(jti), user=user, family=family, create_time=start, expires_at=start + _lifetime()
    )


def _lifetime() -> timedelta:
    lifetime: timedelta = settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
    return lifetime


def _pair(user: User, row: RefreshToken, jti: str) -> TokenPair:
    identity = {"user_id": user.pk, "ver": user.token_version, "fam": row.family.hex}
    access = AccessToken()
    access.payload |= identity
    refresh_jwt = RefreshJWT()
    refresh_jwt.set_iat(at_time=row.create_time)
    refresh_jwt.set_exp(from_time=row.create_time, lifetime=_lifetime())
    refresh_jwt.payload |= identity | {"jti": jti}
    return TokenPair(str(access), str(refresh_jwt), row.family)


def _claims(kind: type[AccessToken] | type[RefreshJWT], token: str) -> Claims:
    """What the token says, if its signature, type, audience, issuer and time are ours and right."""
    try:
        payload: dict[str, Any] = kind(token).payload  # type: ignore[arg-type]  # the stubs want a Token where text goes
        user_id, version, jti = payload["user_id"], payload["ver"], payload["jti"]
        family = uuid.UUID(payload["fam"])
    except (TokenError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise _refused() from error
    if type(user_id) is not int or type(version) is not int or type(jti) is not str:
        raise _refused()
    return Claims(user_id, version, family, jti)


def _holders(claims: Claims) -> Any:
    return User.objects.filter(pk=claims.user_id, token_version=claims.version, is_active=True, is_approved=True)


def _refused() -> NotSignedIn:
    # One sentence for all reasons: which one it was helps only whoever forges.
    return NotSignedIn(_("Your sign-in has ended. Please sign in again."), code="token_not_valid")
