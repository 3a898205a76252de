"""Providers that play a script on a clock of their own (aihelper.lib.testing.clock)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from providers.errors import ProviderError
from providers.events import ChatMessage, ChatRequest, Event, RemoteModel, Served, Tried
from providers.wire.breaker import Breaker, CoolDown, Pace
from providers.wire.gate import Gate
from providers.wire.retry import Candidate, stream_with_retry

REQUEST = ChatRequest("m", (ChatMessage("user", "Hi"),))
# An event, a failure, or seconds of silence.
Step = Event | ProviderError | float


def now() -> float:
    return asyncio.get_running_loop().time()


class Scripted:
    """A dialect that plays one list per call."""

    def __init__(self, *calls: Sequence[Step]) -> None:
        self.calls = list(calls)
        self.asked: list[ChatRequest] = []
        self.asked_at: list[float] = []
        self.closed_at: list[float] = []

    async def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
        self.asked.append(request)
        self.asked_at.append(now())
        try:
            for step in self.calls.pop(0):
                if isinstance(step, ProviderError):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield step
        finally:
            self.closed_at.append(now())

    async def models(self) -> list[RemoteModel]:
        return []

    @property
    def is_quiet(self) -> bool:
        """Whether every question has been taken back or answered to its end."""
        return len(self.closed_at) == len(self.asked)


@dataclass
class Heard:
    """What came out of a race, and the time at which each thing did."""

    events: list[Event] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    error: ProviderError | None = None

    @property
    def codes(self) -> list[tuple[str, str]]:
        return [(each.label, each.code) for each in self.tried]

    @property
    def by(self) -> str:
        return self.served[0].label if self.served else ""


def gate(breaker: Breaker | None = None, key: CoolDown | None = None, pace: Pace | None = None) -> Gate:
    """A gate on the loop's clock."""
    return Gate(breaker or Breaker(now), key or CoolDown(now), pace)


def candidates(*dialects: Scripted) -> list[Candidate]:
    """Each dialect as a provider p0, p1, ..."""
    return [Candidate(f"p{number}", dialect, f"m{number}", gate=gate()) for number, dialect in enumerate(dialects)]


async def hear(entrants: Sequence[Candidate]) -> Heard:
    """Race them, and take down what comes; what the race raises is in `error`."""
    heard = Heard()
    stream = stream_with_retry(
        entrants,
        lambda candidate: ChatRequest(candidate.model, REQUEST.messages),
        random=lambda: 0.5,
    )
    try:
        async with aclosing(stream) as events:
            async for event in events:
                match event:
                    case Tried():
                        heard.tried.append(event)
                    case Served():
                        heard.served.append(event)
                    case _:
                        heard.events.append(event)
                        heard.times.append(now())
    except ProviderError as error:
        heard.error = error
    return heard
