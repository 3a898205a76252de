"""Resuming: from any character, any number of times, by either transport, an answer arrives byte for byte as stored."""

import asyncio
import random
from typing import Any

import pytest

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Headers, Socket, bearer
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
from chat.models import Message
from chat.services.answers import Started
from chat.tests.conftest import Ask
from chat.tests.upstream import Call, Upstream

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(240)]

SEED = 20260301
LIVE_RESUMES = 500
FINISHED_RESUMES = 500
TOGETHER = 10
# Emoji of several code points, flags, combining marks, right to left, Chinese inside and outside the first plane.
ALPHABET = [
    "a",
    "é",
    "e\u0301",
    "你好",
    "𠮷",
    "👩‍👩‍👧‍👦",
    "🇨🇳",
    "👍🏽",
    "שלום",
    "\n\n",
    "`x`",
    "\u2028",
    "\ufeff",
    "&<>\"'\\",
    "ﷺ",
]

Log = list[tuple[str, str]]
KINDS = {"content": "delta", "reasoning": "reasoning", "reasoning_content": "reasoning"}


def script(chance: random.Random, pieces: int = 60) -> Log:
    """What the model says: reasoning, then content, once more reasoning, then content."""
    kinds = ["reasoning_content"] * 15 + ["content"] * 20 + ["reasoning"] * 5 + ["content"] * (pieces - 40)
    return [(kind, "".join(chance.choices(ALPHABET, k=chance.randrange(1, 30)))) for kind in kinds]


def characters(said: Log) -> Log:
    """One entry for each character of the log: the kind of event it has to come in, and the character."""
    return [(KINDS[kind], character) for kind, text in said for character in text]


class Resume:
    """One connection that resumes at `offset` and reads until `until`, or to the end of the answer."""

    def __init__(self, headers: Headers, generation_id: str, offset: int, until: int | None = None) -> None:
        self.headers, self.generation_id = headers, generation_id
        self.offset, self.until = offset, until
        self.read: Log = []
        self.done: dict[str, Any] | None = None

    @property
    def position(self) -> int:
        return self.offset + len(self.read)

    async def by_stream(self) -> "Resume":
        path = f"/api/chat/generations/{self.generation_id}/events?offset={self.offset}"
        async with Exchange("GET", path, self.headers) as stream:
            while (event := await stream.event()) and self.take(event):
                assert event["id"] == event["offset"]
        return self

    async def by_socket(self) -> "Resume":
        async with Socket(headers=self.headers) as socket:
            socket.say({"type": "attach", "generation_id": self.generation_id, "offset": self.offset})
            while (event := await socket.hear("start", "delta", "reasoning", "error", "done")) and self.take(event):
                assert event["generation_id"] == self.generation_id
        return self

    def take(self, event: dict[str, Any]) -> bool:
        """Note an event; False when this connection has seen enough."""
        if event["type"] == "done":
            self.done = event
            return False
        if event["type"] in {"delta", "reasoning"}:
            self.read += [(event["type"], character) for character in event["content"]]
            assert event["offset"] == self.position
        return self.until is None or self.position < self.until

    async def run(self, number: int) -> "Resume":
        return await (self.by_socket() if number % 2 else self.by_stream())


def assert_identical(resume: Resume, log: Log) -> None:
    expected = log[resume.offset : resume.position]
    assert [character.encode() for _kind, character in resume.read] == [
        character.encode() for _kind, character in expected
    ]
    assert [kind for kind, _character in resume.read] == [kind for kind, _character in expected]


async def stored(started: Started) -> Message:
    return await run_db(Message.objects.get, pk=started.message_id)


def say(call: Call, piece: tuple[str, str]) -> int:
    call.say(piece[1], kind=piece[0])
    return len(piece[1])


async def test_a_thousand_resumes_are_byte_identical(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    chance = random.Random(SEED)
    said = script(chance)
    log = characters(said)
    started = await ask()
    call = await upstream.call()
    headers = await bearer(alice)
    length = 0
    for number in range(LIVE_RESUMES // TOGETHER):
        for piece in said[number : number + 1 if number < LIVE_RESUMES // TOGETHER - 1 else None]:
            length += say(call, piece)
        live = [Resume(headers, started.generation_id, chance.randrange(length), length) for _ in range(TOGETHER)]
        for resume in await asyncio.gather(*(resume.run(index) for index, resume in enumerate(live))):
            assert resume.position == length
            assert_identical(resume, log)
    call.finish()
    await engine.drain(10)
    assert length == len(log)
    for number in range(FINISHED_RESUMES // TOGETHER):
        # The end itself is an offset too: then only `done` comes.
        over = [Resume(headers, started.generation_id, chance.randrange(length + 1)) for _ in range(TOGETHER)]
        for resume in await asyncio.gather(*(resume.run(index + number) for index, resume in enumerate(over))):
            assert resume.position == length
            assert resume.done is not None and resume.done["offset"] == length
            assert_identical(resume, log)
    message = await stored(started)
    assert message.content.encode() == "".join(text for kind, text in log if kind == "delta").encode()
    assert message.reasoning.encode() == "".join(text for kind, text in log if kind == "reasoning").encode()
    assert len(upstream.calls) == 1


async def test_resumes_in_another_process_are_byte_identical(
    ask: Ask, engine: Supervisor, other_process: Supervisor, upstream: Upstream, alice: User
) -> None:
    chance = random.Random(SEED + 1)
    said = script(chance)
    log = characters(said)
    started = await ask()
    call = await upstream.call()
    headers = await bearer(alice)
    supervisors.use(other_process)
    length = 0
    for number in range(12):
        length += sum(say(call, piece) for piece in said[number * 5 : number * 5 + 5])
        live = [Resume(headers, started.generation_id, chance.randrange(length), length) for _ in range(TOGETHER)]
        for resume in await asyncio.gather(*(resume.run(index) for index, resume in enumerate(live))):
            assert_identical(resume, log)
    call.finish()
    ends = [Resume(headers, started.generation_id, offset) for offset in (0, length // 2, length)]
    for resume in await asyncio.gather(*(resume.run(index) for index, resume in enumerate(ends))):
        assert resume.done is not None and resume.done["finish_reason"] == "stop"
        assert resume.position == length == len(log)
        assert_identical(resume, log)


async def test_a_storm_of_reconnects_loses_and_doubles_nothing(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    """Everybody's connection breaks at the same moment, again and again, and everybody is back at once."""
    chance = random.Random(SEED + 2)
    said = script(chance)
    log = characters(said)
    started = await ask()
    call = await upstream.call()
    headers = await bearer(alice)
    viewers: list[Log] = [[] for _ in range(50)]

    async def storm(until: int | None) -> None:
        async def back(number: int, seen: Log) -> None:
            resume = await Resume(headers, started.generation_id, len(seen), until).run(number)
            # A frame that was cut off on the way was not seen; the next resume asks for it again.
            kept = len(resume.read) if until is None else chance.randrange(len(resume.read) + 1)
            seen += resume.read[:kept]

        await asyncio.gather(*(back(number, seen) for number, seen in enumerate(viewers)))

    length = 0
    for number in range(6):
        length += sum(say(call, piece) for piece in said[number * 10 : number * 10 + 10])
        await storm(length)
    call.finish()
    await storm(None)
    assert all(seen == log for seen in viewers)
    assert len(upstream.calls) == 1
    left = [
        task.get_name() for task in asyncio.all_tasks() if task.get_name().split()[0] in {"tail", "stream", "socket"}
    ]
    assert not left
