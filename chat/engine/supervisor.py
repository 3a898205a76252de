"""The owner of all runs of this process: starts them, stops them, drains them.

One per process, bound to its event loop. Views and consumers come here and nowhere else.
"""

import asyncio
import os
import secrets
import socket

import structlog
from django.conf import settings
from django.db import Error

from aihelper.lib import tracing as tracings
from aihelper.lib.db import run_db
from aihelper.lib.errors import Unavailable
from aihelper.lib.tasks import cancel, spawn
from aihelper.lib.tracing import Span, Tracing
from chat.engine import (
    indexer,
    meters,
    push,
    recovery,
    retention,
    rollup,
    spending,
    titles,
    trash,
    unused,
    wakeups,
    words,
)
from chat.engine.feed import Feed
from chat.engine.flusher import Flusher
from chat.engine.log import GenerationLog
from chat.engine.plan import Plan
from chat.engine.poller import Poller
from chat.engine.runner import Run
from chat.engine.store import Tick
from chat.engine.watch import Watcher
from chat.events import End
from chat.models.message import MessageStatus
from providers.health.book import SHARE_SECONDS, Book
from providers.health.store import forget
from providers.registry import ClientFactory

log = structlog.get_logger(__name__)

REAP_SECONDS = 1.0
# How long a process that ends waits for a database that is away; then recovery folds what the ticks have stored.
SAVE_SECONDS = 5.0


