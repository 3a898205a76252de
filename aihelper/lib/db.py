"""The one door to the database from asynchronous code.

Channels runs every ORM call of every socket on one thread, and Django's handler takes one thread, with a
connection, per request. Here a small lasting pool (settings.DATABASE_THREADS) serves all sockets, event
streams and runs. Its threads keep their connections open; each is checked before use after an error or
a pause, because servers drop idle ones (MySQL's wait_timeout).
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial, wraps
from threading import local
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, connections
from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")

CHECK_AFTER_SECONDS = 30.0

_thread = local()


async def run_db(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a synchronous function that uses the ORM in the pool, and return what it returns.

    The caller's context goes along, with the ids that the log lines carry, and the active language: Django keeps that
    in a local of asgiref's, which shows nothing to a thread that asgiref has not started.
    """
    work = partial(copy_context().run, _run, translation.get_language(), partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_pool(), work)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


def _run(language: str | None, work: Callable[[], T]) -> T:
    _check_connection()
    try:
        with translation.override(language):
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


# MariaDB takes 16 MB at once, and a character has up to four bytes.
MAX_STATEMENT_CHARS = 2_000_000


def statements(rows: Iterable[T], length: Callable[[T], int], *, most: int) -> Iterator[list[T]]:
    """Rows as lists for one statement each: at most `most`, and together (`length` of each) not too long for it."""
    batch: list[T] = []
    size = 0
    for row in rows:
        if batch and (len(batch) == most or size + length(row) > MAX_STATEMENT_CHARS):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length(row)
    if batch:
        yield batch


# Deadlock and lock wait time-out of MySQL; both have rolled the transaction back.
_MYSQL_RETRYABLE = {1213, 1205}
MAX_TRIES = 4
_jitter = random.Random()  # noqa: S311 - jitter, not a secret


def retry_on_conflict(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function that holds one whole transaction again when the database chose it as a deadlock's victim.

    Only for the outermost transaction: inside another one the error goes on to it.
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, MAX_TRIES):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not _is_conflict(error):
                    raise
                time.sleep(_jitter.uniform(0.01, 0.05) * attempt)
        return function(*args, **kwargs)

    return wrapper


def _is_conflict(error: OperationalError) -> bool:
    code = error.args[0] if error.args else None
    return code in _MYSQL_RETRYABLE or "database is locked" in str(error)
