"""The keys of a provider: which one is asked next, how they are stored, and which of them pause.

Secrets go in here and come out only in the moment of a call (`providers.secrets.unseal`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import addresses, secrets, validators
from providers.models import Provider, ProviderKey

MAX_KEYS = 20
# How many of a provider's keys one question tries at most.
MAX_TRIED = 3
MAX_COOLDOWN_SECONDS = 24 * 3600
_dice = Random()  # noqa: S311 - a share of the load, not a secret

KEY_REQUIRED = _(
    "The address has changed: please enter the key again. A key goes only to the server it was entered for."
)
KEY_MISSING = _("Please enter the key.")
KEY_GONE = _("Somebody else has removed this key meanwhile. Nothing was saved.")
KEY_RING_BROKEN = _("Keys cannot be stored: the setting FIELD_KEYS is missing or wrong (see manage.py check).")
TOO_MANY = _("A provider has at most %(limit)d keys.")


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What shall become of one key: `pk` None adds one, `secret` None keeps the stored secret."""

    pk: int | None = None
    secret: str | None = field(default=None, repr=False)
    label: str = ""
    weight: int = 1
    is_active: bool = True
    remove: bool = False


def in_order(
    provider: Provider, *, random: Callable[[], float] = _dice.random, now: datetime | None = None
) -> list[ProviderKey]:
    """Return the keys in use, in the order in which to try them: drawn by weight, those that pause last."""
    now = now or timezone.now()
    used = [key for key in provider.keys.all() if key.is_active]
    pausing = sorted((key for key in used if is_pausing(key, now)), key=lambda key: key.cooldown_until or now)
    # Efraimidis and Spirakis: the largest u^(1/weight) first is a draw by weight without putting back.
    drawn = {key.pk: random() ** (1 / key.weight) for key in used}
    ready = sorted((key for key in used if not is_pausing(key, now)), key=lambda key: drawn[key.pk], reverse=True)
    return (ready + pausing)[:MAX_TRIED]


def is_pausing(key: ProviderKey, now: datetime | None = None) -> bool:
    """Whether the provider asked us to leave this key alone for a while."""
    return key.cooldown_until is not None and key.cooldown_until > (now or timezone.now())


def cool_down(key_id: int, seconds: float, code: str) -> None:
    """Ask this key last for so many seconds, because of the error `code` (a 429 with its Retry-After)."""
    until = timezone.now() + timedelta(seconds=min(max(seconds, 0), MAX_COOLDOWN_SECONDS))
    ProviderKey.objects.filter(pk=key_id).filter(Q(cooldown_until=None) | Q(cooldown_until__lt=until)).update(
        cooldown_until=until, last_error=code
    )


def note(key_id: int, code: str) -> None:
    """Remember how the last question with this key ended; an empty code also ends its pause."""
    changes = {"last_error": code} if code else {"last_error": "", "cooldown_until": None}
    ProviderKey.objects.filter(pk=key_id).update(**changes)


def replacing(stored: Provider | None, secret: str) -> list[KeyChange]:
    """Return the changes that put one secret in the place of the first key; an empty one removes all keys."""
    present = list(stored.keys.all()) if stored else []
    if not secret:
        return [KeyChange(key.pk, remove=True) for key in present]
    if not present:
        return [KeyChange(secret=secret)]
    first = present[0]
    return [KeyChange(first.pk, secret, first.label, first.weight, first.is_active)]


def require_again(stored: Provider | None, base_url: str, changes: Sequence[KeyChange]) -> None:
    """Refuse to let a stored key follow its provider to another scheme, host or port (security rule T-S1)."""
    if stored is None or stored.origin == addresses.origin(base_url):
        return
    dealt_with = {change.pk for change in changes if change.secret or change.remove}
    if stored.keys.exclude(pk__in=[pk for pk in dealt_with if pk is not None]).exists():
        raise ValidationError({"base_url": ValidationError(KEY_REQUIRED, code="key_required")})


def store(provider: Provider, changes: Sequence[KeyChange]) -> None:
    """Write the changes; the caller holds the provider's row in a transaction. Raises ValidationError."""
    for change in changes:
        key = _row(provider, change)
        if change.remove:
            key.delete()
            continue
        key.label, key.weight, key.is_active = change.label.strip(), change.weight, change.is_active
        key.full_clean(exclude=["api_key", "provider"])
        if change.secret:
            _seal(key, change.secret)
        key.save()
    if changes and provider.keys.count() > MAX_KEYS:
        raise ValidationError(TOO_MANY, code="too_many_keys", params={"limit": MAX_KEYS})


def _row(provider: Provider, change: KeyChange) -> ProviderKey:
    if change.pk is None:
        if not change.secret:
            raise ValidationError(KEY_MISSING, code="key_missing")
        return ProviderKey(provider=provider)
    key = provider.keys.select_for_update().filter(pk=change.pk).first()
    if key is None:
        raise ValidationError(KEY_GONE, code="key_gone")
    key.provider = provider
    return key


def _seal(key: ProviderKey, secret: str) -> None:
    validators.validate_api_key(secret)
    if key.pk is None:
        key.save()
    try:
        secrets.seal(key, secret)
    except secrets.KeyRingError as error:
        raise ValidationError(KEY_RING_BROKEN, code="key_ring") from error
    key.cooldown_until, key.last_error = None, ""
