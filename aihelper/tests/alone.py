"""What the workers of a test run agree on: turns, so that what measures time has the machine to itself; and what one
makes for all."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def shared(temporary: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run have."""
    folder = temporary.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold a turn: beside others, or alone. `folder` is the same for all workers."""
    with (folder / "gate").open("w") as gate, (folder / "room").open("w") as room:
        # Whoever waits for the room to be empty keeps the gate shut: nobody else goes in meanwhile.
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield


def made_once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """`folder / name`, made by the first worker that asks; the others wait for it. All only read it.

    When `make` fails, the next one that asks begins anew.
    """
    directory, done = folder / name, folder / f"{name}.done"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            make(directory)
            done.touch()
    return directory
