"""Every write to providers and models; admin, API and commands all come through here."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aihelper.lib import net
from providers import addresses, catalogue, keys, probe, registry, secrets, validators
from providers.catalogue import SyncResult
from providers.errors import ProviderError
from providers.health import store as health
from providers.keys import KeyChange
from providers.models import DEMO_NAME, ModelConfig, Provider, ProviderKey
from providers.probe import TestResult
from providers.registry import ClientFactory, LazyDialect

T = TypeVar("T")

log = structlog.get_logger(__name__)

DEMO_IS_FIXED = _("The built-in demo cannot be changed. It steps back as soon as another provider is active.")
DELETED = _("Somebody else has deleted this provider meanwhile. Nothing was saved.")
DEMO_MODELS = (("demo", "Demo", False), ("demo-thinking", "Demo (thinking)", True))


@dataclass(frozen=True, slots=True)
class Checked:
    provider: Provider
    result: TestResult


def create_provider(
    *, name: str, base_url: str, api_key: str = "", private: Sequence[str] | None = None, **fields: Any
) -> Provider:
    """Add a provider (`save_provider`). Raises ValidationError with the sentences by field."""
    provider = Provider(name=name, base_url=base_url, **fields)
    save_provider(provider, api_key=api_key, private=private)
    return provider


def update_provider(
    provider: Provider, *, api_key: str | None = None, private: Sequence[str] | None = None, **changes: Any
) -> None:
    """Change fields of a provider, and its key (`save_provider`). Raises ValidationError."""
    for name, value in changes.items():
        setattr(provider, name, value)
    save_provider(provider, api_key=api_key, private=private)


@transaction.atomic
def save_provider(
    provider: Provider,
    *,
    api_key: str | None = None,
    changes: Sequence[KeyChange] | None = None,
    private: Sequence[str] | None = None,
) -> None:
    """Validate and save a new or changed provider with its keys. Raises ValidationError.

    `changes` tells what becomes of each key. `api_key` is the short form where there is one: None keeps the keys, an
    empty string removes them, anything else takes the place of the first. `private` allows the address though it is in
    a private network, and tells where it led when somebody who may do so confirmed that (None: nobody has).
    """
    stored = Provider.objects.select_for_update().filter(pk=provider.pk).first() if provider.pk else None
    if provider.is_demo or (stored and stored.is_demo):
        raise ValidationError(DEMO_IS_FIXED, code="demo")
    if provider.pk and stored is None:
        raise ValidationError(DELETED, code="deleted")
    provider.full_clean()
    _allow_private(provider, stored, private)
    if changes is None:
        changes = keys.replacing(stored, api_key) if api_key is not None else []
    keys.require_again(stored, provider.base_url, changes)
    key_changed = any(change.secret or change.remove for change in changes)
    if key_changed or stored is None or stored.base_url != provider.base_url:
        provider.health, provider.health_code, provider.checked_at = Provider.Health.UNKNOWN, "", None
    provider.save()
    keys.store(provider, changes)
    if provider.health == Provider.Health.UNKNOWN:
        health.begin_anew(provider.pk)
    log.info("provider.saved", provider=provider.name, origin=provider.origin, key_changed=key_changed)


def _allow_private(provider: Provider, stored: Provider | None, private: Sequence[str] | None) -> None:
    """Write down what was allowed, and forget it as soon as the address leads elsewhere."""
    entry = addresses.allow_list_entry(provider.base_url)
    if private is not None:
        provider.private_host, provider.private_addresses = entry, ", ".join(private)[:500]
        log.warning("provider.private_address_allowed", provider=provider.name, host=entry)
    elif stored is not None and stored.private_host == entry:
        provider.private_host, provider.private_addresses = stored.private_host, stored.private_addresses
    else:
        provider.private_host, provider.private_addresses = "", ""


def test_connection(provider: Provider, *, client_factory: ClientFactory | None = None) -> TestResult:
    """Ask the provider now with each of its keys, store its health, and say in a sentence what was found."""
    offered = provider.models.filter(is_active=True).first()
    found = _run(probe.probe(_target(provider, offered.asked_id if offered else None, client_factory)))
    return _store_health(provider, found)


test_connection.__test__ = False  # type: ignore[attr-defined] # not a test, whatever pytest thinks of its name


def check_providers(*, client_factory: ClientFactory | None = None) -> list[Checked]:
    """Test all active providers at the same time; the demo only when it is the only one."""
    active = list(Provider.objects.real().active().prefetch_related("keys")) or list(Provider.objects.active())
    asks: dict[int, str] = {}
    for model in ModelConfig.objects.filter(is_active=True).only("provider_id", "model_id", "upstream_id"):
        asks.setdefault(model.provider_id, model.asked_id)
    targets = [_target(provider, asks.get(provider.pk), client_factory) for provider in active]

    async def probe_all() -> list[probe.Probe]:
        return await asyncio.gather(*map(probe.probe, targets))

    found = _run(probe_all())
    return [Checked(provider, _store_health(provider, item)) for provider, item in zip(active, found, strict=True)]


def _target(provider: Provider, ask: str | None, client_factory: ClientFactory | None) -> probe.Target:
    """The provider, opened for a test. Here, because opening reads the database and the test runs in an event loop."""

    def opened(key: ProviderKey | None) -> LazyDialect:
        return registry.open_key(provider, key, timeouts=probe.TIMEOUTS, client_factory=client_factory)

    try:
        in_use = [key for key in provider.keys.all() if key.is_active] or registry.usable_keys(provider)
        return probe.Target([opened(key) for key in in_use], opened(None) if in_use[0] else None, ask)
    except ProviderError as error:
        return probe.Target([], problem=error)


def sync_models(
    provider: Provider, *, offer: bool = False, quick: bool = False, client_factory: ClientFactory | None = None
) -> SyncResult:
    """Fetch the provider's list and bring ours in step (`providers.catalogue.merge`). Raises ProviderError.

    `quick` gives up after a few seconds, for the start of the server.
    """
    timeouts = probe.START_TIMEOUTS if quick else probe.TIMEOUTS
    dialect = registry.open_provider(provider, timeouts=timeouts, client_factory=client_factory)
    listed = _run(dialect.models())
    return catalogue.merge(provider, listed, offer=offer)


def setup_first_provider(*, client_factory: ClientFactory | None = None) -> Provider | None:
    """Set up the provider of AIHELPER_PROVIDER_URL, _KEY and _MODELS, for the start of the server.

    A provider with that URL is brought in step, never added twice. Nothing here stops the start: what
    does not work is logged in a sentence. Returns None without such a setting, or when it is wrong.
    """
    if not settings.FIRST_PROVIDER_URL:
        return None
    try:
        provider = _first_provider(settings.FIRST_PROVIDER_URL, settings.FIRST_PROVIDER_KEY)
    except ValidationError as error:
        log.error("provider.first_refused", problem=" ".join(error.messages))
        return None
    if settings.FIRST_PROVIDER_MODELS:
        catalogue.add(provider, settings.FIRST_PROVIDER_MODELS)
    elif not provider.models.exists():
        _fetch_first_models(provider, client_factory)
    return provider


def _first_provider(url: str, key: str) -> Provider:
    base_url = validators.normalise_base_url(url)
    provider = Provider.objects.real().filter(base_url=base_url).order_by("pk").first()
    if provider is None:
        name = free_name(addresses.host_and_port(base_url)[0])
        return create_provider(name=name, base_url=base_url, api_key=key)
    if key and not _has_key(provider, key):
        save_provider(provider, api_key=key)
    return provider


def _has_key(provider: Provider, key: str) -> bool:
    try:
        return any(secrets.unseal(each) == key for each in provider.keys.select_related("provider"))
    except ProviderError:
        return False


def free_name(wanted: str) -> str:
    """The name itself, or with a number behind it where it is taken."""
    base, name, number = wanted[:56], wanted[:56], 1
    while name.casefold() == DEMO_NAME or Provider.objects.filter(name=name).exists():
        number += 1
        name = f"{base} {number}"
    return name


def _fetch_first_models(provider: Provider, client_factory: ClientFactory | None) -> None:
    try:
        result = sync_models(provider, offer=True, quick=True, client_factory=client_factory)
    except ProviderError as error:
        log.error("provider.first_models_not_fetched", provider=provider.name, code=error.code, problem=error.sentence)
    else:
        log.info("provider.first_models_fetched", provider=provider.name, models=result.added)


@transaction.atomic
def ensure_demo() -> Provider:
    """Make the built-in demo and its models, or bring its address in step with this server's port.

    No key is stored: `providers.registry` takes `providers.demo.token()` in the moment of the call.
    """
    fields = {"base_url": settings.DEMO_URL.rstrip("/"), "is_demo": True, "priority": 0}
    provider, _created = Provider.objects.update_or_create(name=DEMO_NAME, defaults=fields)
    for order, (model_id, name, has_reasoning) in enumerate(DEMO_MODELS):
        defaults = {"model_name": name, "has_reasoning": has_reasoning, "sort_order": order}
        ModelConfig.objects.get_or_create(provider=provider, model_id=model_id, defaults=defaults)
    return provider


def remove_demo() -> None:
    """Remove the built-in demo and its models; the next start makes it again."""
    Provider.objects.filter(is_demo=True).delete()


def _store_health(provider: Provider, found: probe.Probe) -> TestResult:
    provider.health = Provider.Health.OK if found.error is None else Provider.Health.DOWN
    provider.health_code = found.error.code if found.error is not None else ""
    provider.latency_ms, provider.checked_at = found.latency_ms, timezone.now()
    # Not `save`: somebody may have deleted the provider while it was asked.
    names = ("health", "health_code", "latency_ms", "checked_at")
    Provider.objects.filter(pk=provider.pk).update(**{name: getattr(provider, name) for name in names})
    for key_id, code in found.codes.items():
        keys.note(key_id, code)
    return probe.describe(found)


def _run(question: Coroutine[Any, Any, T]) -> T:
    """Run a question in an event loop of its own, whose HTTP clients are closed with it.

    Not `async_to_sync`: inside the server that would run in the main loop, where the clients of the
    running answers live and must stay open.
    """

    async def run_and_close() -> T:
        try:
            return await question
        finally:
            await net.close_clients()

    return asyncio.run(run_and_close())
