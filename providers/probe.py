"""Short questions to a provider: is it there, and which models does it list.

The functions here are asynchronous and touch no database; `providers.services` runs them from admin
pages and commands, and stores what they found. What the provider sent is never shown: an administrator
sees our own sentence and the status class, so that a wrong address cannot be used to read other servers.
"""

import time
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext, gettext_noop, ngettext

from aihelper.lib.net import Timeouts
from providers import registry
from providers.errors import ModelNotFound, ProviderError
from providers.events import ChatMessage, ChatRequest, RemoteModel
from providers.models import Provider
from providers.registry import ClientFactory

# An administrator waits for the answer; a local server may load the model first.
TIMEOUTS = Timeouts(connect=10.0, first_token=30.0, gap=15.0, total=45.0)
START_TIMEOUTS = Timeouts(connect=3.0, first_token=5.0, gap=3.0, total=8.0)
# How servers say that they have no such route.
NOT_OFFERED = frozenset({404, 405, 501})

_NOT_LISTED = gettext_noop("The provider answers. It does not list its models: please add them by hand.")
_NOTHING_TO_ASK = gettext_noop(
    "The provider does not list its models, and none is set up to ask. "
    "Check the end of the base URL (mostly /v1), or add a model by hand and test again."
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a test found. `models` is None where the server does not list them."""

    latency_ms: int
    models: int | None = None
    error: ProviderError | None = None

    @property
    def status_class(self) -> str:
        """`2xx`, `4xx` and so on; an empty string when there was no answer."""
        if self.error is None:
            return "2xx"
        return f"{self.error.status // 100}xx" if self.error.status else ""


@dataclass(frozen=True, slots=True)
class TestResult:
    """What people see of a test: the sentence is in their language and holds nothing that the server sent."""

    __test__: ClassVar[bool] = False

    ok: bool
    status_class: str
    latency_ms: int
    sentence: str
    code: str = ""


async def probe(provider: Provider, ask: str | None, *, client_factory: ClientFactory | None = None) -> Probe:
    """List the models; where the server has no such list, ask the model `ask` for one token."""
    started = time.perf_counter()
    count: int | None = None
    error: ProviderError | None = None
    try:
        count = await _count_or_ask(provider, ask, client_factory)
    except ProviderError as caught:
        error = caught
    return Probe(round((time.perf_counter() - started) * 1000), count, error)


async def _count_or_ask(provider: Provider, ask: str | None, client_factory: ClientFactory | None) -> int | None:
    dialect = registry.open_provider(provider, timeouts=TIMEOUTS, client_factory=client_factory)
    try:
        return len(await dialect.models())
    except ProviderError as error:
        if not (isinstance(error, ModelNotFound) or error.status in NOT_OFFERED):
            raise
        if ask is None:
            raise ProviderError(_NOTHING_TO_ASK, status=error.status) from None
    request = ChatRequest(model=ask, messages=(ChatMessage("user", "Hi"),), max_tokens=1)
    async for _event in dialect.stream(request):
        pass
    return None


async def fetch(
    provider: Provider, timeouts: Timeouts = TIMEOUTS, *, client_factory: ClientFactory | None = None
) -> list[RemoteModel]:
    """Return the models that the provider lists. Raises ProviderError."""
    return await registry.open_provider(provider, timeouts=timeouts, client_factory=client_factory).models()


def describe(found: Probe) -> TestResult:
    """Put what was found into a sentence in the active language."""
    if found.error is not None:
        sentence, code = gettext(found.error.sentence), found.error.code
    elif found.models is None:
        sentence, code = gettext(_NOT_LISTED), ""
    else:
        text = ngettext(
            "The provider answers and lists %(count)d model.",
            "The provider answers and lists %(count)d models.",
            found.models,
        )
        sentence, code = text % {"count": found.models}, ""
    return TestResult(found.error is None, found.status_class, found.latency_ms, sentence, code)