class Supervisor:
    """The engine of one process. Tests bring an upstream and a tracing of their own."""

    def __init__(self, *, client_factory: ClientFactory | None = None, tracing: Tracing | None = None) -> None:
        self.owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.client_factory = client_factory
        self.tracing = tracing or tracings.current()
        self.feed = Feed()
        self.notifier = push.Notifier(self)
        self.watcher = Watcher()
        self.wakeups = wakeups.create(self._woken)
        self.accepting = True
        self._runs: dict[str, Run] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._sweeper = Poller(
            "trash", self._sweep, lambda: True, seconds=trash.SWEEP_SECONDS, settle=trash.SETTLE_SECONDS
        )
        self._tidier = Poller("unused", self._tidy, lambda: True, seconds=unused.SWEEP_SECONDS, settle=0)
        self._words = Poller("words", self._look_at_words, lambda: True, seconds=words.REFRESH_SECONDS, settle=0)
        self._words.poke()
        self._teller = Poller("metrics", self._tell_numbers, meters.is_on, seconds=meters.SHARE_SECONDS, settle=0)
        self._adder = Poller("usage", self._add_up, lambda: True, seconds=rollup.SWEEP_SECONDS, settle=0)
        self.health = Book(self.owner, on_news=lambda: self._health_teller.poke())
        self._health_teller = Poller(
            "health", self.health.share, lambda: self.health.has_news, seconds=SHARE_SECONDS, settle=SHARE_SECONDS
        )
        self.flusher = Flusher(self.owner, self._on_tick, self._on_stored)

    @property
    def live(self) -> int:
        """How many answers this process is writing."""
        return len(self._runs)

    @property
    def queued(self) -> int:
        """How many of them have not asked a provider yet."""
        return sum(not run.is_asking for run in self._runs.values())

    def ensure_started(self) -> None:
        """Start the background work on the running loop, once. Cheap to call with every request."""
        if self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            spawn(self.flusher.run(), name="flusher"),
            spawn(self._reap(), name="reaper"),
            spawn(self.feed.run(), name="feed"),
            spawn(self.watcher.run(), name="watcher"),
            spawn(self.wakeups.run(), name="wakeups"),
            spawn(self._sweeper.run(), name="sweeper"),
            spawn(self._tidier.run(), name="tidier"),
            spawn(self._words.run(), name="words"),
            spawn(self._adder.run(), name="usage"),
            spawn(self._teller.run(), name="metrics"),
            spawn(self._health_teller.run(), name="health"),
            spawn(indexer.run(), name="indexer"),
        ]

    def check_accepting(self) -> None:
        """Raise Unavailable when the process is about to end: a new answer would be cut off at once."""
        if not self.accepting:
            raise Unavailable(retry_after=2)

    def start(self, generation_id: str) -> None:
        """Start the run of a generation that was just created for this process."""
        self.ensure_started()
        if generation_id in self._runs:
            return
        run = Run(generation_id, self)
        self._runs[generation_id] = run
        self._idle.clear()
        self.flusher.add(generation_id, run.log)
        spawn(run.run(), name=f"run {generation_id}")
        if not self.accepting:
            run.interrupt()

    def start_soon(self, generation_id: str) -> None:
        """`start`, from any thread: in the one that commits a message, so that nobody can leave in between."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.start, generation_id)

    def log_of(self, generation_id: str) -> GenerationLog | None:
        """The log of a generation that this process is writing."""
        run = self._runs.get(generation_id)
        return run.log if run else None

    def stop(self, generation_id: str, offset: int | None) -> bool:
        """Stop a run of this process, from any thread; False when the generation is not run here."""
        run = self._runs.get(generation_id)
        if run is None or self._loop is None:
            return False
        self._loop.call_soon_threadsafe(run.stop, offset)
        return True

    def poke(self, user_id: int) -> None:
        """Say, from any thread, that a person's list of sessions has changed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._poke, user_id)

    def sweep(self) -> None:
        """Say, from any thread, that somebody has given up what was in the trash."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._sweeper.poke)

    async def drain(self, grace: float | None = None) -> None:
        """Accept no more runs, give the live ones `grace` seconds, then interrupt them with all their text."""
        self.accepting = False
        try:
            async with asyncio.timeout(settings.DRAIN_SECONDS if grace is None else grace):
                await self._idle.wait()
        except TimeoutError:
            for run in list(self._runs.values()):
                run.interrupt()
            await self._wait_for_saves()

    async def _wait_for_saves(self) -> None:
        try:
            async with asyncio.timeout(SAVE_SECONDS):
                await self._idle.wait()
        except TimeoutError:
            log.error("drain.unsaved", generations=len(self._runs))
            self._runs.clear()
            self._idle.set()

    async def close(self) -> None:
        """Drain without grace and end the background work."""
        await self.drain(0)
        await cancel(*self._tasks)
        await self.wakeups.close()
        self._tasks, self._loop = [], None

    def ended(self, generation_id: str, plan: Plan | None, end: End | None, span: Span) -> None:
        """A run's last word: forget it, tell the lists, and have a title made after a first exchange, inside `span`."""
        self._runs.pop(generation_id, None)
        if not self._runs:
            self._idle.set()
        if plan is None:
            return
        self._poke(plan.generation.user_id)
        if end is not None and end.state == MessageStatus.COMPLETED and self.accepting and settings.VAPID_KEY:
            spawn(self.notifier.ended(generation_id, plan.generation.user_id), name=f"push {generation_id}")
        if end is not None and end.state == MessageStatus.COMPLETED and plan.is_first_exchange and self.accepting:
            spawn(titles.make(plan, self, span), name=f"title {generation_id}")

    def _poke(self, user_id: int) -> None:
        self.feed.poke(user_id)
        self.wakeups.publish(users=[user_id])

    async def _sweep(self) -> None:
        await run_db(trash.sweep)

    async def _tidy(self) -> None:
        await run_db(retention.sweep)
        await run_db(unused.sweep)
        await run_db(spending.release_lost)
        await run_db(forget)

    async def _tell_numbers(self) -> None:
        meters.look(self)
        await run_db(meters.share, self.owner)

    async def _add_up(self) -> None:
        await run_db(rollup.sweep)

    async def _look_at_words(self) -> None:
        await run_db(words.beat)

    def _on_tick(self, tick: Tick) -> None:
        for request in tick.stops:
            if run := self._runs.get(request.generation_id):
                run.stop(request.offset)
        for generation_id in tick.lost:
            if run := self._runs.get(generation_id):
                log.warning("run.lease_lost", generation_id=generation_id)
                run.interrupt()

    def _on_stored(self, generation_ids: list[str]) -> None:
        self.wakeups.publish(generations=generation_ids)

    def _woken(self, generations: list[str], users: list[int]) -> None:
        self.watcher.poke(generations)
        for user_id in users:
            self.feed.poke(user_id)

    async def _reap(self) -> None:
        """Look again and again for runs whose process died, of this process or any other."""
        reaper = recovery.Reaper(self.owner)
        while True:
            try:
                for user_id in await run_db(reaper.look, frozenset(self._runs)):
                    self._poke(user_id)
            except Error as error:
                log.warning("reap.failed", error=type(error).__name__)
            except Exception as error:
                # A bug of ours; but without this task dead runs would stay live for ever.
                log.error("reap.crashed", exc_info=error)
            await asyncio.sleep(REAP_SECONDS)


_current: Supervisor | None = None


def current() -> Supervisor:
    """This process's supervisor."""
    global _current
    if _current is None:
        _current = Supervisor()
    return _current


def use(supervisor: Supervisor | None) -> None:
    """Put another supervisor in place (tests, and commands with a loop of their own)."""
    global _current
    _current = supervisor


async def drain() -> None:
    """Drain this process's supervisor, if it has one. For the servers' shutdown hooks."""
    if _current is not None:
        await _current.drain()
