"""Retry, failover and overtaking, all before the first token only: nobody ever sees a piece of text twice.

The candidates stand in order. One that fails makes room for the next at once; one that is silent for longer than it
mostly is gets company, and whichever begins first answers. Once a first token is there nothing more is asked, and all
other questions are taken back (docs/decisions/overtaking.md).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from random import Random

from aihelper.lib.tasks import spawn_child
from providers.errors import ContentRefused, ProviderError, RateLimited
from providers.events import ChatRequest, Event, Served, Tried
from providers.wire.flight import Candidate, Flight
from providers.wire.gate import COOLING_DOWN, NOT_NEEDED, OF_THE_KEY, OVERTAKEN

__all__ = ["Candidate", "stream_with_retry"]

MAX_WAIT = 30.0
FIRST_WAIT = 0.5
# Each candidate is asked so often at most, the second time only when all have been asked.
TRIES = 3
# A provider that took so long to fail is not asked again, and after so long in all nobody is.
SLOW_SECONDS = 45.0
GIVE_UP_SECONDS = 90.0
# So many are asked at the same time at most: each question may cost money.
MOST_AT_ONCE = 3
# Not the generator that all of Python shares, whose state belongs to nobody.
_dice = Random()  # noqa: S311 - jitter, not a secret


async def stream_with_retry(
    candidates: Sequence[Candidate],
    request_for: Callable[[Candidate], ChatRequest],
    *,
    overtake: bool = True,
    random: Callable[[], float] = _dice.random,
) -> AsyncGenerator[Event | Tried | Served, None]:
    """Stream the answer of the first candidate that begins to answer, after what was tried in vain and `Served`.

    `overtake` False: nobody waits, so that a silent candidate gets no company. Raises the ProviderError that says most
    when none answers.
    """
    if not candidates:
        raise ValueError("no candidates")
    race = Race(candidates, request_for, random, most_at_once=MOST_AT_ONCE if overtake else 1)
    try:
        winner = await race.run()
        for tried in race.tried:
            yield tried
        if winner is None or winner.first is None:
            raise race.verdict()
        yield Served(winner.candidate.label, winner.candidate.key, race.first_token_ms)
        yield winner.first
        try:
            async for event in winner.source:
                yield event
        except ProviderError as error:
            winner.candidate.gate.failed(error, winner.seconds, late=True)
            raise
    finally:
        await race.close()


@dataclass(slots=True, eq=False)
class Entrant:
    """A candidate and what has become of it in this race. Times are the loop's."""

    candidate: Candidate
    tries: int = 0
    not_before: float = 0.0
    is_out: bool = False


