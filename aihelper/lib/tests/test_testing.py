"""What the helpers of tests promise each other."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from aihelper.lib.testing import patience


def _pressure(path: Path, seconds: float) -> None:
    path.write_text(f"some avg10=0.00 avg60=0.00 avg300=0.00 total={int(seconds * 1e6)}\nfull total=0\n")


def test_waiting_for_a_core_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([100.0, 100.0, 107.0, 107.0])
    monkeypatch.setattr(patience, "PRESSURE", tmp_path / "cpu")
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    _pressure(patience.PRESSURE, 50)
    watch = patience.Stopwatch()
    _pressure(patience.PRESSURE, 54)
    assert (watch.seconds, watch.net) == (7, 3)


@pytest.mark.asyncio
async def test_a_claim_that_does_not_hold_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PRESSURE", tmp_path / "not told here")
    async with patience.within(60):
        pass
    with pytest.raises(AssertionError, match="net"):
        async with patience.within(-1):
            pass
