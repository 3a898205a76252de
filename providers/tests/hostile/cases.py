"""The hostile cases. Each has a name, a script, and how a stream of it has to end: "finish" or an error's code.

A flat list, longer than files here are: it is read from top to bottom against the failures that are known, and a
case stands in one place with its script and its ending.
"""

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from providers.tests.hostile.server import HostileServer, Peer, Script

KEY = "sk-canary-7f3a91c2"  # what a case tries to bring into an error's text


@dataclass(frozen=True)
class Case:
    """`text` and `reasoning`: what has to have been streamed (None: not looked at)."""

    name: str
    script: Script
    expect: str
    text: str | None = None
    reasoning: str | None = None
    url: Callable[[HostileServer], str] | None = field(default=None)

    def base_url(self, server: HostileServer) -> str:
        return self.url(server) if self.url else server.url(self.name)


CASES: dict[str, Case] = {}


def case(
    expect: str,
    text: str | None = None,
    reasoning: str | None = None,
    url: Callable[[HostileServer], str] | None = None,
) -> Callable[[Script], Script]:
    def register(script: Script) -> Script:
        name = getattr(script, "__name__", "")
        CASES[name] = Case(name, script, expect, text, reasoning, url)
        return script

    return register


def event(value: Any) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


def chunk(content: Any = None, finish: str | None = None, **delta: Any) -> bytes:
    if content is not None:
        delta["content"] = content
    return event({"id": "x", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


DONE = event(b"[DONE]")
STOP = chunk(finish="stop")
HELLO = chunk("Hel") + chunk("lo")
# Made beforehand: the time it takes would count as the upstream's silence.
BOMB = gzip.compress(b"data: " + b"a" * 20_000_000, compresslevel=1)


def usage(**counts: Any) -> bytes:
    return event({"choices": [], "usage": counts})


# --- Statuses ---------------------------------------------------------------------------------------
def _error(message: str, **more: Any) -> bytes:
    return json.dumps({"error": {"message": f"{message} (key {KEY})", **more}}).encode()


def _status(name: str, expect: str, status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
    async def script(peer: Peer) -> None:
        await peer.status(status, body, headers)

    CASES[name] = Case(name, script, expect, text="")


_status("status_400", "bad_response", 400, _error("bad request"))
_status("status_400_context", "context_too_long", 400, _error("x", code="context_length_exceeded"))
_status("status_400_llama_context", "context_too_long", 400, _error("the request exceeds the available context size"))
_status("status_400_content_filter", "content_refused", 400, _error("x", code="content_filter"))
_status("status_400_list", "authentication_failed", 400, b"[" + _error("API key not valid: invalid api key") + b"]")
_status("status_401", "authentication_failed", 401, _error("Incorrect API key provided"))
_status("status_402", "rate_limited", 402, _error("Insufficient Balance"))
_status("status_403", "authentication_failed", 403, _error("no"))
_status("status_404", "upstream_model_not_found", 404, b"<html>Not Found</html>")
_status("status_404_model", "upstream_model_not_found", 404, _error("The model `m` does not exist"))
_status("status_405", "bad_response", 405)
_status("status_408", "upstream_timeout", 408)
_status("status_413", "context_too_long", 413)
_status("status_422", "bad_response", 422, b'{"detail":[{"loc":["body","x"],"msg":"extra"}]}')
_status("status_429", "rate_limited", 429, _error("slow down"))
_status("status_429_seconds", "rate_limited", 429, headers={"Retry-After": "7"})
_status("status_429_date", "rate_limited", 429, headers={"Retry-After": formatdate(4102444800, usegmt=True)})
_status("status_429_nonsense", "rate_limited", 429, headers={"Retry-After": "soon \x7f"})
_status("status_429_no_credit", "rate_limited", 429, _error("x", code="insufficient_quota"))
_status("status_500", "upstream_unavailable", 500, b"Traceback: " + KEY.encode())
_status("status_502", "upstream_unavailable", 502, b"<html>Bad Gateway</html>")
_status("status_503", "upstream_unavailable", 503, headers={"Retry-After": "3"})
_status("status_504", "upstream_timeout", 504)
_status("status_529", "upstream_unavailable", 529, _error("Overloaded", type="overloaded_error"))
_status("status_302", "bad_response", 302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
_status("status_308_refresh", "bad_response", 308, headers={"Location": "/elsewhere", "Refresh": "0;url=/x"})
_status("status_204", "bad_response", 204)
_status("status_999", "upstream_unavailable", 999)
_status("error_body_deep", "bad_response", 400, b'{"error":' * 5000)


@case("bad_response")
async def error_body_endless(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n")
    while True:
        await peer.send(b"x" * 65536)


# --- The connection ---------------------------------------------------------------------------------
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


# --- HTTP -------------------------------------------------------------------------------------------
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
        await peer.status(400, _error("Unrecognized request argument supplied: stream_options"))
    else:
        await peer.answer(HELLO, STOP, DONE)


# --- Framing ----------------------------------------------------------------------------------------
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


# --- Text -------------------------------------------------------------------------------------------
@case("finish", text="a\N{REPLACEMENT CHARACTER}b")
async def invalid_utf8(peer: Peer) -> None:
    await peer.answer(b'data: {"choices":[{"delta":{"content":"a\xffb"}}]}\n\n', STOP, DONE)


@case("finish", text="你好😀")
async def utf8_split_over_packets(peer: Peer) -> None:
    data = event('{"choices":[{"delta":{"content":"你好😀"}}]}'.encode())
    await peer.chunked(*(data[index : index + 1] for index in range(len(data))), STOP, DONE)


@case("finish", text="a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}")
async def lone_surrogates(peer: Peer) -> None:
    await peer.answer(chunk("a\ud83db"), chunk("\udc00"), STOP, DONE)


@case("finish", text="😀!")
async def surrogate_pair_over_two_deltas(peer: Peer) -> None:
    await peer.chunked(chunk("\ud83d"), chunk("\ude00!"), STOP, DONE)


@case("finish", text="ab")
async def nul(peer: Peer) -> None:
    await peer.answer(chunk("a\0"), b'data: {"choices":[{"delta":{"content":"\x00b"}}]}\n\n', STOP, DONE)


# --- JSON -------------------------------------------------------------------------------------------
@case("bad_response", text="")
async def web_page(peer: Peer) -> None:
    await peer.status(200, b"<!doctype html><title>Login</title>", {"Content-Type": "text/html"})


@case("finish", text="Hello", reasoning="hm")
async def json_instead_of_stream(peer: Peer) -> None:
    message = {"role": "assistant", "content": "Hello", "reasoning_content": "hm"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = json.dumps({"choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}, indent=2)
    await peer.status(200, body.encode(), {"Content-Type": "application/json"})


@case("rate_limited", text="")
async def json_error_with_200(peer: Peer) -> None:
    await peer.status(200, _error("Rate limit reached", code="rate_limit_exceeded"))


@case("context_too_long", text="Hello")
async def error_in_the_stream(peer: Peer) -> None:
    await peer.answer(HELLO, b"data: ", _error("maximum context length is 8192", code=400), b"\n\n")


@case("upstream_unavailable", text="Hello")
async def error_without_words(peer: Peer) -> None:
    await peer.answer(HELLO, event({"error": {"code": 502, "message": KEY}}), DONE)


@case("upstream_unavailable", text="")
async def error_object_of_vllm(peer: Peer) -> None:
    await peer.answer(event({"object": "error", "message": "Internal server error", "code": 500}), DONE)


@case("upstream_unavailable", text="Hello")
async def error_line_of_llama(peer: Peer) -> None:
    await peer.answer(HELLO, b'error: {"error":{"code":500,"message":"slot gone"}}\n\n')


@case("upstream_unavailable", text="Hello")
async def finish_reason_error(peer: Peer) -> None:
    await peer.answer(HELLO, chunk(finish="error"), DONE)


@case("bad_response", text="Hello")
async def not_json(peer: Peer) -> None:
    await peer.answer(HELLO, event(b"I am not JSON"), STOP, DONE)


@case("bad_response")
async def deep_json(peer: Peer) -> None:
    await peer.answer(event(b'{"a":' * 100_000 + b"1" + b"}" * 100_000))


@case("finish", text="Hello")
async def empty_choices(peer: Peer) -> None:
    await peer.answer(event({"choices": []}), event({"choices": None}), event({}), HELLO, STOP, DONE)


@case("finish", text="Hello")
async def null_everywhere(peer: Peer) -> None:
    nulls = {"choices": [{"delta": None, "finish_reason": None}, {"delta": {"content": None}}], "usage": None}
    await peer.answer(event(nulls), HELLO, STOP, DONE)


@case("finish", text="Hello")
async def wrong_types(peer: Peer) -> None:
    wrong = {"choices": [{"delta": {"content": 5, "reasoning": {}}, "finish_reason": 7, "index": "x"}, 3], "usage": []}
    await peer.answer(event(wrong), event({"choices": "no"}), HELLO, STOP, DONE)


@case("finish", text="Hello")
async def tool_calls(peer: Peer) -> None:
    call = {"index": 0, "function": {"name": "f", "arguments": "{"}}
    await peer.answer(HELLO, chunk(tool_calls=[call]), chunk(finish="tool_calls"), DONE)


@case("finish", text="Hello", reasoning="hm")
async def content_as_parts(peer: Peer) -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    await peer.answer(chunk([thought]), chunk([{"type": "text", "text": "Hel"}, "lo", 3, None]), STOP, DONE)


@case("finish", text="Hello", reasoning="one two")
async def reasoning_fields(peer: Peer) -> None:
    both = chunk(reasoning_content="one ", reasoning="one ")
    await peer.answer(both, chunk(reasoning="two"), HELLO, STOP, DONE)


@case("finish", text="Hello", reasoning="one two")
async def think_tags_split(peer: Peer) -> None:
    letters = [chunk(letter) for letter in "\n<think>one two</think>\n\nHello"]
    await peer.chunked(*letters, STOP, DONE)


@case("finish", text="", reasoning="one two")
async def think_never_closed(peer: Peer) -> None:
    await peer.answer(chunk("<think>one two"), STOP, DONE)


@case("finish", text="Hello")
async def usage_only_chunks(peer: Peer) -> None:
    counts = usage(prompt_tokens=1, completion_tokens=2)
    await peer.answer(counts, HELLO, STOP, counts, counts, DONE)


@case("finish", text="Hello")
async def mad_usage(peer: Peer) -> None:
    mad = b'{"choices":[],"usage":{"prompt_tokens":-5,"completion_tokens":1e400,"prompt_tokens_details":3}}'
    await peer.answer(HELLO, STOP, event(mad), usage(prompt_tokens=10**40, completion_tokens="7"), DONE)


@case("finish", text="Hello")
async def no_done(peer: Peer) -> None:
    await peer.answer(HELLO, STOP)


@case("finish", text="Hello")
async def done_only(peer: Peer) -> None:
    await peer.answer(HELLO, DONE)


@case("finish", text="Hello")
async def two_dones(peer: Peer) -> None:
    await peer.answer(HELLO, STOP, DONE, DONE, chunk("late"))


@case("finish", text="Hello")
async def two_finish_reasons(peer: Peer) -> None:
    await peer.answer(HELLO, STOP, chunk(finish="length"), DONE)


@case("finish", text="Hello")
async def second_choice(peer: Peer) -> None:
    other = event({"choices": [{"index": 1, "delta": {"content": "NO"}}]})
    await peer.answer(chunk("Hel"), other, chunk("lo"), STOP, DONE)


@case("finish", text="Hello")
async def whole_message_repeated(peer: Peer) -> None:
    last = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    await peer.answer(HELLO, event(last), DONE)


@case("bad_response", text="")
async def nothing_but_done(peer: Peer) -> None:
    await peer.answer(DONE)


@case("bad_response", text="")
async def empty_body(peer: Peer) -> None:
    await peer.answer()


@case("finish", text="Hello")
async def reset_after_finish(peer: Peer) -> None:
    await peer.chunked(HELLO, STOP)
    await asyncio.sleep(0.05)
    peer.reset()
