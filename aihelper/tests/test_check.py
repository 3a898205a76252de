"""deploy/check.py: it goes on after a failure, and says at its end what failed."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MAKEFILE = """
good: ; @echo 3 passed in 1 s
bad: ; @echo "FAILED tests/test_a.py::test_b - assert 1 == 2"; echo "1 failed, 2 passed"; exit 1
silent: ; @echo "no such thing"; exit 3
"""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on a Makefile of three targets."""
    spec = importlib.util.spec_from_file_location("check", ROOT / "deploy" / "check.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "check", module)  # where dataclasses look for it
    spec.loader.exec_module(module)
    (tmp_path / "Makefile").write_text(MAKEFILE)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.delenv("MAKEFLAGS", raising=False)
    return module


def test_what_fails_stops_nothing_and_is_named_last(check: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(((("bad", "good"), ("silent",)), (("good",),))) == 1
    said = capsys.readouterr().out
    assert said.count("passed  good") == 2 and "3 passed in 1 s" in said
    assert "2 of 4 passed" in said
    end = said.partition("2 of 4 passed")[2]
    assert "FAILED  make bad\n  FAILED tests/test_a.py::test_b - assert 1 == 2\n" in end
    assert "FAILED  make silent\n" in end and "  no such thing" in end


def test_when_all_passes_nothing_is_named(check: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(((("good",),),)) == 0
    assert "FAILED" not in capsys.readouterr().out


def test_every_step_is_a_target(check: ModuleType) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = [target for lanes in check.STAGES for lane in lanes for target in lane]
    assert len(targets) == len(set(targets)) and all(f"\n{target}:" in makefile for target in targets)


@pytest.mark.parametrize("mark", ["e2e", "faults"])
def test_what_is_called_by_its_folder_stands_there(mark: str) -> None:
    """`make e2e` and `make faults` collect their folder only, which is much quicker; elsewhere nobody would call it."""
    assert f"-m {mark} -n 3" in (ROOT / "Makefile").read_text()
    files = [path for app in ("aihelper", "accounts", "providers", "chat") for path in (ROOT / app).rglob("test_*.py")]
    marked = {path.parent for path in files if re.search(rf"pytest\.mark\.{mark}\b", path.read_text())}
    assert marked == {ROOT / "aihelper" / "tests" / mark}
