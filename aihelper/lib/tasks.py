"""The one door to background tasks."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

CANCEL_AGAIN_SECONDS = 1.0

log = structlog.get_logger(__name__)

# asyncio holds tasks by weak reference only; one that nobody else holds may be collected while it runs.
_running: set[asyncio.Task[Any]] = set()


def spawn(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task that outlives its caller, and return it.

    It gets a fresh context: a task that inherits a request's context fails at its first database hop
    once the request is over (asgiref's CurrentThreadExecutor; measured). An exception is logged.
    """
    task = asyncio.get_running_loop().create_task(coroutine, name=name, context=Context())
    _running.add(task)
    task.add_done_callback(_finished)
    return task


def spawn_child(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task that its caller will end itself, and return it.

    It keeps the caller's context: the active language, and the ids that the log lines carry.
    """
    task = asyncio.get_running_loop().create_task(coroutine, name=name)
    _running.add(task)
    task.add_done_callback(_finished)
    return task


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks and wait until each has ended.

    Some libraries, and Python 3.11's own `asyncio.wait_for`, can lose a cancellation that comes in the same moment
    as a result: who is still there after a while is told again.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _done, waiting = await asyncio.wait(waiting, timeout=CANCEL_AGAIN_SECONDS)


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.error("task.failed", task=task.get_name(), exc_info=error)
