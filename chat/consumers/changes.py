"""What has changed for a person and is still to be told to one tab: of each thing the newest state only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any


class Changes:
    """Takes the feed's events (`note`) and gives them out as fast as the tab takes them; a slow one misses no thing."""

    def __init__(self) -> None:
        self._pending: dict[str, dict[str, Any]] = {}
        self._changed = asyncio.Event()

    def note(self, event: dict[str, Any]) -> None:
        """Remember an event of the feed."""
        self._pending[_subject(event)] = event
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        """Events, for ever."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._pending:
                yield self._pending.pop(next(iter(self._pending)))


def _subject(event: dict[str, Any]) -> str:
    """What an event of the feed is about: of several about the same only the newest is worth sending."""
    return str(event.get("what") or event.get("session_id") or event["session"]["session_id"])
