"""The one door to the database from asynchronous code.

Channels runs every ORM call of every socket on one thread, and Django's handler takes one thread, with a
connection, per request. Here a small lasting pool (settings.DATABASE_THREADS) serves all sockets, event
streams and runs. Its threads keep their connections open; each is checked before use after an error or
a pause, because servers drop idle ones (MySQL's wait_timeout).
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from threading import local
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, connections

P = ParamSpec("P")
T = TypeVar("T")

CHECK_AFTER_SECONDS = 30.0

_thread = local()


async def run_db(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a synchronous function that uses the ORM in the pool, and return what it returns."""
    work = partial(_run, partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_pool(), work)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


def _run(work: Callable[[], T]) -> T:
    _check_connection()
    try:
        return work()
    finally:
        # Django would close the connection at the end of a request; here it stays, by intent.
        connection.close_at = None
        _thread.last_used = time.monotonic()


def _check_connection() -> None:
    idle = time.monotonic() - getattr(_thread, "last_used", 0.0)
    stale = connection.errors_occurred or idle > CHECK_AFTER_SECONDS
    if connection.connection is not None and stale and not connection.in_atomic_block:
        if connection.is_usable():
            connection.errors_occurred = False
        else:
            connection.close()


def close_all() -> None:
    """Close the pool and the connections of its threads; the next call opens new ones. For tests and shutdown."""
    if _pool.cache_info().currsize == 0:
        return
    pool = _pool()
    _pool.cache_clear()
    for _ in range(settings.DATABASE_THREADS):
        pool.submit(connections.close_all)
    pool.shutdown(wait=True)
