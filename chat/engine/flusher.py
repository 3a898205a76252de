"""One group commit for all live logs of this process.

Every TICK seconds the new text of all logs goes to the database in one transaction, with the heartbeats;
the same round trip brings the stop requests. So the cost of durability does not grow with tokens, and
what a kill can take is at most one tick and one commit: under 250 ms.
"""

import asyncio
import time
from collections.abc import Callable

import structlog
from django.db import Error

from aihelper.lib import metrics
from aihelper.lib.db import run_db
from chat.engine import store
from chat.engine.log import GenerationLog
from chat.engine.store import Tick

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.15
BEAT_SECONDS = 1.0


class Flusher:
    """Holds the live logs by generation id and stores what is new in them until they are released."""

    def __init__(self, owner: str, on_tick: Callable[[Tick], None], on_stored: Callable[[list[str]], None]):
        """`on_tick` gets what each tick learned; `on_stored` the ids whose logs grew in the database."""
        self._owner = owner
        self._on_tick = on_tick
        self._on_stored = on_stored
        self._logs: dict[str, GenerationLog] = {}
        self._busy = asyncio.Event()
        self._between_ticks = asyncio.Lock()
        self._last_beat = 0.0
        self.lag = 0.0

    def add(self, generation_id: str, log: GenerationLog) -> None:
        """Start to store a log."""
        self._logs[generation_id] = log
        self._busy.set()

    async def release(self, generation_id: str) -> None:
        """Stop to store a log. On return no transaction that contains it is under way."""
        self._logs.pop(generation_id, None)
        async with self._between_ticks:
            pass

    async def run(self) -> None:
        """Tick for ever; sleep without a tick while nothing is live."""
        while True:
            await self._busy.wait()
            started = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)
            # How late the loop woke us: viewers widen their frames when it is (chat.engine.tail).
            self.lag = max(0.0, time.monotonic() - started - TICK_SECONDS)
            try:
                await self.tick()
            except Exception as error:
                # A bug of ours; but without this task no text is stored, and every run loses its lease.
                log.error("flush.crashed", exc_info=error)
            if not self._logs:
                self._busy.clear()

    async def tick(self) -> None:
        """Store what is new. While the database is away the text waits in memory; the next tick tries again."""
        async with self._between_ticks:
            logs = dict(self._logs)
            pieces = {key: new for key, entry in logs.items() if (new := entry.unstored())}
            beat = time.monotonic() - self._last_beat >= BEAT_SECONDS
            try:
                with metrics.FLUSHES.time():
                    tick = await run_db(store.write_tick, pieces, list(logs), self._owner, beat=beat)
            except Error as error:
                log.warning("flush.failed", error=type(error).__name__, generations=len(logs))
                return
            for key, new in pieces.items():
                logs[key].mark_stored(new)
            if beat:
                self._last_beat = time.monotonic()
        self._on_tick(tick)
        if pieces:
            self._on_stored(list(pieces))
