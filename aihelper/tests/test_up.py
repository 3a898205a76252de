"""`manage.py up` prepares an installation of any state, once."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError

from aihelper.lib.testing.patience import HANG_SECONDS, Stopwatch
from aihelper.lib.testing.servers import free_port
from aihelper.management.commands import up
from aihelper.tests.alone import made_once, shared
from providers.models import Provider

User = get_user_model()
# On the terminal of whoever starts it first, and nowhere else.
shows_the_password = pytest.mark.tells("password", "the administrator's password, which was made up, is shown once")


@pytest.fixture
def dirs(settings: Any, tmp_path: Path) -> Any:
    """Directories of this test's own, with a page that is built."""
    settings.STATIC_ROOT = tmp_path / "staticfiles"
    settings.STATICFILES_DIRS = [tmp_path / "dist"]
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "app.js").write_text("1")
    (tmp_path / "dist" / "manifest.json").write_text("{}")
    return settings


def prepare() -> str:
    said = StringIO()
    call_command("up", no_serve=True, stdout=said, stderr=said)
    return said.getvalue()


@shows_the_password
@pytest.mark.django_db
def test_it_makes_an_administrator_and_shows_the_password_once(dirs: Any) -> None:
    said = prepare()
    admin = User.objects.get(is_superuser=True)
    password = said.split("Password")[1].split()[0]
    assert admin.get_username() == "admin" and admin.check_password(password)
    assert len(password) >= 16
    again = prepare()
    assert "Password" not in again and "Administration" in again
    assert User.objects.count() == 1


@shows_the_password
@pytest.mark.django_db
def test_a_first_start_that_is_stopped_keeps_no_password_to_itself(dirs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_command: up.Command) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(up.Command, "collect_static", stopped)
        prepare()
    assert not User.objects.exists()
    assert "Password" in prepare()


@pytest.mark.django_db
def test_a_given_password_is_taken_and_never_shown(dirs: Any) -> None:
    dirs.FIRST_ADMIN_USERNAME, dirs.FIRST_ADMIN_PASSWORD = "chief", "correct horse 7"
    said = prepare()
    assert User.objects.get(username="chief").check_password("correct horse 7")
    assert "correct horse" not in said


@pytest.mark.django_db
def test_nobody_becomes_an_administrator_by_a_name(dirs: Any, alice: Any) -> None:
    dirs.FIRST_ADMIN_USERNAME = "ALICE"
    with pytest.raises(CommandError, match="AIHELPER_ADMIN_USERNAME"):
        up.create_first_admin()


@pytest.mark.django_db
def test_an_administrator_that_exists_is_left_alone(dirs: Any, admin: Any) -> None:
    dirs.FIRST_ADMIN_PASSWORD = "another one 1"
    assert up.create_first_admin() is None
    admin.refresh_from_db()
    assert admin.check_password("correct horse 1")
    assert User.objects.count() == 1


@shows_the_password
@pytest.mark.django_db
def test_it_makes_the_demo_and_says_how_to_add_a_provider(dirs: Any) -> None:
    assert "/admin/providers/provider/add/" in prepare()
    assert Provider.objects.filter(is_demo=True).count() == 1


@shows_the_password
@pytest.mark.django_db
def test_it_sets_up_the_first_provider(dirs: Any) -> None:
    dirs.FIRST_PROVIDER_URL, dirs.FIRST_PROVIDER_MODELS = "https://api.example.com/v1", ["model-a", "model-b"]
    dirs.FIRST_PROVIDER_KEY = "sk-canary-1234567890"
    said = prepare()
    assert "only a demo" not in said and "canary" not in said
    provider = Provider.objects.get(is_demo=False)
    assert provider.models.count() == 2
    prepare()
    assert Provider.objects.filter(is_demo=False).count() == 1


@shows_the_password
@pytest.mark.django_db
def test_static_files_are_collected_when_they_changed(dirs: Any, tmp_path: Path) -> None:
    assert "Collecting" in prepare()
    assert (tmp_path / "staticfiles" / "app.js").exists()
    assert "Collecting" not in prepare()
    (tmp_path / "dist" / "app.js").write_text("another")
    assert "Collecting" in prepare()


@shows_the_password
@pytest.mark.django_db
def test_it_says_when_the_page_is_not_built(dirs: Any, tmp_path: Path) -> None:
    (tmp_path / "dist" / "manifest.json").unlink()
    assert "make front" in prepare()


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError, match="PORT=8001"):
            up.require_free_address("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:81"), ("0.0.0.0", "http://localhost:81"), ("::1", "http://[::1]:81")],
)
def test_the_address_is_one_for_a_browser(settings: Any, host: str, url: str) -> None:
    settings.HOST, settings.PORT = host, 81
    assert up.own_url() == url


