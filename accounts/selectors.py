"""Reads that other apps need."""

from collections.abc import Collection

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
