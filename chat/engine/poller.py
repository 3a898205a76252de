"""One look at the database, again and again, for as long as anybody needs it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from django.db import Error

log = structlog.get_logger(__name__)


class Poller:
    """Calls `look` every `seconds` while `needed()`, and at once after `poke`. Nobody there: no call, no query.

    `settle` (seconds) lets several changes in a row become one look after a poke.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], Awaitable[None]],
        needed: Callable[[], bool],
        *,
        seconds: float,
        settle: float,
    ) -> None:
        self._name = name
        self._look = look
        self._needed = needed
        self._seconds = seconds
        self._settle = settle
        self._due = asyncio.Event()

    def poke(self) -> None:
        """Look now."""
        self._due.set()

    async def run(self) -> None:
        """Look for ever. While the database is away the looks fail, one line in the log for each."""
        while True:
            try:
                async with asyncio.timeout(self._seconds if self._needed() else None):
                    await self._due.wait()
                await asyncio.sleep(self._settle)
            except TimeoutError:
                pass
            self._due.clear()
            try:
                await self._look()
            except Error as error:
                log.warning("poll.failed", poller=self._name, error=type(error).__name__)
                await asyncio.sleep(self._seconds)
            except Exception as error:
                # A bug of ours; but nobody would hear of anything again if this task ended.
                log.error("poll.crashed", poller=self._name, exc_info=error)
                await asyncio.sleep(self._seconds)
