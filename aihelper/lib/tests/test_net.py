"""The HTTP client: what is dialled is what was checked. Counted where sockets are made."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from aihelper.lib import net
from aihelper.lib.addresses import Policy
from aihelper.lib.net import AddressNotAllowed, Resolver
from aihelper.lib.tests.corpus import URLS


class Answers(Resolver):
    """A name server that plays a list of answers, the last one for ever."""

    def __init__(self, policy: Policy, *answers: list[str]) -> None:
        super().__init__(policy)
        self.answers = list(answers)
        self.lookups = 0
        self.opened: list[str] = []

    async def lookup(self, host: str, port: int) -> list[str]:
        self.lookups += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def open_socket(self, info: Any) -> socket.socket:
        opened = super().open_socket(info)
        self.opened.append(info[4][0])
        opened.close()
        # Public addresses cannot be reached from a test; that one would have been dialled is all that matters.
        raise OSError(101, "not dialled in a test")


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every TCP connection that anything tries to make."""
    made: list[Any] = []
    original = asyncio.SelectorEventLoop.sock_connect

    async def counted(self: Any, sock: socket.socket, address: Any) -> None:
        made.append(address)
        await original(self, sock, address)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", counted)
    yield made


@pytest_asyncio.fixture
async def upstream() -> AsyncIterator[int]:
    """A local server that answers 200 with its request's head; gives its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(head) + head)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.mark.asyncio
async def test_it_works(upstream: int, sockets: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with net.build(Policy.of([f"127.0.0.1:{upstream}"])) as client:
        response = await client.get(f"http://127.0.0.1:{upstream}/v1")
    head = response.text.lower()
    assert response.status_code == 200
    assert "accept-encoding: identity" in head and "cookie" not in head
    assert sockets == [("127.0.0.1", upstream)]


@pytest.mark.asyncio
async def test_no_socket_is_opened_for_the_corpus(sockets: list[Any]) -> None:
    async with net.build(Policy()) as client:
        for url in sorted(set(URLS)):
            with pytest.raises((AddressNotAllowed, httpx.HTTPError, httpx.InvalidURL, ValueError)):
                await client.get(url)
    assert sockets == []


@pytest.mark.asyncio
async def test_a_name_that_leads_inside_is_refused(sockets: list[Any]) -> None:
    for answers in (
        ["127.0.0.1"],
        ["8.8.8.8", "10.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a9fe:a9fe"],
        ["fe80::1%2"],
    ):
        resolver = Answers(Policy(), answers)
        async with httpx.AsyncClient(transport=net.Transport(Policy(), resolver)) as client:
            with pytest.raises(AddressNotAllowed):
                await client.get("http://rebind.example/")
        assert resolver.opened == []
    assert sockets == []


@pytest.mark.asyncio
async def test_rebinding_never_reaches_the_second_answer(sockets: list[Any]) -> None:
    dialled: list[str] = []
    for _ in range(1000):
        resolver = Answers(Policy(), ["93.184.216.34"], ["127.0.0.1"])
        async with httpx.AsyncClient(transport=net.Transport(Policy(), resolver)) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get("http://rebind.example/")
            with pytest.raises(AddressNotAllowed):
                await client.get("http://rebind.example/")
        dialled += resolver.opened
        assert resolver.lookups == 2
    assert set(dialled) == {"93.184.216.34"} and len(dialled) == 1000
    assert sockets == []


@pytest.mark.asyncio
async def test_a_listed_name_may_lead_inside_at_its_port_only(upstream: int, sockets: list[Any]) -> None:
    policy = Policy.of([f"models.lan:{upstream}"])

    class Local(Resolver):
        async def lookup(self, host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

    async with net.build(policy, Local(policy)) as client:
        assert (await client.get(f"http://models.lan:{upstream}/")).status_code == 200
        for url in (f"http://other.lan:{upstream}/", "http://models.lan:1/", f"http://127.0.0.1:{upstream}/"):
            with pytest.raises(AddressNotAllowed):
                await client.get(url)
    assert sockets == [("127.0.0.1", upstream)]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1"])
def test_the_last_gate_refuses_what_slipped_through(address: str) -> None:
    with pytest.raises(AddressNotAllowed):
        Resolver(Policy()).open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)))


@pytest.mark.asyncio
async def test_failures_have_names(upstream: int) -> None:
    policy = Policy.of(["127.0.0.1:1"])
    async with net.build(policy) as client:
        with pytest.raises(net.NameNotResolved):
            await client.get("http://no-such-host.invalid/")
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:1/")


@pytest.mark.asyncio
async def test_one_client_per_loop_and_list(settings: Any, upstream: int) -> None:
    settings.ALLOW_MODEL_REQUESTS = True
    first = net.client(allowed_private=["a:1"])
    assert net.client(allowed_private=["A.:1", "nonsense"]) is first
    assert net.client(allowed_private=["a:2"]) is not first
    await net.close_clients()
    assert first.is_closed
    assert net.client(allowed_private=["a:1"]) is not first
    await net.close_clients()


@pytest.mark.asyncio
async def test_the_switch_keeps_calls_on_the_machine(settings: Any, upstream: int, sockets: list[Any]) -> None:
    settings.ALLOW_MODEL_REQUESTS = False
    client = net.client(allowed_private=[f"127.0.0.1:{upstream}"])
    assert (await client.get(f"http://127.0.0.1:{upstream}/")).status_code == 200
    for url in ("https://api.openai.com/v1", "http://8.8.8.8/"):
        with pytest.raises(AddressNotAllowed, match="AIHELPER_ALLOW_MODEL_REQUESTS"):
            await client.get(url)
    await net.close_clients()
    assert sockets == [("127.0.0.1", upstream)]
