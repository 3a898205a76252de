"""Our own deadlines: no HTTP client enforces a first-token, a gap and a total deadline together."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aihelper.lib.outbound import Timeouts

T = TypeVar("T")

# A server that told the finish reason may still tell the usage; it is not waited for longer.
FINISH_SECONDS = 5.0


class Watchdog:
    """`asyncio.timeout` for a wait that happens once per token: one timer per stream instead of one per wait.

    The timer is set again only when it fires too early, so a wait costs two attributes. It is armed only
    while something is awaited: it never cancels the code of whoever reads the stream.
    """

    __slots__ = ("_at", "_expired", "_loop", "_task", "_timer")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._at = 0.0
        self._expired = False

    async def wait(self, awaitable: Awaitable[T], at: float) -> T:
        """Await; raises TimeoutError once the loop's clock reads `at`."""
        self._task = asyncio.current_task()
        self._at = at
        self._expired = False
        timer = self._timer
        if timer is None or timer.when() > at:
            self._set(at)
        try:
            return await awaitable
        except asyncio.CancelledError:
            if self._task is not None and self._expired and self._task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            self._task = None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self, at: float) -> None:
        self.close()
        self._timer = self._loop.call_at(at, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._task is None:
            return
        if self._loop.time() < self._at:
            self._set(self._at)
            return
        self._expired = True
        self._task.cancel()


class Clock:
    """When the next byte has to be here, in the loop's time.

    Before the first token: `first_token` after the request. Then: `gap` after the last bytes; comments that
    only keep the connection alive stretch a gap to `first_token` at most. Always: `total` after the request.
    """

    __slots__ = ("_end", "_finishing", "_last_token", "_loop", "_started", "_timeouts")

    def __init__(self, timeouts: Timeouts) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeouts = timeouts
        self._started = self._loop.time()
        self._last_token: float | None = None
        self._end = self._started + timeouts.total
        self._finishing = False

    def token(self) -> None:
        """A token has come just now."""
        self._last_token = self._loop.time()

    def finishing(self) -> None:
        """The answer is complete; only its usage and its end may still come."""
        self._finishing = True

    def hurry(self, seconds: float) -> None:
        """From now on only this much time is left."""
        self._end = min(self._end, self._loop.time() + seconds)

    def next_deadline(self) -> float:
        """The loop time at which a wait that begins now has lasted too long."""
        timeouts = self._timeouts
        if self._finishing:
            return min(self._loop.time() + FINISH_SECONDS, self._end)
        if self._last_token is None:
            return min(self._started + timeouts.first_token, self._end)
        longest = self._last_token + max(timeouts.first_token, timeouts.gap)
        return min(self._loop.time() + timeouts.gap, longest, self._end)
