"""The servers that tests start for themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aihelper.lib.testing import servers

pytestmark = pytest.mark.servers


def test_mariadb_serves_and_is_gone_afterwards() -> None:
    MySQLdb = pytest.importorskip("MySQLdb")
    with servers._or_skip(servers.mariadb) as server:
        assert server.process is not None
        pid, directory = server.process.pid, server.directory
        with MySQLdb.connect(host="127.0.0.1", port=server.port, user="root", db="aihelper") as connection:
            connection.query("CREATE TABLE t (name VARCHAR(9))")
            connection.query("INSERT INTO t VALUES ('你好🎉')")
            connection.commit()
        server.kill()
        server.start()
        with MySQLdb.connect(
            host="127.0.0.1", port=server.port, user="root", db="aihelper", charset="utf8mb4"
        ) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT name FROM t")
            assert cursor.fetchall() == (("你好🎉",),)
    assert not Path(f"/proc/{pid}").exists()
    assert not directory.exists()


def test_redis_serves_and_is_gone_afterwards() -> None:
    import redis

    with servers._or_skip(servers.redis) as server:
        with redis.Redis.from_url(server.url) as client:
            assert client.set("a", "1") and client.get("a") == b"1"
        directory = server.directory
    assert not directory.exists()


def test_a_command_runs_on_a_server_of_its_own() -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    script = "import os, sys; sys.exit(7 if os.environ['REDIS_URL'].startswith('redis://127.0.0.1:') else 1)"
    command = [
        sys.executable,
        "-m",
        "aihelper.lib.testing.servers",
        "--only",
        "redis",
        "--",
        sys.executable,
        "-c",
        script,
    ]
    assert subprocess.run(command, check=False).returncode == 7


@pytest.mark.parametrize(("required", "code"), [("", 0), ("required", 1)])
def test_without_the_program_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], required: str, code: int
) -> None:
    def missing(name: str) -> str:
        raise servers.NotInstalled(f"{name} is not installed")

    monkeypatch.setattr(servers, "_program", missing)
    monkeypatch.setenv("AIHELPER_TEST_SERVERS", required)
    assert servers.main(["--", "true"]) == code
    assert "Skipped: mariadb-install-db is not installed." in capsys.readouterr().err
