"""The parts of deploy/bootstrap.py that decide. (That it works at all is shown by every `make`.)"""

import importlib.util
import json
import os
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

SCRIPT = Path(settings.BASE_DIR, "deploy", "bootstrap.py")


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The script as a module whose clone is an empty directory."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in {"ROOT": "", "BOOT": ".boot", "VENV": ".venv", "STATIC": "static"}.items():
        setattr(module, name, tmp_path / path)
    (tmp_path / ".boot").mkdir()
    return module


def test_it_needs_nothing_but_the_standard_library() -> None:
    code = f"import runpy; runpy.run_path({str(SCRIPT)!r}, run_name='imported')"
    subprocess.run([sys.executable, "-S", "-I", "-c", code], check=True)


def test_an_unknown_level_is_refused() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "everything"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "run|test" in done.stderr


def test_the_driver_is_left_out_with_its_hashes(bootstrap: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        "a==1 \\\n    --hash=sha256:1\nmysqlclient==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\nz==1\n"
    )
    assert bootstrap.without_driver(lock).read_text() == "a==1 \\\n    --hash=sha256:1\nz==1\n"


def test_the_real_locks_hold_the_driver_once(bootstrap: ModuleType) -> None:
    for name in ("requirements.txt", "deploy/requirements-dev.txt"):
        lock = Path(settings.BASE_DIR, name)
        left = bootstrap.without_driver(lock).read_text()
        assert lock.read_text().count("\nmysqlclient==") == 1 and "mysqlclient" not in left


@pytest.mark.parametrize(
    ("stamp", "has_pytest", "level"),
    [({}, False, "run"), ({}, True, "test"), ({"level": "run"}, True, "run"), ({"level": "test"}, True, "test")],
)
def test_a_higher_level_is_kept(bootstrap: ModuleType, stamp: dict[str, object], has_pytest: bool, level: str) -> None:
    (bootstrap.VENV / "bin").mkdir(parents=True)
    if has_pytest:
        (bootstrap.VENV / "bin" / "pytest").touch()
    assert bootstrap.installed_level(stamp) == level


@pytest.mark.parametrize(
    ("variable", "file", "wanted"),
    [
        ("", "", False),
        ("mysql://root@db/aihelper", "", True),
        ("sqlite:///x", "", False),
        ("", 'DEBUG=false\nDATABASE_URL="mysql://root@db/aihelper"\n', True),
        ("", "#DATABASE_URL=mysql://root@db/aihelper\n", False),
    ],
)
def test_it_knows_when_mysql_is_wanted(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, variable: str, file: str, wanted: bool
) -> None:
    monkeypatch.setenv("DATABASE_URL", variable)
    if file:
        (bootstrap.ROOT / ".env").write_text(file)
    assert bootstrap.wants_mysql() is wanted


def test_a_digest_changes_with_names_and_contents(bootstrap: ModuleType) -> None:
    first, second = bootstrap.ROOT / "a", bootstrap.ROOT / "b"
    first.write_text("1")
    before = bootstrap.digest([first])
    assert bootstrap.digest([first]) == before
    second.write_text("1")
    assert (
        len({before, bootstrap.digest([second]), bootstrap.digest([first, second]), bootstrap.digest([first], "x")})
        == 4
    )
    first.write_text("2")
    assert bootstrap.digest([first]) != before


def test_a_broken_stamp_counts_as_none(bootstrap: ModuleType) -> None:
    stamp = bootstrap.BOOT / "stamp.json"
    assert bootstrap.read_stamp(stamp) == {}
    for text in ("", "{", "[]", "7"):
        stamp.write_text(text)
        assert bootstrap.read_stamp(stamp) == {}
    stamp.write_text(json.dumps({"a": 1}))
    assert bootstrap.read_stamp(stamp) == {"a": 1}


def test_translations_are_compiled_when_they_changed(bootstrap: ModuleType) -> None:
    source, result = bootstrap.ROOT / "django.po", bootstrap.ROOT / "django.mo"
    source.touch()
    assert bootstrap.is_older(result, source)
    result.touch()
    os.utime(source, (1, 1))
    assert not bootstrap.is_older(result, source)


def test_a_failed_command_shows_what_it_said(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.Failed, match="the reason"):
        bootstrap.call(sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)")


def test_those_who_wait_hear_of_a_failure(bootstrap: ModuleType) -> None:
    done: Future[None] = Future()
    waited_for: Future[None] = Future()
    done.set_exception(bootstrap.Failed("no network"))
    bootstrap.pass_on(done, waited_for)
    with pytest.raises(bootstrap.Failed, match="no network"):
        waited_for.result(0)


def test_who_has_no_home_caches_in_the_clone(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert bootstrap.caches_of_the_homeless() == {}
    monkeypatch.setenv("HOME", str(tmp_path / "nonexistent"))
    caches = bootstrap.caches_of_the_homeless()
    assert set(caches) == {"UV_CACHE_DIR", "npm_config_cache"}
    assert all(Path(value).is_relative_to(tmp_path / ".boot") for value in caches.values())
