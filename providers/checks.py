"""System checks of the stored keys. They read the database, so they run with `check --database default` and `migrate`.

E001 a stored key was encrypted with a key that FIELD_KEYS no longer holds
W001 a stored key does not decrypt: its row was copied, or its address was changed past the application
W002 a provider's address is not in the one spelling, so it was written past the application
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from providers import addresses, secrets
from providers.errors import ProviderError
from providers.models import Provider


@register(Tags.database)
def check_stored_keys(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """All that is wrong with the stored providers; nothing before the first migration."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if Provider._meta.db_table in connections[alias].introspection.table_names():
            # Only what is needed: a column that a coming migration adds is not there yet.
            stored = Provider.objects.using(alias).only("name", "base_url", "api_key", "is_demo")
            messages += [message for provider in stored for message in _check(provider)]
    return messages


def _check(provider: Provider) -> Iterator[CheckMessage]:
    if not provider.is_demo and _is_misspelt(provider.base_url):
        hint = "Save it once in Django admin."
        yield Warning(
            f"The address of the provider {provider.name!r} is not normalised.", hint=hint, id="providers.W002"
        )
    if not provider.has_key:
        return
    kid = secrets.key_id(provider.api_key)
    if kid not in _ring():
        hint = f"Put the key {kid!r} back into FIELD_KEYS (it may stand last), or enter the provider's API key again."
        yield Error(
            f"FIELD_KEYS lacks the key that encrypted the API key of {provider.name!r}.", hint=hint, id="providers.E001"
        )
        return
    try:
        secrets.unseal(provider)
    except ProviderError:
        hint = "Enter it again in Django admin; until then this provider is not asked."
        yield Warning(f"The stored API key of {provider.name!r} cannot be read.", hint=hint, id="providers.W001")


def _is_misspelt(base_url: str) -> bool:
    try:
        return addresses.normalise(base_url) != base_url
    except addresses.InvalidAddress:
        return True


def _ring() -> frozenset[str]:
    try:
        return frozenset(secrets.ring())
    except secrets.KeyRingError:
        return frozenset()
