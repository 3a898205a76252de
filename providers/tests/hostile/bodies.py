"""Hostile cases: what stands in the events."""

import asyncio
import json

from providers.tests.hostile.case import DONE, HELLO, KEY, STOP, case, chunk, error, event, usage
from providers.tests.hostile.server import Peer


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
    await peer.status(200, error("Rate limit reached", code="rate_limit_exceeded"))


@case("context_too_long", text="Hello")
async def error_in_the_stream(peer: Peer) -> None:
    await peer.answer(HELLO, b"data: ", error("maximum context length is 8192", code=400), b"\n\n")


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
