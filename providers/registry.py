"""Which models people may use, and how a model becomes something that can be asked.

People name a model id only; the provider, its address and its key are found here (security rule T-S9).
The key is decrypted in the moment of opening and kept by nobody but the opened dialect.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

import structlog
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aihelper.lib import net
from aihelper.lib.errors import NotFound
from providers import addresses, demo, keys, secrets
from providers.dialects import DIALECTS, Dialect
from providers.errors import ProviderError
from providers.events import ChatRequest, Event, RemoteModel
from providers.health.book import Book
from providers.models import ModelConfig, Provider, ProviderKey
from providers.wire.gate import Gate
from providers.wire.retry import Candidate

if TYPE_CHECKING:
    from httpx import AsyncClient  # noqa: TID251 - as a type only

log = structlog.get_logger(__name__)


class ClientFactory(Protocol):
    """Makes the HTTP client for a policy: `aihelper.lib.net.client`, or a test's own with a MockTransport."""

    def __call__(self, *, allowed_private: Collection[str]) -> "AsyncClient": ...


class ModelRequestsForbidden(RuntimeError):
    """settings.ALLOW_MODEL_REQUESTS is off and no client was handed in: a test was about to leave the machine."""


def offered_models(user: AbstractBaseUser | AnonymousUser) -> list[ModelConfig]:
    """Return the models that this person may use, in the administrator's order: the one gate.

    A model of groups is there for their members only, administrators or not. The demo's are among them only while no
    other provider is active.
    """
    if not (user.is_authenticated and user.is_active):
        return []
    has_real = Provider.objects.real().active().exists()
    return list(ModelConfig.objects.offered().open_to(user).filter(provider__is_demo=not has_real))


def model_ids() -> list[str]:
    """The ids of all models that are offered to anybody, in the administrator's order, each once."""
    return list(dict.fromkeys(ModelConfig.objects.offered().values_list("model_id", flat=True)))


def resolve(model_id: str | None, user: AbstractBaseUser | AnonymousUser) -> list[ModelConfig]:
    """Return the models that can answer for this id, in the order in which to try them; None asks for the default.

    Raises NotFound: `no_model` when nothing is set up, `model_not_found` when this id is not offered.
    """
    offered = offered_models(user)
    if not offered:
        raise NotFound(_("No model has been set up yet. An administrator can add one."), code="no_model")
    wanted = offered[0].model_id if model_id is None else model_id
    # Compared here and not by the database, whose collation may take two ids for one.
    found = [model for model in offered if model.model_id == wanted]
    if not found:
        raise NotFound(_("This model is not offered. Please choose another one."), code="model_not_found")
    return found


class KeysSwitchedOff(ProviderError):
    """The provider has keys, and an administrator has switched all of them off. Nothing is sent to it."""

    code = "keys_switched_off"
    default_sentence = gettext_noop(
        "All API keys of this provider are switched off. An administrator has to switch one on, or add one."
    )


class LazyDialect:
    """Makes the real dialect when it is first used, because HTTP clients belong to the running event loop.

    `key_id` and `key_label` tell which key it asks with; None and an empty label where there is none.
    """

    def __init__(self, make: Callable[[], Dialect], key: ProviderKey | None = None) -> None:
        self._make = make
        self.key_id = key.pk if key else None
        self.key_label = str(key) if key else ""

    def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
        return self._make().stream(request)

    async def models(self) -> list[RemoteModel]:
        return await self._make().models()


def open(model: ModelConfig, *, client_factory: ClientFactory | None = None) -> LazyDialect:
    """Return the dialect that asks this model's provider. Raises ProviderError when its key cannot be read."""
    return open_provider(model.provider, client_factory=client_factory)


def open_provider(
    provider: Provider, *, timeouts: net.Timeouts | None = None, client_factory: ClientFactory | None = None
) -> LazyDialect:
    """Like `open`, for a provider; `timeouts` other than its own are for short questions such as a test."""
    return open_key(provider, usable_keys(provider)[0], timeouts=timeouts, client_factory=client_factory)


def usable_keys(provider: Provider) -> Sequence[ProviderKey | None]:
    """Return the keys to try, in order; a single None where no key is needed. Raises ProviderError."""
    if provider.is_demo or not provider.has_key:
        return [None]
    in_order = keys.in_order(provider)
    if not in_order:
        raise KeysSwitchedOff
    return in_order


def open_key(
    provider: Provider,
    key: ProviderKey | None,
    *,
    timeouts: net.Timeouts | None = None,
    client_factory: ClientFactory | None = None,
) -> LazyDialect:
    """Open a provider with one key of its own, or with none. Raises ProviderError when the key cannot be read."""
    if client_factory is None and not settings.ALLOW_MODEL_REQUESTS:
        raise ModelRequestsForbidden("Hand in a client_factory, or switch AIHELPER_ALLOW_MODEL_REQUESTS on.")
    base_url, secret = _address_and_secret(provider, key)
    make_client = client_factory or net.client

    def make() -> Dialect:
        client = make_client(allowed_private=allowed_private(provider))
        return DIALECTS[provider.dialect](
            client,
            base_url,
            secret,
            timeouts or own_timeouts(provider),
            include_usage=provider.asks_usage,
            max_tokens_name=provider.max_tokens_name,
        )

    return LazyDialect(make, key)


def candidates(
    models: Sequence[ModelConfig], *, health: Book | None = None, client_factory: ClientFactory | None = None
) -> list[Candidate]:
    """Open the models for `stream_with_retry`, each once for each key to try; the labels are the providers' names.

    `health` gives each its gate; without it all gates are open, and nothing is remembered.
    A key that cannot be read is left out, as if it did not answer; raises ProviderError when nothing is left.
    """
    opened: list[Candidate] = []
    problem: ProviderError | None = None
    prefetch_related_objects([model.provider for model in models], "keys")
    for model in models:
        try:
            found = usable_keys(model.provider)
        except ProviderError as error:
            problem = problem or error
            continue
        for key in found:
            try:
                dialect = open_key(model.provider, key, client_factory=client_factory)
            except ProviderError as error:
                log.error("provider.cannot_open", provider=model.provider.name, code=error.code)
                problem = problem or error
                continue
            gate = health.gate(model, key) if health else Gate()
            label = model.provider.name
            opened.append(Candidate(label, dialect, model.asked_id, key=dialect.key_label, gate=gate))
    if not opened and problem is not None:
        raise problem
    return opened


def allowed_private(provider: Provider) -> frozenset[str]:
    """Return the private host:port pairs that this provider may be at; this server's own is for the demo only.

    What an administrator has allowed for it counts only while its address is the one that was allowed.
    """
    if provider.is_demo:
        return frozenset({settings.DEMO_ORIGIN})
    own = {provider.private_host} & {addresses.allow_list_entry(provider.base_url)}
    return frozenset(settings.ALLOWED_PRIVATE_HOSTS) | own


def own_timeouts(provider: Provider) -> net.Timeouts:
    return net.Timeouts(
        connect=provider.connect_timeout,
        first_token=provider.first_token_timeout,
        gap=provider.gap_timeout,
        total=provider.total_timeout,
    )


def _address_and_secret(provider: Provider, key: ProviderKey | None) -> tuple[str, str]:
    # The demo is this very process, whatever port another process on the same database wrote into the row.
    if provider.is_demo:
        return settings.DEMO_URL, demo.token()
    return provider.base_url, secrets.unseal(key) if key else ""
