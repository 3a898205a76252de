"""Reads that other apps need."""

from collections.abc import Collection
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from accounts.models import User


def credentials(ids: Collection[int]) -> dict[int, tuple[bool, int]]:
    """For each id whether that user may sign in, and the token_version; (False, -1) for nobody. One query."""
    found = {
        pk: (active and approved, version)
        for pk, active, approved, version in User.objects.filter(pk__in=ids).values_list(
            "pk", "is_active", "is_approved", "token_version"
        )
    }
    return {pk: found.get(pk, (False, -1)) for pk in ids}


def live_sessions(keys: Collection[str]) -> set[str]:
    """Which of these browser sessions have neither been signed out nor expired. One query, none for no keys."""
    if not keys:
        return set()
    rows = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class().objects
    live = rows.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(live.values_list("session_key", flat=True))
