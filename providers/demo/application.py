"""The ASGI application: POST .../chat/completions (a stream or not), GET .../models, behind a token of our own.

Not a Django view: a streaming view would hold a thread for each open answer. Nothing here reads the database.
"""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from aihelper.lib.tasks import cancel, spawn
from providers.demo.answer import MODELS, Answer, answer, pieces

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY_BYTES = 1024 * 1024


class Refused(Exception):
    """An answer in the shape of an OpenAI error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def token() -> str:
    """The bearer token of this installation's demo endpoint. Only this server knows it; it changes with SECRET_KEY."""
    return hmac.new(settings.SECRET_KEY.encode(), b"demo-provider", hashlib.sha256).hexdigest()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The demo endpoint as a bare ASGI application (HTTP only)."""
    try:
        _check_token(scope)
        match scope["method"], scope["path"].rstrip("/").rpartition("/demo/v1")[2]:
            case "GET", "/models":
                models = [{"id": name, "object": "model", "owned_by": "aihelper"} for name in MODELS]
                await _send_json(send, 200, {"object": "list", "data": models})
            case "POST", "/chat/completions":
                await _complete(_question(await _body(scope, receive)), receive, send)
            case _:
                raise Refused(404, "not_found", "There is no such route in the demo.")
    except Refused as error:
        await _send_json(send, error.status, {"error": {"message": str(error), "code": error.code}})


def _check_token(scope: Scope) -> None:
    given = dict(scope["headers"]).get(b"authorization", b"")
    if not hmac.compare_digest(given, b"Bearer " + token().encode()):
        raise Refused(401, "invalid_api_key", "This endpoint is for the application itself.")


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The request's body. Raises Refused past the cap, told or real."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    body = bytearray()
    more = True
    while more:
        if len(body) > MAX_BODY_BYTES or not told.isdigit() or int(told) > MAX_BODY_BYTES:
            raise Refused(413, "too_large", "The request is too large.")
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)


def _question(body: bytes) -> dict[str, Any]:
    try:
        question = json.loads(body)
        for message in question["messages"]:
            if not isinstance(message["role"], str) or not isinstance(message["content"], str):
                raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused(400, "invalid_request", "The body is a JSON object with model and messages.") from None
    if not question["messages"] or question.get("model") not in MODELS:
        raise Refused(404, "model_not_found", "The demo has no such model.")
    return dict(question)


async def _complete(question: dict[str, Any], receive: Receive, send: Send) -> None:
    reply = answer(question["messages"], thinking=question["model"] == "demo-thinking")
    limit = question.get("max_tokens")
    if isinstance(limit, int) and limit > 0:
        reply = reply.cut(limit)
    if question.get("stream"):
        await _stream(question, reply, receive, send)
        return
    message = {"role": "assistant", "content": reply.text, "reasoning_content": reply.reasoning or None}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    await _send_json(send, 200, _object("chat.completion", question, [choice]) | {"usage": reply.usage})


async def _stream(question: dict[str, Any], reply: Answer, receive: Receive, send: Send) -> None:
    """Send the answer at the pace of a model, until it ends or the reader has gone."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    base = _object("chat.completion.chunk", question, [])
    pause = 1 / settings.DEMO_TOKENS_PER_SECOND
    gone = spawn(_disconnected(receive), name="demo-disconnect")

    async def chunk(choices: list[dict[str, Any]], more: dict[str, Any] | None = None) -> None:
        data = json.dumps(base | {"choices": choices} | (more or {}), ensure_ascii=False)
        await send({"type": "http.response.body", "body": f"data: {data}\n\n".encode(), "more_body": True})

    try:
        for name, text in (("reasoning_content", reply.reasoning), ("content", reply.text)):
            for piece in pieces(text):
                await chunk([{"index": 0, "delta": {name: piece}, "finish_reason": None}])
                await asyncio.wait({gone}, timeout=pause)
                if gone.done():
                    return
        await chunk([{"index": 0, "delta": {}, "finish_reason": reply.finish_reason}])
        await chunk([], {"usage": reply.usage})
        await send({"type": "http.response.body", "body": b"data: [DONE]\n\n", "more_body": False})
    finally:
        await cancel(gone)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _object(kind: str, question: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    identity = f"demo-{uuid.uuid4().hex}"
    return {"id": identity, "object": kind, "created": int(time.time()), "model": question["model"], "choices": choices}


async def _send_json(send: Send, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
