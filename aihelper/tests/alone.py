"""Turns among the workers of a test run: what measures time has the machine to itself."""

import fcntl
import os
from collections.abc import Iterator
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
