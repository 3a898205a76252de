"""Short questions to a provider: is it there, and which models does it list.

The functions here are asynchronous and touch no database; `providers.services` runs them from admin
pages and commands, and stores what they found. What the provider sent is never shown: an administrator
sees our own sentence and the status class, so that a wrong address cannot be used to read other servers.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext, gettext_noop, ngettext

from aihelper.lib.net import Timeouts
from providers.catalogue import looks_like_chat
from providers.dialects import Dialect
from providers.errors import AuthenticationFailed, ModelNotFound, ProviderError
from providers.events import ChatMessage, ChatRequest, RemoteModel
from providers.registry import LazyDialect

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
_NOT_PROVEN = gettext_noop(
    "The provider answers, but shows its list of models to anybody, and no model answered a question. "
    "Whether the key is right is not proven."
)


@dataclass(frozen=True, slots=True)
class Target:
    """A provider, opened for a test: with each of its keys, and without one to see what is public anyway."""

    opened: Sequence[LazyDialect]
    without_key: LazyDialect | None = None
    # The model that is asked for one token.
    ask: str | None = None
    # Why it could not be opened.
    problem: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What a test found. `models` is None where the server does not list them.

    `proven` is False where nothing showed that the key is right; `codes` tells by key how each of them did, and
    `label` which of several the error is about.
    """

    latency_ms: int
    models: int | None = None
    error: ProviderError | None = None
    proven: bool = True
    label: str = ""
    codes: Mapping[int, str] = field(default_factory=dict)

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
    proven: bool = True


async def probe(target: Target) -> Probe:
    """Try each key: list the models, or where there is no such list ask for one token; then see to it that the key
    was what opened the door (`_is_proven`)."""
    if target.problem is not None:
        return Probe(0, error=target.problem)
    found = await asyncio.gather(*(_try(dialect, target) for dialect in target.opened))
    worst = next((each for each in found if each.error), None)
    worst = worst or next((each for each in found if not each.proven), found[0])
    codes = {number: code for each in found for number, code in each.codes.items()}
    label = worst.label if len(found) > 1 else ""
    return Probe(worst.latency_ms, worst.models, worst.error, worst.proven, label, codes)


async def _try(dialect: LazyDialect, target: Target) -> Probe:
    started = time.perf_counter()
    latency: int | None = None
    count: int | None = None
    error: ProviderError | None = None
    proven = True
    try:
        listed = await _list_or_ask(dialect, target.ask)
        latency = _milliseconds(started)
        if listed is not None:
            count, proven = len(listed), await _is_proven(dialect, target, listed)
    except ProviderError as caught:
        error = caught
    codes = {} if dialect.key_id is None else {dialect.key_id: error.code if error else ""}
    latency = _milliseconds(started) if latency is None else latency
    return Probe(latency, count, error, proven, dialect.key_label, codes)


async def _list_or_ask(dialect: Dialect, ask: str | None) -> list[RemoteModel] | None:
    """The models, or None where the server lists none but has answered a question. Raises ProviderError."""
    try:
        return await dialect.models()
    except ProviderError as error:
        if not (isinstance(error, ModelNotFound) or error.status in NOT_OFFERED):
            raise
        if ask is None:
            raise ProviderError(_NOTHING_TO_ASK, status=error.status) from None
    await _ask_for_one_token(dialect, ask)
    return None


async def _is_proven(dialect: Dialect, target: Target, listed: Sequence[RemoteModel]) -> bool:
    """Whether a right key was needed so far: many servers list their models to anybody, and a wrong key would look
    right. Where they do, a model is asked for one token. Raises AuthenticationFailed."""
    if target.without_key is None:
        return True
    try:
        await target.without_key.models()
    except AuthenticationFailed:
        return True
    except ProviderError:
        pass
    ask = target.ask or next((model.model_id for model in listed if looks_like_chat(model.model_id)), None)
    if ask is None:
        return False
    try:
        await _ask_for_one_token(dialect, ask)
    except AuthenticationFailed:
        raise
    except ProviderError:
        return False
    return True


async def _ask_for_one_token(dialect: Dialect, model: str) -> None:
    request = ChatRequest(model=model, messages=(ChatMessage("user", "Hi"),), max_tokens=1)
    async for _event in dialect.stream(request):
        pass


def _milliseconds(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


def describe(found: Probe) -> TestResult:
    """Put what was found into a sentence in the active language."""
    code = ""
    if found.error is not None:
        sentence, code = gettext(found.error.sentence), found.error.code
    elif not found.proven:
        sentence = gettext(_NOT_PROVEN)
    elif found.models is None:
        sentence = gettext(_NOT_LISTED)
    else:
        text = ngettext(
            "The provider answers and lists %(count)d model.",
            "The provider answers and lists %(count)d models.",
            found.models,
        )
        sentence = text % {"count": found.models}
    if found.label and (found.error or not found.proven):
        sentence = gettext("Key %(key)s: %(sentence)s") % {"key": found.label, "sentence": sentence}
    return TestResult(found.error is None, found.status_class, found.latency_ms, sentence, code, found.proven)
