"""How every viewer attaches: replay from an offset, then tail, then an explicit end (invariant I3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from django.db import InterfaceError, OperationalError

from aihelper.lib.db import run_db
from chat.engine import store
from chat.engine.log import GenerationLog
from chat.engine.supervisor import Supervisor
from chat.events import End, Frame

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
# When the loop wakes us this late it has too much to do: then viewers take fewer, larger frames.
LAG_SECONDS = 0.02
MAX_FRAME_INTERVAL = 0.1


async def tail(supervisor: Supervisor, generation_id: str, offset: int) -> AsyncIterator[Frame | End]:
    """Yield frames after `offset` (in characters), as they come, and last the End.

    The caller has checked that the viewer may see it. The stream may stop without an End when the
    generation vanishes (its chat was deleted) or this process ends; the viewer then asks again.
    """
    async with _log(supervisor, generation_id) as source:
        while source is not None:
            frame = source.read(offset)
            if frame is not None:
                offset = frame.offset
                yield frame
                if supervisor.flusher.lag > LAG_SECONDS and source.end is None:
                    await asyncio.sleep(min(MAX_FRAME_INTERVAL, supervisor.flusher.lag))
            elif source.end is not None:
                yield source.end
                return
            else:
                await source.wait(offset)


@asynccontextmanager
async def _log(supervisor: Supervisor, generation_id: str) -> AsyncIterator[GenerationLog | None]:
    """The log to read: of the run in this process, of the finished message, or a replica of a run elsewhere."""
    if (local := supervisor.log_of(generation_id)) is not None:
        yield local
        return
    if (finished := await _finished(generation_id)) is not None:
        yield finished
        return
    # It may have been started here while we looked.
    if (local := supervisor.log_of(generation_id)) is not None:
        yield local
        return
    async with supervisor.watcher.watch(generation_id) as replica:
        yield replica


async def _finished(generation_id: str) -> GenerationLog | None:
    """The log of a finished message. While the database is away its viewers wait, as those of a replica do."""
    while True:
        try:
            return await run_db(store.load_log, generation_id)
        except (OperationalError, InterfaceError) as error:
            log.warning("tail.failed", generation_id=generation_id, error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
