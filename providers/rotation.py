"""Encrypting the stored keys anew with the first key of FIELD_KEYS, in batches that may be broken off."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from providers import secrets
from providers.models import ProviderKey

log = structlog.get_logger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did: rows encrypted anew, and the names of providers whose key cannot be read."""

    rotated: int
    unreadable: tuple[str, ...]


def counts() -> dict[str, int]:
    """How many stored keys each key of the ring encrypts, by its id; an empty id for what is no envelope."""
    envelopes = ProviderKey.objects.values_list("api_key", flat=True).order_by()
    return dict(Counter(secrets.key_id(envelope) for envelope in envelopes.iterator()))


def waiting() -> int:
    """How many keys are not encrypted with the first key of the ring yet. Raises KeyRingError."""
    return _stale().count()


def rotate(batch: int = BATCH) -> Iterator[Step]:
    """Encrypt all that is stale, a transaction for each batch. What cannot be read stays as it is.

    Broken off anywhere, each key is either as it was or new; the next run does the rest. Raises KeyRingError.
    """
    last = 0
    while rows := list(_stale().select_related("provider").filter(pk__gt=last).order_by("pk")[:batch]):
        last = rows[-1].pk
        yield _rotate(rows)


def _stale() -> QuerySet[ProviderKey]:
    return ProviderKey.objects.exclude(api_key__startswith=secrets.current_prefix())


@transaction.atomic
def _rotate(rows: list[ProviderKey]) -> Step:
    rotated, unreadable = 0, []
    for key in rows:
        before, end = key.api_key, key.key_last_four
        try:
            secrets.seal(key, secrets.unseal(key))
        except secrets.KeyUnreadable:
            unreadable.append(key.provider.name)
            continue
        # Only what is still as it was read: an administrator may have entered another key meanwhile.
        same = ProviderKey.objects.filter(pk=key.pk, api_key=before, key_last_four=end)
        rotated += same.update(api_key=key.api_key, update_time=timezone.now())
    log.info("keys.rotated", rotated=rotated, unreadable=len(unreadable))
    return Step(rotated, tuple(unreadable))
