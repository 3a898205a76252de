"""Why a backup or a restore ended."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class BackupError(Exception):
    """It failed, and nothing has been changed; the text is a sentence for people."""


class Refused(BackupError):
    """What was asked cannot be done so; the sentence says what to do instead."""


class Damaged(BackupError):
    """The archive is not what it was when it was made."""


class Progress(Protocol):
    """Goes through items and shows how far it is (AppCommand.progress)."""

    def __call__(self, items: Iterable[T], *, total: int | None = None, label: Any = "") -> Iterator[T]: ...


def silent(items: Iterable[T], *, total: int | None = None, label: Any = "") -> Iterator[T]:
    """The Progress that shows nothing."""
    return iter(items)
