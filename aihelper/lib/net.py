"""The only HTTP client. httpx is the interface (tests hand in `httpx.MockTransport`), aiohttp does the work: 25 CPU
seconds per million tokens where httpx's own transport costs 65.

What this module holds: every connection is dialled to an IP address that was checked after the one and only name
lookup (no rebinding); nothing follows a redirect, a proxy variable, a cookie or a netrc file, and nothing is
decompressed. A loop that lives shortly (a command, a test) closes its clients itself: `await close_clients()`.
"""

import asyncio
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Collection
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import certifi
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from httpx_aiohttp import AiohttpTransport

from aihelper.lib.addresses import Policy
from aihelper.lib.outbound import AddressNotAllowed, NameNotResolved, Timeouts, TlsFailed

__all__ = ["AddressNotAllowed", "HttpClient", "NameNotResolved", "Timeouts", "TlsFailed", "client", "close_clients"]

# For annotations elsewhere (under TYPE_CHECKING): httpx itself is banned outside this module.
HttpClient = httpx.AsyncClient

# More requests than this at once are answered on connections that are closed afterwards; without a cap the pool
# keeps one connection per past stream.
MAX_KEPT_ALIVE = 64
KEEP_ALIVE_SECONDS = 15
MAX_GRANTS = 1000
# What is parsed at once while other streams wait: 64 kB of the worst input take a few milliseconds.
MAX_READ_BYTES = 64 * 1024

_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Policy, httpx.AsyncClient]]" = WeakKeyDictionary()


def client(*, allowed_private: Collection[str]) -> httpx.AsyncClient:
    """The client of the running loop for this allow-list of `host:port`; made once, closed by `close_clients`."""
    policy = Policy.of(allowed_private, loopback_only=not settings.ALLOW_MODEL_REQUESTS)
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if policy not in clients:
        clients[policy] = build(policy)
    return clients[policy]


async def close_clients() -> None:
    """Close every client of the running loop; the next call of `client` makes a new one."""
    for each in _clients.pop(asyncio.get_running_loop(), {}).values():
        await each.aclose()


def build(policy: Policy, resolver: "Resolver | None" = None) -> httpx.AsyncClient:
    """A client of its own, which the caller closes. `resolver` is for tests."""
    return httpx.AsyncClient(
        transport=Transport(policy, resolver or Resolver(policy)),
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": "AIHelper", "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(None, connect=Timeouts().connect, pool=Timeouts().connect),
    )


class Resolver(AbstractResolver):
    """Looks a name up once, refuses the host if any answer is forbidden, and remembers what it granted."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.granted: dict[tuple[str, int], None] = {}

    async def lookup(self, host: str, port: int) -> list[str]:
        """The IP addresses of a name, as the system's resolver gives them; tests replace this."""
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(sockaddr[0]) for *_, sockaddr in answers]

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """What may be dialled for this name. Raises AddressNotAllowed, or OSError where there is no answer."""
        addresses = [ip_address(answer) for answer in dict.fromkeys(await self.lookup(host, port))]
        if not addresses:
            raise OSError(None, "no address")
        self.policy.check_addresses(host, port, addresses)
        for address in addresses:
            self._grant(str(address), port)
        return [_result(host, str(address), port) for address in addresses]

    def _grant(self, address: str, port: int) -> None:
        while len(self.granted) >= MAX_GRANTS:
            del self.granted[next(iter(self.granted))]
        self.granted[address, port] = None

    def open_socket(self, info: Any) -> socket.socket:
        """The last gate: aiohttp calls it for every address it dials, also for literal ones that skip the lookup."""
        family, kind, protocol, _, sockaddr = info
        host, port = sockaddr[0], sockaddr[1]
        if (host, port) not in self.granted:
            self.policy.check_addresses(host, port, [ip_address(host)])
        return socket.socket(family=family, type=kind, proto=protocol)

    async def close(self) -> None:
        self.granted.clear()


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}


@functools.cache
def _tls() -> ssl.SSLContext:
    """The operating system's certificates (a company's own among them) and certifi's, for systems without any."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


class Transport(AiohttpTransport):
    """httpx-aiohttp's transport with our gates, our error classes and our way to read."""

    def __init__(self, policy: Policy, resolver: Resolver) -> None:
        super().__init__(verify=_tls(), trust_env=False, client=self._session)
        self._policy = policy
        self._resolver = resolver
        self._open = 0

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            socket_factory=self._resolver.open_socket,
            ssl=self.ssl_context,
            limit=0,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._policy.check_url(request.url)
        if self._open >= MAX_KEPT_ALIVE:
            request.headers["Connection"] = "close"
        try:
            response: httpx.Response = await super().handle_async_request(request)
        except (httpx.TransportError, aiohttp.ClientError, TimeoutError) as error:
            raise _translated(error) from None
        self._open += 1
        response.stream = response.extensions["body"] = _Body(response.stream, self)
        return response

    def _closed(self) -> None:
        self._open -= 1


class _Body(httpx.AsyncByteStream):
    """All bytes that have arrived, up to a cap, in one piece: as many tokens as possible become one frame."""

    def __init__(self, stream: Any, transport: Transport) -> None:
        self._stream: Any = stream
        self._transport: Transport | None = transport
        self._more = False

        # httpx-aiohttp's own iterator cuts at 16 kB. Its response is private, but it is all that is wanted of it.
        self._content: aiohttp.StreamReader = stream._aiohttp_response.content

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            if self._more:
                # A flood never lets the reader wait: without this the other streams would.
                await asyncio.sleep(0)
            data = await self._content.read(MAX_READ_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _translated(error) from None
        if not data:
            raise StopAsyncIteration
        self._more = len(data) == MAX_READ_BYTES
        return data

    async def aclose(self) -> None:
        if self._transport is not None:
            self._transport._closed()
            self._transport = None
            await self._stream.aclose()


def _translated(error: Exception) -> httpx.TransportError:
    """The httpx error that says what happened. httpx-aiohttp calls a refused connection a timeout."""
    cause = error if isinstance(error, aiohttp.ClientError) else (error.__cause__ or error)
    match cause:
        case aiohttp.ClientConnectorDNSError():
            return NameNotResolved("the host name has no address")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return TlsFailed("the TLS handshake failed")
        case TimeoutError():
            return httpx.ConnectTimeout("no connection in time")
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError("the connection was not accepted")
        case aiohttp.ClientConnectionError() | aiohttp.ClientPayloadError():
            return httpx.ReadError("the connection broke off")
    return httpx.RemoteProtocolError("the answer is not HTTP")
