"""Wake-ups between processes. They carry ids and no data: losing one costs a poll's wait, never text (invariant I2).

Without Redis there is nothing to do: the pollers of `watch` and `feed` find everything by themselves.
With Redis they look at once instead of at their next beat. The channel layer forgets group members when
Redis restarts, so membership is renewed all the time.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from aihelper.lib.tasks import spawn

log = structlog.get_logger(__name__)

GROUP = "wakeups"
RENEW_SECONDS = 20.0
RETRY_SECONDS = 2.0

Woken = Callable[[list[str], list[int]], None]


class Wakeups(Protocol):
    """Tells other processes, and hears from them."""

    def publish(self, *, generations: Iterable[str] = (), users: Iterable[int] = ()) -> None:
        """Say that logs or lists have grown. Returns at once and never fails."""

    async def run(self) -> None:
        """Listen until cancelled."""

    async def close(self) -> None:
        """Let go of connections."""


def create(woken: Woken) -> Wakeups:
    """The wake-ups that the settings ask for; `woken` is called with the ids that others published."""
    return RedisWakeups(woken) if settings.REDIS_URL else NoWakeups()


class NoWakeups:
    """One process, or several that poll."""

    def publish(self, *, generations: Iterable[str] = (), users: Iterable[int] = ()) -> None:
        """Nothing to tell."""

    async def run(self) -> None:
        """Nothing to hear."""

    async def close(self) -> None:
        """Nothing to close."""


class RedisWakeups:
    """Over the channel layer, batched: however much happens, one message is under way at a time."""

    def __init__(self, woken: Woken) -> None:
        self._woken = woken
        self._generations: set[str] = set()
        self._users: set[int] = set()
        self._sending = False

    def publish(self, *, generations: Iterable[str] = (), users: Iterable[int] = ()) -> None:
        """Say that logs or lists have grown."""
        self._generations.update(generations)
        self._users.update(users)
        if not self._sending and (self._generations or self._users):
            self._sending = True
            spawn(self._send(), name="wake-up")

    async def _send(self) -> None:
        try:
            while self._generations or self._users:
                message = {"type": "wake", "generations": list(self._generations), "users": list(self._users)}
                self._generations.clear()
                self._users.clear()
                await get_channel_layer().group_send(GROUP, message)
        except Exception as error:  # noqa: BLE001 - whatever Redis does, a lost wake-up costs only time
            log.warning("wakeup.lost", error=type(error).__name__)
        finally:
            self._sending = False

    async def run(self) -> None:
        """Listen; after an error, and regularly anyway, join the group anew."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - see above
                log.warning("wakeup.deaf", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        try:
            async with asyncio.timeout(RENEW_SECONDS):
                while True:
                    message = await layer.receive(channel)
                    self._woken(message["generations"], message["users"])
        except TimeoutError:
            pass
        finally:
            await layer.group_discard(GROUP, channel)

    async def close(self) -> None:
        """Close the layer's connections of this loop."""
        await get_channel_layer().flush()
