"""Replicas of logs that other processes write.

One poller per process reads the new chunks of all watched generations in one query per POLL_SECONDS,
whatever the number of viewers; a wake-up (Redis) makes it look sooner. Nothing watched, no query.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aihelper.lib.db import run_db
from chat.engine import store
from chat.engine.log import GenerationLog
from chat.engine.poller import Poller

POLL_SECONDS = 0.25


class Watcher:
    """Keeps a replica of each watched generation up to date."""

    def __init__(self) -> None:
        self._replicas: dict[str, GenerationLog] = {}
        self._viewers: dict[str, int] = {}
        self._poller = Poller("watch", self._poll, lambda: bool(self._replicas), seconds=POLL_SECONDS, settle=0.0)
        self.run = self._poller.run

    @asynccontextmanager
    async def watch(self, generation_id: str) -> AsyncIterator[GenerationLog]:
        """The replica, shared by all viewers of this process, for as long as any of them is inside."""
        replica = self._replicas.setdefault(generation_id, GenerationLog())
        self._viewers[generation_id] = self._viewers.get(generation_id, 0) + 1
        self._poller.poke()
        try:
            yield replica
        finally:
            self._viewers[generation_id] -= 1
            if not self._viewers[generation_id]:
                del self._viewers[generation_id]
                self._replicas.pop(generation_id, None)

    def poke(self, generation_ids: Iterable[str]) -> None:
        """Look now, if any of these is watched here."""
        if any(generation_id in self._replicas for generation_id in generation_ids):
            self._poller.poke()

    async def _poll(self) -> None:
        watched = {key: replica for key, replica in self._replicas.items() if replica.end is None}
        if not watched:
            return
        # From the last piece on that was read, not after it: a commit whose answer was lost is written again, and
        # then that piece is longer.
        pieces, ended = await run_db(store.read_new, {key: replica.stored for key, replica in watched.items()})
        for generation_id, new in pieces.items():
            replica = watched[generation_id]
            for piece in new:
                if piece.start <= replica.offset < piece.end:
                    replica.append(piece.kind, piece.text[replica.offset - piece.start :])
                replica.stored = piece.start
        for generation_id in ended:
            await self._finish(generation_id, watched[generation_id])

    async def _finish(self, generation_id: str, replica: GenerationLog) -> None:
        """Bring a replica to the stored end. A stop may have cut the log behind what the replica shows."""
        finished = await run_db(store.load_log, generation_id)
        if finished is None or finished.end is None:
            replica.finish(store.vanished(generation_id, replica.offset))
            return
        replica.cut(finished.offset)
        while frame := finished.read(replica.offset):
            replica.append(frame.kind, frame.text)
        replica.finish(finished.end)
