"""One answer with status 200, whatever it turns out to be: a stream, one JSON object, an error, a web page."""

from providers.dialects.assembler import Assembler, DeltaEvent
from providers.dialects.openai_chunks import error_words, read_chunk
from providers.errors import BadResponse, ProviderError, UpstreamUnavailable, gettext_noop
from providers.events import Finished, Usage
from providers.wire.exchange import TOO_LARGE, Exchange
from providers.wire.failures import CUT_OFF, from_event
from providers.wire.sse import EventDecoder, ServerEvent

MAX_JSON_BYTES = 8 * 1024 * 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"

NOT_OUR_PROTOCOL = gettext_noop(
    "A web page came in place of an answer. An administrator has to check the provider's address; it often ends in /v1."
)
EMPTY = gettext_noop("The model provider sent an empty answer. Try again, or choose another model.")


class Answer:
    """The state of one answer: `begin`, then `take` and `more` by turns, then `rest` and `closing`.

    A failure is kept until the text before it is out, and forgotten if the answer was complete by then.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._decoder = EventDecoder()
        self._assembler = Assembler()
        self._done = False
        self._failure: ProviderError | None = None

    async def begin(self) -> bytes | None:
        """The first bytes of the stream. Raises ProviderError where it is none at all."""
        data = await self._head()
        start = data.lstrip(_BLANK)[:1]
        if start == b"<":
            raise BadResponse(NOT_OUR_PROTOCOL)
        return await self._whole(data) if start in (b"{", b"[") else data

    async def more(self) -> bytes | None:
        """What has arrived since; None when nothing more is wanted or comes."""
        if self._done or self._failure is not None:
            return None
        try:
            return await self._exchange.next()
        except ProviderError as error:
            self._failure = error
            return None

    async def _head(self) -> bytes:
        """The body up to its first visible character, which tells a stream from a page or an object."""
        head = b""
        while len(head) < 1000 and not head.lstrip(_BLANK):
            data = await self.more()
            if data is None:
                break
            head += data
        return head

    async def _whole(self, head: bytes) -> bytes:
        """One JSON object in place of a stream, as the one event that it amounts to."""
        body = head + await self._exchange.read(MAX_JSON_BYTES)
        if body.lstrip(_BLANK).startswith(b"["):
            raise from_event(error_words(body))
        self._decoder = EventDecoder(MAX_JSON_BYTES + len(head))
        lines = body.lstrip(_BLANK).replace(b"\r", b" ").replace(b"\n", b" ")
        return b"data: " + lines + b"\n\ndata: [DONE]\n\n"

    def take(self, data: bytes) -> list[DeltaEvent]:
        """The deltas of one read, one per run of a kind."""
        return self._deltas(self._decoder.feed(data))

    def _deltas(self, events: list[ServerEvent]) -> list[DeltaEvent]:
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

    def rest(self) -> list[DeltaEvent]:
        """What the end of the body completes. A last event that was cut in two says nothing of its own."""
        failure = self._failure
        deltas: list[DeltaEvent] = []
        if not self._done and failure is None:
            deltas = self._deltas(self._decoder.close())
            if isinstance(self._failure, BadResponse):
                self._failure = failure
        return deltas + self._assembler.end()

    async def closing(self) -> list[Usage | Finished]:
        """The last events. Raises the ProviderError of an answer that did not come to its end."""
        self._check_complete()
        if self._done:
            await self._exchange.drain()
        return self._assembler.closing()

    def _check_complete(self) -> None:
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
