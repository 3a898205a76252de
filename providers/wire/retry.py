"""Retry and failover, both before the first token only: nobody ever sees a piece of text twice."""

import asyncio
import random as random_module
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from providers.errors import ContentRefused, ProviderError
from providers.events import ChatRequest, Event, Served

if TYPE_CHECKING:
    from providers.dialects import Dialect

MAX_WAIT = 30.0
FIRST_WAIT = 0.5
# A provider that took so long to fail is not asked again; the next one is.
SLOW_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One provider that can serve the model: a name for people, the opened dialect, the model's name there."""

    label: str
    dialect: "Dialect"
    model: str


async def stream_with_retry(
    candidates: Sequence[Candidate],
    request_for: Callable[[Candidate], ChatRequest],
    *,
    tries: int = 3,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    random: Callable[[], float] = random_module.random,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Event | Served, None]:
    """Stream from the first candidate that answers; `Served` comes before its first event.

    Each candidate gets `tries` tries for retryable errors, with growing waits, jitter and its Retry-After; one that
    asks for more than 30 s, or took 45 s to fail, is passed over. Raises the ProviderError that says most.
    """
    failures: list[ProviderError] = []
    for candidate in candidates:
        for attempt in range(1, tries + 1):
            began = clock()
            served = False
            try:
                source = cast("AsyncGenerator[Event, None]", candidate.dialect.stream(request_for(candidate)))
                async with aclosing(source) as events:
                    async for event in events:
                        if not served:
                            served = True
                            yield Served(candidate.label)
                        yield event
                return
            except ProviderError as error:
                if served or isinstance(error, ContentRefused):
                    raise
                failures.append(error)
            if attempt == tries or clock() - began > SLOW_SECONDS:
                break
            wait = _wait(failures[-1], attempt, random)
            if wait is None:
                break
            await sleep(wait)
    raise _most_telling(failures)


def _wait(error: ProviderError, attempt: int, random: Callable[[], float]) -> float | None:
    """Seconds until the next try at the same provider, None for no such try."""
    if not error.retryable:
        return None
    backoff: float = FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random())
    if error.retry_after is None:
        return backoff
    # Never sooner than asked; the jitter spreads those who were all told the same second.
    return error.retry_after + FIRST_WAIT * random() if error.retry_after <= MAX_WAIT else None


def _most_telling(failures: list[ProviderError]) -> ProviderError:
    """What is worth trying again comes before what is not; among equals the first, the preferred provider's."""
    if not failures:
        raise ValueError("no candidates")
    return next((error for error in failures if error.retryable), failures[0])
