"""How every viewer attaches: replay from an offset, then tail, then an explicit end (invariant I3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aihelper.lib.db import run_db
from chat.engine import store
from chat.engine.log import GenerationLog
from chat.engine.supervisor import Supervisor
from chat.events import End, Frame

# When the loop wakes us this late it has too much to do: then viewers take fewer, larger frames.
LAG_SECONDS = 0.02
MAX_FRAME_INTERVAL = 0.1


async def tail(supervisor: Supervisor, generation_id: str, offset: int) -> AsyncIterator[Frame | End]:
    """Yield frames after `offset` (in characters), as they come, and last the End.

    The caller has checked that the viewer may see it. The stream may stop without an End when the
    generation vanishes (its chat was deleted) or this process ends; the viewer then asks again.
    """
    async with _log(supervisor, generation_id) as log:
        while log is not None:
            frame = log.read(offset)
            if frame is not None:
                offset = frame.offset
                yield frame
                if supervisor.flusher.lag > LAG_SECONDS and log.end is None:
                    await asyncio.sleep(min(MAX_FRAME_INTERVAL, supervisor.flusher.lag))
            elif log.end is not None:
                yield log.end
                return
            else:
                await log.wait(offset)


@asynccontextmanager
async def _log(supervisor: Supervisor, generation_id: str) -> AsyncIterator[GenerationLog | None]:
    """The log to read: of the run in this process, of the finished message, or a replica of a run elsewhere."""
    if (local := supervisor.log_of(generation_id)) is not None:
        yield local
        return
    if (finished := await run_db(store.load_log, generation_id)) is not None:
        yield finished
        return
    # It may have been started here while we looked.
    if (local := supervisor.log_of(generation_id)) is not None:
        yield local
        return
    async with supervisor.watcher.watch(generation_id) as replica:
        yield replica
