"""Reads that other apps need."""

from collections.abc import Collection

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import RefreshToken, User

# How the name of a sign-in begins: a browser's session (by its stored key), or the family of a program's tokens.
SESSION, TOKENS = "session:", "tokens:"


def credentials(ids: Collection[int]) -> dict[int, tuple[bool, int]]:
    """For each id whether that user may sign in, and the token_version; (False, -1) for nobody. One query."""
    found = {
        pk: (active and approved, version)
        for pk, active, approved, version in User.objects.filter(pk__in=ids).values_list(
            "pk", "is_active", "is_approved", "token_version"
        )
    }
    return {pk: found.get(pk, (False, -1)) for pk in ids}


def live_sign_ins(names: Collection[str]) -> set[str]:
    """Which of these sign-ins (authentication.sign_in_of) have neither been signed out nor expired.

    At most one query for browser sessions and one for the families of tokens.
    """
    sessions = [name.removeprefix(SESSION) for name in names if name.startswith(SESSION)]
    families = [name.removeprefix(TOKENS) for name in names if name.startswith(TOKENS)]
    live = {f"{TOKENS}{family}" for family in families}
    if sessions:
        rows = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
        live |= {f"{SESSION}{key}" for key in rows.values_list("session_key", flat=True)}
    if families:
        revoked = RefreshToken.objects.filter(family__in=families, revoked_at__isnull=False)
        live -= {f"{TOKENS}{family.hex}" for family in revoked.values_list("family", flat=True)}
    return live
