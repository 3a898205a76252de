"""The OpenAI dialect: POST {base}/chat/completions as an event stream, GET {base}/models.

It copes with what compatible servers really send: no [DONE], one JSON object instead of a stream, usage unasked,
errors with status 200, parameters that they do not know. Only the end of an answer is not guessed: text without
a finish reason or [DONE] was cut off, and is reported so after the text.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from aihelper.lib.outbound import Timeouts
from providers.dialects.answer import MAX_JSON_BYTES, Answer
from providers.dialects.model_list import read_models
from providers.dialects.openai_chunks import error_words
from providers.errors import AddressRefused, BadResponse, gettext_noop
from providers.events import ChatRequest, Event, RemoteModel
from providers.wire.exchange import Exchange
from providers.wire.failures import from_status
from providers.wire.headers import authorization, check_extra_headers
from providers.wire.text import repaired

if TYPE_CHECKING:
    from aihelper.lib.net import HttpClient

NO_MODEL_LIST = gettext_noop(
    "The provider gives no list of its models at this address. Check the address, or enter the models by hand."
)


class OpenAIDialect:
    """One provider at `base_url`. The key is sent in a header and is never part of a message or a repr."""

    def __init__(
        self,
        client: "HttpClient",
        base_url: str,
        api_key: str,
        timeouts: Timeouts,
        extra_headers: Mapping[str, str] | None = None,
        *,
        include_usage: bool = True,
        max_tokens_name: str = "max_tokens",
    ) -> None:
        """Raises AuthenticationFailed for a key that no header can hold, ValueError for a header of ours."""
        check_extra_headers(extra_headers or {})
        self._client = client
        self._base_url = base_url
        self._headers = {**(extra_headers or {}), **authorization(api_key)}
        self._timeouts = timeouts
        self._include_usage = include_usage
        self._max_tokens_name = max_tokens_name

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Ask the model; see providers.events for what comes. Raises ProviderError."""
        exchange = Exchange(self._client, self._timeouts)
        try:
            await self._ask(exchange, request)
            answer = Answer(exchange)
            data = await answer.begin()
            # One loop, not a chain of generators: each layer costs every token.
            while data is not None:
                for delta in answer.take(data):
                    yield delta
                data = await answer.more()
            for delta in answer.rest():
                yield delta
            for event in await answer.closing():
                yield event
        finally:
            await exchange.close()

    async def models(self) -> list[RemoteModel]:
        """The models that the server lists, each once. Raises ProviderError."""
        exchange = Exchange(self._client, self._timeouts)
        try:
            status = await exchange.open("GET", self._url("models"), self._headers | {"Accept": "application/json"})
            if status in (404, 405, 501):
                raise BadResponse(NO_MODEL_LIST, status=status)
            if status != 200:
                raise from_status(status, exchange.headers, error_words(await exchange.error_body()))
            models = read_models(await exchange.read(MAX_JSON_BYTES))
        finally:
            await exchange.close()
        if models is None:
            raise BadResponse(NO_MODEL_LIST, status=status)
        return models

    async def _ask(self, exchange: Exchange, request: ChatRequest) -> None:
        """Send the request, again in other words where the server does not know one of them."""
        for _ in range(3):
            headers = self._headers | {"Accept": "text/event-stream", "Content-Type": "application/json"}
            status = await exchange.open("POST", self._url("chat/completions"), headers, self._body(request))
            if status == 200:
                return
            words = error_words(await exchange.error_body())
            if status not in (400, 422) or not self._reword(words):
                break
            await exchange.close()
        raise from_status(status, exchange.headers, words)

    def _reword(self, words: str) -> bool:
        """Whether asking in other words may help: older servers know no stream_options, newer models no max_tokens."""
        if self._include_usage and ("stream_options" in words or "include_usage" in words):
            self._include_usage = False
            return True
        if self._max_tokens_name == "max_tokens" and "max_completion_tokens" in words:
            self._max_tokens_name = "max_completion_tokens"
            return True
        return False

    def _body(self, request: ChatRequest) -> bytes:
        body: dict[str, Any] = {
            **request.parameters,
            "model": request.model,
            "messages": [{"role": each.role, "content": repaired(each.content)} for each in request.messages],
            "stream": True,
        }
        if self._include_usage:
            body["stream_options"] = {"include_usage": True}
        if request.max_tokens is not None:
            body[self._max_tokens_name] = request.max_tokens
        return msgspec.json.encode(body)

    def _url(self, path: str) -> str:
        try:
            base = httpx.URL(self._base_url)
            return str(base.copy_with(path=f"{base.path.rstrip('/')}/{path}"))
        except httpx.InvalidURL:
            raise AddressRefused from None