class Race:
    """From the question to the first token."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        request_for: Callable[[Candidate], ChatRequest],
        random: Callable[[], float],
        *,
        most_at_once: int,
    ) -> None:
        self.tried: list[Tried] = []
        self.first_token_ms = 0
        self._request_for = request_for
        self._random = random
        self._most_at_once = most_at_once
        self._entrants = [Entrant(candidate) for candidate in candidates]
        self._failures: list[ProviderError] = []
        self._sick: set[str] = set()
        self._flights: dict[Flight, Entrant] = {}
        self._closing: list[asyncio.Task[None]] = []
        self._winner: Flight | None = None
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        # From then on whoever is silent gets company.
        self._overtake_at = self._began

    async def run(self) -> Flight | None:
        """Ask until somebody begins to answer, and return that flight; None when nobody does (`verdict`)."""
        while True:
            entrant, at = self._next()
            if entrant is None and not self._flights:
                return None
            if entrant is not None and at <= self._loop.time():
                self._ask(entrant)
            elif self._flights:
                if await self._wait(at if entrant else None):
                    return self._winner
            else:
                await asyncio.sleep(at - self._loop.time())

    def verdict(self) -> ProviderError:
        """Why nobody answered. What is worth trying again comes before what is not; among equals the first."""
        refused = next((error for error in self._failures if isinstance(error, ContentRefused)), None)
        return refused or next((error for error in self._failures if error.retryable), self._failures[0])

    async def close(self) -> None:
        """End all that is still under way, and wait until it has ended."""
        for flight in self._flights:
            flight.candidate.gate.left()
            self._take_back(flight)
        self._flights.clear()
        if self._winner is not None:
            self._take_back(self._winner)
        if self._closing:
            await asyncio.wait(self._closing)

    def _next(self) -> tuple[Entrant | None, float]:
        """Who is to be asked next, and when."""
        if self._flights:
            return self._company(), self._overtake_at
        now = self._loop.time()
        waiting: list[tuple[int, float, int]] = []
        for place, entrant in enumerate(self._entrants):
            if entrant.is_out:
                continue
            at = max(now, entrant.not_before, now + entrant.candidate.gate.wait)
            if at - now > MAX_WAIT + FIRST_WAIT:
                self._pass_over(entrant, at - now)
            elif not entrant.tries or at - self._began < GIVE_UP_SECONDS:
                waiting.append((self._rank(entrant), at, place))
        if not waiting:
            return None, now
        # Somebody who can be asked now comes before somebody better who cannot.
        ready = [each for each in waiting if each[1] <= now]
        _rank, at, place = min(ready) if ready else min(waiting, key=lambda each: each[1])
        return self._entrants[place], at

    def _rank(self, entrant: Entrant) -> int:
        """Smaller is sooner: the unblemished; other keys of a sick provider; whom to spare; who has failed already."""
        if entrant.tries:
            return 3
        if entrant.candidate.gate.reason:
            return 2
        return 1 if entrant.candidate.label in self._sick else 0

    def _company(self) -> Entrant | None:
        """Who may overtake those that are being asked: somebody unblemished, at another provider."""
        if len(self._flights) >= self._most_at_once:
            return None
        busy = {flight.candidate.label for flight in self._flights}
        fresh = (each for each in self._entrants if not each.is_out and not each.tries)
        return next((each for each in fresh if self._rank(each) == 0 and each.candidate.label not in busy), None)

    def _ask(self, entrant: Entrant) -> None:
        entrant.tries += 1
        flight = Flight(entrant.candidate, self._request_for(entrant.candidate))
        self._flights[flight] = entrant
        self._overtake_at = flight.began + entrant.candidate.gate.patience

    async def _wait(self, until: float | None) -> bool:
        """Wait for news of those that were asked, `until` at the latest; whether the race is over."""
        timeout = None if until is None else max(0.0, until - self._loop.time())
        tasks = [flight.task for flight in self._flights]
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        # In the order in which they were asked: of two that begin in the same moment the preferred one answers.
        ended = [flight for flight in self._flights if flight.task.done()]
        for flight in ended:
            if flight.error is None:
                flight.task.result()
                self._won(flight)
                return True
        return any([self._failed(flight) for flight in ended])

    def _won(self, winner: Flight) -> None:
        self._winner = winner
        self._flights.pop(winner)
        winner.candidate.gate.answered(winner.seconds)
        self.first_token_ms = _milliseconds(winner.seconds)
        self._skipped()
        for flight in self._flights:
            self._lost(flight, winner)
        self._flights.clear()

    def _lost(self, flight: Flight, winner: Flight) -> None:
        if flight.error is not None:
            flight.candidate.gate.failed(flight.error, flight.seconds)
            self._tell(flight, flight.error.code)
        elif flight.began < winner.began:
            flight.candidate.gate.overtaken(flight.seconds)
            self._tell(flight, OVERTAKEN)
        else:
            flight.candidate.gate.left()
            self._tell(flight, NOT_NEEDED)
        self._take_back(flight)

    def _failed(self, flight: Flight) -> bool:
        """Take a failure in; True when no other candidate is to be asked."""
        entrant, error, now = self._flights.pop(flight), flight.error, self._loop.time()
        assert error is not None  # noqa: S101 - for the type checker
        flight.candidate.gate.failed(error, flight.seconds)
        self._tell(flight, error.code)
        self._failures.append(error)
        if not isinstance(error, OF_THE_KEY):
            self._sick.add(flight.candidate.label)
        wait = _wait(error, entrant.tries, self._random)
        entrant.is_out = entrant.tries >= TRIES or wait is None or flight.seconds > SLOW_SECONDS
        entrant.not_before = now + (wait or 0.0)
        # Those that are still silent were silent before this one was asked.
        if all(other.began <= flight.began for other in self._flights):
            self._overtake_at = now
        return isinstance(error, ContentRefused)

    def _pass_over(self, entrant: Entrant, seconds: float) -> None:
        """It asked to be left alone for longer than anybody wants to wait."""
        entrant.is_out = True
        if not entrant.tries:
            self._failures.append(RateLimited(retry_after=seconds))
            self.tried.append(Tried(entrant.candidate.label, entrant.candidate.key, COOLING_DOWN, 0))

    def _skipped(self) -> None:
        """Tell of those that others were preferred to."""
        for entrant in self._entrants:
            if not entrant.tries and not entrant.is_out and (reason := entrant.candidate.gate.reason):
                self.tried.append(Tried(entrant.candidate.label, entrant.candidate.key, reason, 0))

    def _tell(self, flight: Flight, code: str) -> None:
        self.tried.append(Tried(flight.candidate.label, flight.candidate.key, code, _milliseconds(flight.seconds)))

    def _take_back(self, flight: Flight) -> None:
        """Close it, while whoever won is read already."""
        self._closing.append(spawn_child(flight.close(), name=f"close {flight.candidate.label}"))


def _wait(error: ProviderError, attempt: int, random: Callable[[], float]) -> float | None:
    """Seconds until the next try at the same candidate, None for no such try."""
    if not error.retryable:
        return None
    backoff: float = FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random())
    if error.retry_after is None:
        return backoff
    # Never sooner than asked; the jitter spreads those who were all told the same second.
    return error.retry_after + FIRST_WAIT * random() if error.retry_after <= MAX_WAIT else None


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))
