"""aihelper.tests.alone: what workers of a test run agree on."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aihelper.tests.alone import made_once


def test_one_makes_it_for_all(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(directory: Path) -> None:
        made.append(directory)
        (directory / "file").write_text("whole")

    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda _number: made_once(tmp_path, "thing", make), range(4)))
    assert made == [tmp_path / "thing"]
    assert [(folder / "file").read_text() for folder in found] == ["whole"] * 4


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    def fail(directory: Path) -> None:
        (directory / "half").write_text("half")
        raise OSError

    with pytest.raises(OSError):
        made_once(tmp_path, "thing", fail)
    assert list(made_once(tmp_path, "thing", lambda directory: None).iterdir()) == []
