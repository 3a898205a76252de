"""One request and its answer under our deadlines and caps, with every failure as a ProviderError.

Errors are raised outside the `except` that found them: an httpx exception holds the request with its key, and
must not hang on ours as its context.
"""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import TYPE_CHECKING, cast

import httpx

from aihelper.lib.outbound import AddressNotAllowed, Timeouts
from providers.errors import BadResponse, ProviderError, gettext_noop
from providers.wire.deadlines import Clock, Watchdog
from providers.wire.failures import from_exception

if TYPE_CHECKING:
    from aihelper.lib.net import HttpClient

MAX_BODY_BYTES = 128 * 1024 * 1024
MAX_ERROR_BYTES = 64 * 1024
# How long the end of an answer may take once all of it is here: then the connection can be used again.
DRAIN_SECONDS = 0.05
ERROR_BODY_SECONDS = 2.0

TOO_LARGE = gettext_noop("The model provider's answer is too large. Ask for a shorter one, or choose another model.")


class Exchange:
    """Opened by `open`, read by `next` or `read`, always closed by `close`, which closes the connection at once.

    It may be opened again after that; the deadlines go on from the first time.
    """

    def __init__(self, client: "HttpClient", timeouts: Timeouts) -> None:
        self.clock = Clock(timeouts)
        self.headers: Mapping[str, str] = {}
        self._client = client
        self._connect = timeouts.connect
        self._watchdog = Watchdog()
        self._response: httpx.Response | None = None
        self._source: AsyncIterator[bytes] = _nothing()
        self._received = 0

    async def open(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None) -> int:
        """Send the request; the status. Raises ProviderError when there is no answer, or a compressed one."""
        timeout = httpx.Timeout(None, connect=self._connect, pool=self._connect)
        failure: ProviderError
        try:
            request = self._client.build_request(method, url, headers=headers, content=content, timeout=timeout)
            sending = self._client.send(request, stream=True, follow_redirects=False)
            response = await self._watchdog.wait(sending, self.clock.next_deadline())
        except (httpx.HTTPError, httpx.InvalidURL, AddressNotAllowed, TimeoutError, ValueError) as error:
            failure = from_exception(error)
        else:
            self._accept(response)
            return response.status_code
        raise failure

    def _accept(self, response: httpx.Response) -> None:
        self._response = response
        self.headers = response.headers
        if response.headers.get("content-encoding", "").lower() not in ("", "identity"):
            # We asked for none, so this may be a bomb; it is not unpacked.
            raise BadResponse(status=response.status_code)
        # Not `aiter_raw`: its generators stay behind when a stream is closed half-way, and cost every token. Our
        # transport hands its own body over beside httpx's wrapping; other transports (tests) have only the latter.
        self._source = aiter(response.extensions.get("body") or cast("httpx.AsyncByteStream", response.stream))

    async def next(self) -> bytes | None:
        """All bytes that have arrived since, None at the end of the body. Raises ProviderError."""
        failure: ProviderError
        try:
            data = await self._watchdog.wait(self._source.__anext__(), self.clock.next_deadline())
        except StopAsyncIteration:
            return None
        except (httpx.HTTPError, TimeoutError) as error:
            failure = from_exception(error)
        else:
            self._received += len(data)
            if self._received <= MAX_BODY_BYTES:
                return data
            failure = BadResponse(TOO_LARGE)
        raise failure

    async def read(self, limit: int) -> bytes:
        """The rest of the body, if it is not larger than `limit` bytes. Raises ProviderError."""
        body = bytearray()
        while (data := await self.next()) is not None:
            body += data
            if len(body) > limit:
                raise BadResponse(TOO_LARGE)
        return bytes(body)

    async def error_body(self) -> bytes:
        """The beginning of an error's body, or as much of it as comes."""
        body = bytearray()
        # Where the body fails, the status alone says enough.
        with contextlib.suppress(ProviderError):
            self.clock.hurry(ERROR_BODY_SECONDS)
            while len(body) < MAX_ERROR_BYTES and (data := await self.next()) is not None:
                body += data
        return bytes(body[:MAX_ERROR_BYTES])

    async def drain(self) -> None:
        """Read up to the end if it comes at once, so that the connection can be used again."""
        self.clock.hurry(DRAIN_SECONDS)
        with contextlib.suppress(ProviderError):
            while await self.next() is not None:
                pass

    async def close(self) -> None:
        self._watchdog.close()
        if isinstance(self._source, AsyncGenerator):
            await self._source.aclose()
        if self._response is not None:
            await self._response.aclose()


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
