"""Database and Redis servers for tests: fresh, on a random port of the loopback, in a temporary directory.

    python -m aihelper.lib.testing.servers [--only mariadb|redis] -- COMMAND ...

runs a command with DATABASE_URL and REDIS_URL set to servers that live as long as it does. Without the
binaries it says so and runs nothing (exit code 0), unless AIHELPER_TEST_SERVERS=required.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from aihelper.lib.testing.patience import HANG_SECONDS

POLL_SECONDS = 0.02

MARIADB_OPTIONS = (
    "--no-defaults",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    # A commit survives `kill`, if not a power cut: the tests of outages count on it.
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_bin",
    "--max-connections=200",
    "--max-allowed-packet=16M",
)


class NotInstalled(Exception):
    """A server's program is not on this machine."""


class DidNotStart(Exception):
    """A server's program ended, or was not ready in time; the text holds its last lines."""


@dataclass
class Server:
    """A server that runs. `kill` and `start` serve tests of outages; the data and the port stay."""

    url: str
    port: int
    command: tuple[str, ...]
    directory: Path
    is_ready: Callable[[], bool]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start, and wait until it answers. Raises DidNotStart."""
        with (self.directory / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=self.directory)
        deadline = time.monotonic() + HANG_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                lines = (self.directory / "server.log").read_text(errors="replace").splitlines()
                raise DidNotStart("\n".join(lines[-20:]))
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask it to end, and make it end after HANG_SECONDS."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(HANG_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB server with an empty database `aihelper`. Raises NotInstalled."""
    install, daemon = _program("mariadb-install-db"), _program("mariadbd")
    with _directory("mariadb") as directory:
        as_user = _become_mysql(directory)
        data = directory / "data"
        make = (install, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db")
        done = subprocess.run((*make, f"--datadir={data}", *as_user), capture_output=True, text=True, check=False)
        if done.returncode:
            raise DidNotStart(done.stdout + done.stderr)
        port, socket_path = free_port(), directory / "socket"
        command = (daemon, *MARIADB_OPTIONS, f"--datadir={data}", f"--socket={socket_path}", f"--port={port}", *as_user)
        pid_file = f"--pid-file={directory / 'pid'}"
        url = f"mysql://root@127.0.0.1:{port}/aihelper"
        server = Server(url, port, (*command, pid_file), directory, lambda: _answers_mysql(port))
        server.start()
        try:
            _create_database(port)
            yield server
        finally:
            server.stop()


@contextmanager
def redis() -> Iterator[Server]:
    """A Redis server that keeps nothing on disk. Raises NotInstalled."""
    program = _program("redis-server")
    with _directory("redis") as directory:
        port = free_port()
        words = f"--port {port} --bind 127.0.0.1 --save  --appendonly no --dir {directory} --protected-mode no"
        command = (program, *words.split(" "))
        server = Server(f"redis://127.0.0.1:{port}/0", port, command, directory, lambda: _answers_redis(port))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def free_port() -> int:
    """A port of the loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise NotInstalled(f"{name} is not installed")
    return path


@contextmanager
def _directory(name: str) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix=f"aihelper-{name}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _become_mysql(directory: Path) -> tuple[str, ...]:
    """MariaDB refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return ()
    with suppress(KeyError):
        user = pwd.getpwnam("mysql")
        os.chown(directory, user.pw_uid, user.pw_gid)
        return ("--user=mysql",)
    return ("--user=root",)


def _answers_mysql(port: int) -> bool:
    import MySQLdb

    try:
        MySQLdb.connect(host="127.0.0.1", port=port, user="root", connect_timeout=1).close()
    except MySQLdb.OperationalError:
        return False
    return True


def _create_database(port: int) -> None:
    import MySQLdb

    connection = MySQLdb.connect(host="127.0.0.1", port=port, user="root")
    connection.query("CREATE DATABASE aihelper CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    connection.close()


def _answers_redis(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@contextmanager
def _or_skip(make: Callable[[], AbstractContextManager[Server]]) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(make())
        except NotInstalled as error:
            pytest.skip(str(error))
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    """One MariaDB for all tests of this process that ask for it; skips where it is not installed."""
    pytest.importorskip("MySQLdb")
    with _or_skip(mariadb) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """One Redis for all tests of this process that ask for it; skips where it is not installed."""
    with _or_skip(redis) as server:
        yield server


MAKERS = {"mariadb": ("DATABASE_URL", mariadb), "redis": ("REDIS_URL", redis)}


def main(arguments: list[str]) -> int:
    """Run the command after `--` on fresh servers; returns its exit code."""
    options, command = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    wanted = [options[1]] if options[:1] == ["--only"] else list(MAKERS)
    with ExitStack() as stack:
        environment = dict(os.environ)
        try:
            for name in wanted:
                variable, make = MAKERS[name]
                environment[variable] = stack.enter_context(make()).url
        except (NotInstalled, ImportError) as error:
            print(f"Skipped: {error}.", file=sys.stderr)
            return int(os.environ.get("AIHELPER_TEST_SERVERS") == "required")
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    if "--" not in sys.argv:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
