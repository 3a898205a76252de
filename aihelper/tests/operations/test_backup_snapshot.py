"""A backup is the database at one moment, while servers write on."""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection

from accounts.models import User
from aihelper.operations.backup import writing

T = TypeVar("T")


def in_another_thread(work: Any) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failed == []


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_in_it(tmp_path: Path, media_root: Path) -> None:
    def meanwhile(items: Iterable[T], *, total: int | None = None, label: Any = "") -> Iterator[T]:
        if label == "media":
            in_another_thread(lambda: User.objects.create_user("later", password="correct horse 1"))
        return iter(items)

    User.objects.create_user("before", password="correct horse 1")
    manifest = writing.write(tmp_path / "b.zip", progress=meanwhile)
    [users] = [table for table in manifest.tables if table.table == "users"]
    assert users.rows == 1
    assert User.objects.count() == 2  # it did not wait, and this connection sees it now
    assert not connection.in_atomic_block
