"""Hostile cases: connections that do not come about, break off, or stay open and silent."""

import asyncio

from providers.tests.hostile.case import CASES, DONE, HELLO, STOP, Case, case, chunk
from providers.tests.hostile.server import Peer


async def _unused(peer: Peer) -> None:
    raise AssertionError("nothing may arrive here")


CASES["refused"] = Case("refused", _unused, "upstream_unavailable", url=lambda server: "http://127.0.0.1:9/v1")
CASES["no_dns"] = Case("no_dns", _unused, "upstream_unavailable", url=lambda server: "http://no-such-host.invalid/v1")
CASES["private_address"] = Case("private_address", _unused, "address_refused", url=lambda server: "http://10.9.8.7/v1")
CASES["metadata_address"] = Case(
    "metadata_address", _unused, "address_refused", url=lambda server: "http://169.254.169.254/v1"
)
CASES["not_tls"] = Case(
    "not_tls", _unused, "upstream_unavailable", url=lambda server: f"https://127.0.0.1:{server.tls_port}/v1"
)


@case("upstream_unavailable")
async def closed_at_once(peer: Peer) -> None:
    peer.writer.close()


@case("upstream_unavailable")
async def reset_at_once(peer: Peer) -> None:
    peer.reset()


@case("upstream_unavailable", text="Hello")
async def reset_between_chunks(peer: Peer) -> None:
    await peer.chunked(HELLO)
    await asyncio.sleep(0.05)
    peer.reset()


@case("upstream_unavailable", text="Hello")
async def reset_inside_a_chunk(peer: Peer) -> None:
    await peer.chunked(HELLO)
    await peer.send(b"ff\r\ndata: {")
    await asyncio.sleep(0.05)
    peer.reset()


@case("upstream_unavailable", text="Hello")
async def end_without_done(peer: Peer) -> None:
    await peer.answer(HELLO)


@case("upstream_unavailable", text="Hello")
async def end_inside_an_event(peer: Peer) -> None:
    await peer.answer(HELLO, b'data: {"choices":[{"delta":{"cont')


@case("upstream_unavailable", text="Hello")
async def end_inside_the_chunking(peer: Peer) -> None:
    await peer.chunked(HELLO)


@case("upstream_unavailable", text="Hello")
async def short_content_length(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", HELLO)


@case("upstream_timeout", text="Hello")
async def half_closed(peer: Peer) -> None:
    await peer.chunked(HELLO)
    await peer.hold()


@case("upstream_timeout", text="")
async def no_bytes(peer: Peer) -> None:
    await peer.hold()


@case("upstream_timeout", text="")
async def head_only(peer: Peer) -> None:
    await peer.answer()
    await peer.hold()


@case("upstream_timeout", text="")
async def head_drips(peer: Peer) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000:
        await peer.send(bytes([letter]))
        await asyncio.sleep(0.05)


@case("upstream_timeout")
async def body_drips(peer: Peer) -> None:
    await peer.answer(HELLO, b"data: ")
    while True:
        await peer.send(b" ")
        await asyncio.sleep(0.05)


@case("upstream_timeout")
async def comments_for_ever(peer: Peer) -> None:
    await peer.answer(HELLO)
    while True:
        await peer.send(b": keep-alive\n\n")
        await asyncio.sleep(0.05)


@case("upstream_timeout")
async def empty_chunks_for_ever(peer: Peer) -> None:
    await peer.answer(HELLO)
    while True:
        await peer.send(chunk(""))
        await asyncio.sleep(0.05)


@case("upstream_timeout")
async def slow_tokens_for_ever(peer: Peer) -> None:
    await peer.answer()
    while True:
        await peer.send(chunk("a"))
        await asyncio.sleep(0.1)


@case("finish", text="Hello")
async def finished_but_open(peer: Peer) -> None:
    await peer.chunked(HELLO, STOP, DONE)
    await peer.hold()
