"""The OpenAI dialect: POST {base}/chat/completions as an event stream, GET {base}/models.

It copes with what compatible servers really send: no [DONE], one JSON object instead of a stream, usage unasked,
errors with status 200, parameters that they do not know. Only the end of an answer is not guessed: text without
a finish reason or [DONE] was cut off, and is reported so after the text.
"""

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from aihelper.lib.outbound import Timeouts
from providers.dialects.assembler import Assembler, DeltaEvent
from providers.dialects.model_list import read_models
from providers.dialects.openai_chunks import error_words, read_chunk
from providers.errors import AddressRefused, BadResponse, ProviderError, UpstreamUnavailable, gettext_noop
from providers.events import ChatRequest, Event, RemoteModel
from providers.wire.exchange import TOO_LARGE, Exchange
from providers.wire.failures import CUT_OFF, from_event, from_status
from providers.wire.headers import authorization, check_extra_headers
from providers.wire.sse import EventDecoder, ServerEvent
from providers.wire.text import repaired

if TYPE_CHECKING:
    from aihelper.lib.net import HttpClient

MAX_JSON_BYTES = 8 * 1024 * 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"

NOT_OUR_PROTOCOL = gettext_noop(
    "A web page came in place of an answer. An administrator has to check the provider's address; it often ends in /v1."
)
NO_MODEL_LIST = gettext_noop(
    "The provider gives no list of its models at this address. Check the address, or enter the models by hand."
)
EMPTY = gettext_noop("The model provider sent an empty answer. Try again, or choose another model.")


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
    ) -> None:
        """Raises AuthenticationFailed for a key that no header can hold, ValueError for a header of ours."""
        check_extra_headers(extra_headers or {})
        self._client = client
        self._base_url = base_url
        self._headers = {**(extra_headers or {}), **authorization(api_key)}
        self._timeouts = timeouts
        self._include_usage = include_usage
        self._max_tokens_name = "max_tokens"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    async def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
        """Ask the model; see providers.events for what comes. Raises ProviderError."""
        exchange = Exchange(self._client, self._timeouts)
        try:
            exchange = await self._ask(exchange, request)
            async for event in _Answer(exchange).events():
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

    async def _ask(self, exchange: Exchange, request: ChatRequest) -> Exchange:
        """Send the request, again in other words where the server does not know one of them."""
        for _ in range(3):
            headers = self._headers | {"Accept": "text/event-stream", "Content-Type": "application/json"}
            status = await exchange.open("POST", self._url("chat/completions"), headers, self._body(request))
            if status == 200:
                return exchange
            words = error_words(await exchange.error_body())
            if status not in (400, 422) or not self._reword(words):
                break
            await exchange.close()
            exchange = Exchange(self._client, self._timeouts)
        error = from_status(status, exchange.headers, words)
        await exchange.close()
        raise error

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


class _Answer:
    """Reads one answer with status 200, whatever it turns out to be.

    A failure is kept until the text before it is out, and forgotten if the answer was complete by then.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._decoder = EventDecoder()
        self._assembler = Assembler()
        self._done = False
        self._failure: ProviderError | None = None

    async def events(self) -> AsyncIterator[Event]:
        data = await self._head()
        start = (data or b"").lstrip(_BLANK)[:1]
        if start == b"<":
            raise BadResponse(NOT_OUR_PROTOCOL)
        if start in (b"{", b"["):
            data = await self._whole(data or b"")
        while data is not None and self._failure is None:
            # Inline, not a generator of its own: each layer costs every token.
            for delta in self._deltas(self._decoder.feed(data)):
                yield delta
            if self._done or self._failure is not None:
                break
            data = await self._next()
        for delta in self._rest():
            yield delta
        self._check_complete()
        if self._done:
            await self._exchange.drain()
        for event in self._assembler.closing():
            yield event

    async def _head(self) -> bytes | None:
        """The body up to its first visible character, which tells a stream from a page or an object."""
        head = b""
        while len(head) < 1000 and not head.lstrip(_BLANK):
            data = await self._next()
            if data is None:
                break
            head += data
        return head or None

    async def _whole(self, head: bytes) -> bytes:
        """One JSON object in place of a stream, as the one event that it amounts to."""
        body = head + await self._exchange.read(MAX_JSON_BYTES)
        if body.lstrip(_BLANK).startswith(b"["):
            raise from_event(error_words(body))
        self._decoder = EventDecoder(MAX_JSON_BYTES + len(head))
        lines = body.lstrip(_BLANK).replace(b"\r", b" ").replace(b"\n", b" ")
        return b"data: " + lines + b"\n\ndata: [DONE]\n\n"

    async def _next(self) -> bytes | None:
        try:
            return await self._exchange.next()
        except ProviderError as error:
            self._failure = error
            return None

    def _deltas(self, events: list[ServerEvent]) -> list[DeltaEvent]:
        """Take in the events of one read."""
        assembler = self._assembler
        deltas: list[DeltaEvent] = []
        try:
            for _, data in events:
                if data == b"[DONE]":
                    self._done = True
                    break
                assembler.add(read_chunk(data))
            if self._decoder.overflowed and not self._done:
                self._failure = BadResponse(TOO_LARGE)
        except ProviderError as error:
            self._failure = error
        try:
            deltas = assembler.take()
        except ProviderError as error:
            self._failure = error
        if deltas:
            self._exchange.clock.token()
        if assembler.reason is not None:
            self._exchange.clock.finishing()
        return deltas

    def _rest(self) -> list[DeltaEvent]:
        """What the end of the body completes. A last event that was cut in two says nothing of its own."""
        failure = self._failure
        deltas: list[DeltaEvent] = []
        if not self._done and failure is None:
            deltas = self._deltas(self._decoder.close())
            if isinstance(self._failure, BadResponse):
                self._failure = failure
        return deltas + self._assembler.end()

    def _check_complete(self) -> None:
        """Raise the ProviderError of an answer that did not come to its end."""
        seen, finished = self._assembler.has_text, self._assembler.reason is not None
        if finished:
            return
        if self._failure is not None:
            if seen and type(self._failure) is UpstreamUnavailable:
                raise UpstreamUnavailable(CUT_OFF)
            raise self._failure
        if not seen:
            raise BadResponse(EMPTY, retryable=True)
        if not self._done:
            raise UpstreamUnavailable(CUT_OFF)
