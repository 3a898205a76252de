"""The engine for a command: in a loop of its own on a thread of its own, so that titles go on while somebody types."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aihelper.lib import net
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
from chat.engine.tail import tail
from chat.events import CONTENT, End
from chat.services.answers import Started
from providers.registry import ClientFactory

TITLE_SECONDS = 10.0
# A signal that comes just before a thread begins to wait does not wake it: without this, Ctrl+C might go unheard.
LOOK_SECONDS = 0.5
# Terminals obey escape sequences; a model's answer is data (invariant I7).
_CONTROL = dict.fromkeys({*range(32), *range(127, 160)} - {ord("\n"), ord("\t")})


def printable(text: str) -> str:
    """The text without what a terminal would obey."""
    return text.translate(_CONTROL)


class Terminal:
    """Runs answers and tells their text as it comes. To be used from one thread, which is not the loop's."""

    def __init__(self, supervisor: Supervisor, loop: asyncio.AbstractEventLoop) -> None:
        self._supervisor = supervisor
        self._loop = loop

    def follow(self, started: Started, write: Callable[[str], None]) -> End | None:
        """Run an answer to its end and `write` its text; Ctrl+C stops it and keeps what was there.

        Returns None when it vanished: its chat was deleted meanwhile.
        """
        following = asyncio.run_coroutine_threadsafe(self._follow(started, write), self._loop)
        with _on_interrupt(lambda: self._supervisor.stop(started.generation_id, None)):
            while True:
                try:
                    return following.result(LOOK_SECONDS)
                except TimeoutError:
                    if following.done():
                        raise

    async def _follow(self, started: Started, write: Callable[[str], None]) -> End | None:
        self._supervisor.start(started.generation_id)
        async for item in tail(self._supervisor, started.generation_id, 0):
            if isinstance(item, End):
                return item
            if item.kind == CONTENT:
                write(printable(item.text))
        return None


@contextmanager
def _on_interrupt(stop: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl+C call `stop`, for as long as the block lasts.

    Not by KeyboardInterrupt: that is an exception in whatever runs just then, and where this is a destructor or a
    callback of the garbage collector, Python drops it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda _number, _frame: stop())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def terminal(client_factory: ClientFactory | None = None) -> Iterator[Terminal]:
    """An engine for as long as the block lasts. At its end titles under way get a moment to be finished."""
    supervisor = Supervisor(client_factory=client_factory)
    supervisors.use(supervisor)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="engine", daemon=True)
    thread.start()
    try:
        yield Terminal(supervisor, loop)
    finally:
        asyncio.run_coroutine_threadsafe(_close(supervisor), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        supervisors.use(None)


async def _close(supervisor: Supervisor) -> None:
    titles = [task for task in asyncio.all_tasks() if task.get_name().startswith("title ")]
    if titles:
        await asyncio.wait(titles, timeout=TITLE_SECONDS)
    await supervisor.close()
    await net.close_clients()
