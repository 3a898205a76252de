"""Tasks: started in the right context, and ended for sure."""

import asyncio
from contextvars import ContextVar

import pytest

from aihelper.lib import tasks
from aihelper.lib.testing.patience import HANG_SECONDS

pytestmark = pytest.mark.asyncio

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


async def who() -> str:
    return WHO.get()


async def test_a_child_keeps_the_context_and_a_task_of_its_own_does_not() -> None:
    WHO.set("alice")
    assert await tasks.spawn_child(who(), name="child") == "alice"
    assert await tasks.spawn(who(), name="own") == "nobody"


async def test_it_ends_also_what_loses_a_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CANCEL_AGAIN_SECONDS", 0.01)
    losses = 0

    async def stubborn() -> None:
        nonlocal losses
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                losses += 1
                if losses == 3:
                    raise

    task = tasks.spawn(stubborn(), name="stubborn")
    await asyncio.sleep(0)
    await asyncio.wait_for(tasks.cancel(task), HANG_SECONDS)
    assert (task.cancelled(), losses) == (True, 3)


async def test_to_cancel_nothing_is_nothing() -> None:
    await tasks.cancel()
