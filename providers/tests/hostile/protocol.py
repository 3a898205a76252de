"""Hostile cases: broken HTTP, and event streams that are framed oddly or never end."""

from providers.tests.hostile.case import BOMB, DONE, HELLO, STOP, case, chunk, error
from providers.tests.hostile.server import Peer


@case("bad_response")
async def not_http(peer: Peer) -> None:
    await peer.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


@case("bad_response")
async def huge_header(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 1_000_000, b"\r\n\r\n")


@case("bad_response")
async def many_headers(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\n", b"".join(b"X-%d: a\r\n" % n for n in range(100_000)), b"\r\n")


@case("bad_response")
async def bad_chunk_size(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n", HELLO)


@case("bad_response")
async def gzip_bomb(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n", BOMB)


@case("bad_response")
async def brotli_claimed(peer: Peer) -> None:
    await peer.status(200, b"whatever", {"Content-Encoding": "br"})


@case("finish", text="Hello")
async def cookies_set(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nConnection: close\r\n\r\n", HELLO, STOP, DONE)


@case("finish", text="Hello")
async def stream_options_refused(peer: Peer) -> None:
    if b"stream_options" in peer.body:
        await peer.status(400, error("Unrecognized request argument supplied: stream_options"))
    else:
        await peer.answer(HELLO, STOP, DONE)


@case("finish", text="Hello")
async def crlf(peer: Peer) -> None:
    await peer.answer((HELLO + STOP + DONE).replace(b"\n", b"\r\n"))


@case("finish", text="Hello")
async def lone_cr(peer: Peer) -> None:
    await peer.answer((HELLO + STOP + DONE).replace(b"\n", b"\r"))


@case("finish", text="Hello")
async def mixed_line_ends(peer: Peer) -> None:
    await peer.answer(chunk("Hel")[:-2], b"\r\n\n", chunk("lo")[:-2], b"\n\r\r\n", STOP, DONE)


@case("finish", text="Hello")
async def byte_by_byte(peer: Peer) -> None:
    await peer.chunked(*(bytes([byte]) for byte in HELLO + STOP + DONE))


@case("finish", text="Hello")
async def byte_order_mark(peer: Peer) -> None:
    await peer.answer(b"\xef\xbb", b"\xbf", HELLO, STOP, DONE)


@case("finish", text="Hello")
async def no_space_after_data(peer: Peer) -> None:
    await peer.answer((HELLO + STOP + DONE).replace(b"data: ", b"data:"))


@case("finish", text="Hello")
async def comments_and_fields(peer: Peer) -> None:
    head = b": OPENROUTER PROCESSING\n\nretry: 1\nid: 7\nevent: message\n"
    await peer.answer(head, HELLO, b":\n\n\n\n", STOP, b"junk\n\n", DONE)


@case("finish", text="Hello")
async def data_on_two_lines(peer: Peer) -> None:
    await peer.answer(b'data: {"choices":[{"delta":\ndata: {"content":"Hello"}}]}\n\n', STOP, DONE)


@case("bad_response")
async def endless_line(peer: Peer) -> None:
    await peer.answer(b"data: ")
    for _ in range(200):
        await peer.send(b"a" * 1_000_000)


@case("bad_response")
async def endless_event(peer: Peer) -> None:
    await peer.answer()
    for _ in range(2_000_000):
        await peer.send(b"data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 1000)


@case("bad_response")
async def endless_answer(peer: Peer) -> None:
    await peer.answer()
    piece = chunk("a" * 10_000) * 10
    for _ in range(10_000):
        await peer.send(piece)


@case("upstream_timeout")
async def endless_comments(peer: Peer) -> None:
    await peer.answer(HELLO)
    flood = b": x\n\n" * 20_000
    while True:
        await peer.send(flood)


@case("finish")
async def flood_of_events(peer: Peer) -> None:
    await peer.answer()
    piece = chunk("a") * 1000
    for _ in range(50):
        await peer.send(piece)
    await peer.send(STOP, DONE)
