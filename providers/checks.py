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
from providers.models import Provider, ProviderKey


@register(Tags.database)
def check_stored_keys(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """All that is wrong with the stored providers; nothing before the first migration."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if Provider._meta.db_table in connections[alias].introspection.table_names():
            # Only what is needed: a column that a coming migration adds is not there yet.
            stored = Provider.objects.using(alias).filter(is_demo=False).only("name", "base_url", "is_demo")
            messages += [message for provider in stored for message in _check_address(provider)]
        if ProviderKey._meta.db_table in connections[alias].introspection.table_names():
            sealed = ProviderKey.objects.using(alias).select_related("provider")
            sealed = sealed.only("api_key", "provider__name", "provider__base_url")
            messages += [message for key in sealed for message in _check_key(key)]
    return messages


def _check_address(provider: Provider) -> Iterator[CheckMessage]:
    if _is_misspelt(provider.base_url):
        hint = "Save it once in Django admin."
        yield Warning(
            f"The address of the provider {provider.name!r} is not normalised.", hint=hint, id="providers.W002"
        )


def _check_key(key: ProviderKey) -> Iterator[CheckMessage]:
    kid, name = secrets.key_id(key.api_key), key.provider.name
    if key.api_key and kid not in _ring():
        hint = f"Put the key {kid!r} back into FIELD_KEYS (it may stand last), or enter the provider's API key again."
        yield Error(f"FIELD_KEYS lacks the key that encrypted an API key of {name!r}.", hint=hint, id="providers.E001")
        return
    try:
        secrets.unseal(key)
    except ProviderError:
        hint = "Enter it again in Django admin; until then it is not used."
        yield Warning(f"A stored API key of {name!r} cannot be read.", hint=hint, id="providers.W001")


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