def environment_of(directory: Path) -> dict[str, str]:
    """Of a process with an installation of its own in that directory."""
    left_out = {"DATABASE_URL", "SECRET_KEY", "JWT_KEY", "FIELD_KEYS"}
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    return inherited | {"AIHELPER_DATA_DIR": str(directory)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation after its first start, for the tests that are about something else: they take a copy."""

    def make(directory: Path) -> None:
        command = [sys.executable, str(project.BASE_DIR / "manage.py"), "up", "--no-serve"]
        subprocess.run(command, env=environment_of(directory), capture_output=True, check=True)

    return made_once(shared(tmp_path_factory), "prepared", make)


@contextmanager
def serving(tmp_path: Path, server: str, **variables: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """(address, process) of a real server with an installation of its own; killed at the end if it still runs."""
    port = free_port()
    (tmp_path / server).mkdir(parents=True, exist_ok=True)
    environment = environment_of(tmp_path / server) | {"PORT": str(port), "HOST": "127.0.0.1", **variables}
    command = [sys.executable, str(project.BASE_DIR / "manage.py"), "up", "--server", server]
    log = (tmp_path / f"{server}.log").open("a")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + HANG_SECONDS
        while not answers(f"{url}/health"):
            assert process.poll() is None and time.monotonic() < deadline, (tmp_path / f"{server}.log").read_text()
            time.sleep(0.05)
        yield url, process
    finally:
        process.kill()
        process.wait()
        log.close()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=HANG_SECONDS) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_it_serves_and_stops_when_asked(tmp_path: Path, server: str) -> None:
    with serving(tmp_path, server, LOG_FORMAT="json") as (url, process):
        assert answers(f"{url}/health/ready?token=canary-1")
        assert answers(f"{url}/admin/login/?next=canary-2")
        process.send_signal(signal.SIGTERM)
        watch = Stopwatch()
        code = process.wait(HANG_SECONDS)
        assert watch.net < 5, "nothing was running: nothing to wait for"
    log = (tmp_path / f"{server}.log").read_text()
    assert code in {0, -signal.SIGTERM}, log
    assert "canary" not in log and "Traceback" not in log and "Warning" not in log
    assert log.count("Password") == 1
    keys = list((tmp_path / server / "keys").iterdir())
    assert len(keys) == 3 and all(key.stat().st_mode & 0o077 == 0 for key in keys)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_large_body_is_refused_while_it_arrives(tmp_path: Path, prepared: Path, server: str) -> None:
    shutil.copytree(prepared, tmp_path / server)
    with serving(tmp_path, server) as (url, process):
        before = memory(process.pid)
        for _ in range(3):
            assert post_without_end(url) == 413
        assert memory(process.pid) - before < 8 * 1024 * 1024
        assert answers(f"{url}/health")


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    import psutil

    return int(psutil.Process(pid).memory_info().rss)


def post_without_end(url: str) -> int:
    """Announce 200 MB, send some of it, and return the status of the answer that comes in between."""
    host, port = url.removeprefix("http://").split(":")
    head = f"POST /api/login HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port)), timeout=HANG_SECONDS) as connection:
        connection.sendall(f"{head}Content-Length: 209715200\r\n\r\n".encode() + b"x" * 1000)
        return int(connection.recv(64).split()[1])


def test_two_instances_run_side_by_side(tmp_path: Path, prepared: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(prepared, tmp_path / name / "daphne")
    with serving(tmp_path / "a", "daphne") as (first, _), serving(tmp_path / "b", "daphne") as (second, _):
        assert first != second
        assert answers(f"{first}/health/ready") and answers(f"{second}/health/ready")
    assert (tmp_path / "a" / "daphne" / "aihelper.sqlite3").exists()
    assert (tmp_path / "b" / "daphne" / "aihelper.sqlite3").exists()


def test_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"mysql://nobody:secret-canary@127.0.0.1:{free_port()}/nothing",
        "AIHELPER_DATA_DIR": str(tmp_path / "data"),
    }
    command = [sys.executable, str(project.BASE_DIR / "manage.py"), "up", "--no-serve"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.returncode == 1
    assert "DATABASE_URL does not let us in or does not answer" in done.stderr
    assert "Traceback" not in done.stderr and "canary" not in done.stderr


def test_nobody_else_may_look_into_the_data_directory(tmp_path: Path) -> None:
    environment = os.environ | {"AIHELPER_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, str(project.BASE_DIR / "manage.py"), "check"]
    subprocess.run(command, env=environment, capture_output=True, timeout=HANG_SECONDS, check=True)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
