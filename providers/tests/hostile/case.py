"""A hostile case: a name, a script, and how a stream of it has to end, "finish" or an error's code."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from providers.tests.hostile.server import HostileServer, Script

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


def error(message: str, **more: Any) -> bytes:
    """What a provider says that refuses, with the key in it."""
    return json.dumps({"error": {"message": f"{message} (key {KEY})", **more}}).encode()
