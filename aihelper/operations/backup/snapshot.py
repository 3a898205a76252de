"""The database as it is at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def snapshot(alias: str) -> Iterator[None]:
    """Whatever is read inside is one state of the database. Nobody waits for it, and nothing can be written.

    Django's own transactions will not do: on SQLite they take the lock of writers, on MySQL they see each commit.
    """
    connection = connections[alias]
    if connection.in_atomic_block:
        # Tests; their transaction is what there is to see.
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        else:
            cursor.execute("BEGIN DEFERRED")
            # The first read is the moment.
            cursor.execute("SELECT count(*) FROM sqlite_master")
            cursor.fetchall()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
