"""Server processes that really run, by `manage.py up`, on data of their own."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
from django.conf import settings

from aihelper.lib.testing.patience import HANG_SECONDS, Stopwatch, net_clock
from aihelper.lib.testing.plugin import PASSWORD
from aihelper.lib.testing.servers import free_port
from aihelper.tests.canary.guard.guard import guard
from aihelper.tests.database import KEPT_TABLES
from aihelper.tests.faults.upstream import KEY, MODEL, PacingUpstream

KINDS = ("daphne", "uvicorn")
MADE_BY_MIGRATIONS = KEPT_TABLES | {"django_migrations", "chat_roles"}
# The names are not AIHELPER_...: those are forgotten in tests (aihelper.lib.testing.plugin).
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


class ServerProcess:
    """One server. It can be killed and started again on the same data."""

    def __init__(self, directory: Path, kind: str, upstream: PacingUpstream, **environment: str) -> None:
        self.kind = kind
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"server-{self.port}.log"
        self._environment = {
            **environment_of(directory),
            "AIHELPER_ALLOW_MODEL_REQUESTS": "1",
            "AIHELPER_ALLOWED_PRIVATE_HOSTS": upstream.host,
            "AIHELPER_MAX_RUNS_PER_USER": "1000",
            "AIHELPER_PROVIDER_KEY": KEY,
            "AIHELPER_PROVIDER_MODELS": MODEL,
            "AIHELPER_PROVIDER_URL": f"http://{upstream.host}/v1",
            "PORT": str(self.port),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        guard.known.add("provider key", KEY)

    async def start(self) -> float:
        """Start, and wait until it answers; returns the moment at which it did."""
        process = self._spawn()
        deadline = time.monotonic() + HANG_SECONDS
        async with httpx.AsyncClient(timeout=HANG_SECONDS) as http:
            while (answer := await self._ready(http)) is None:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"{self.kind} did not start:\n{self.log.read_text()[-3000:]}")
                await asyncio.sleep(0.05)
        assert answer.status_code == 200, answer.text
        return time.monotonic()

    async def manage(self, *arguments: str, given: bytes = b"") -> None:
        """Run a management command on its data. Raises AssertionError with what it said when it fails."""
        command = (sys.executable, "manage.py", *arguments)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, cwd=settings.BASE_DIR, env=self._environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
        said, complained = await process.communicate(given)
        assert process.returncode == 0, (said + complained).decode()

    def kill(self) -> float:
        """End it as the kernel does when memory is short; returns the moment (of `net_clock`)."""
        process = self._running()
        moment = net_clock()
        process.kill()
        process.wait(10)
        return moment

    async def stand_still(self, seconds: float) -> None:
        """Let it compute nothing for a while, as a callback does that takes so long."""
        self._running().send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._running().send_signal(signal.SIGCONT)

    async def terminate(self, seconds: float) -> float:
        """Ask it to end; returns how many seconds it took, net. Raises TimeoutError long after `seconds`."""
        process = self._running()
        watch = Stopwatch()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(seconds + HANG_SECONDS):
            while process.poll() is None:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)
        return watch.net

    def memory(self) -> int:
        """Its resident memory in bytes."""
        return int(psutil.Process(self._running().pid).memory_info().rss)

    def kept_waiting(self) -> float:
        """For how many seconds so far its threads could have run and had no processor. 0 where nobody counts it.

        All of them: the main thread stands still as well while one that holds the interpreter's lock has to wait.
        """
        waited = 0
        for thread in Path(f"/proc/{self._running().pid}/task").glob("*/schedstat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                waited += int(thread.read_text().split()[1])
        return waited / 1e9

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def close(self) -> None:
        """End it, whatever state it is in."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        if self.log.exists():
            guard.say("log of a server", self.log.read_bytes())

    def log_lines(self) -> list[dict[str, Any]]:
        """What it logged, as far as it is JSON."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def problems(self) -> list[str]:
        """What it logged as an error, and every traceback."""
        errors = [str(line) for line in self.log_lines() if line.get("level") in {"error", "critical"}]
        return errors + [line for line in self.log.read_text(errors="replace").splitlines() if "Traceback" in line]

    def _spawn(self) -> "subprocess.Popen[bytes]":
        command = (sys.executable, "manage.py", "up", "--server", self.kind)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=self._environment, stdout=log, stderr=log
            )
        return self.process

    def _running(self) -> "subprocess.Popen[bytes]":
        assert self.process is not None
        return self.process

    async def _ready(self, http: httpx.AsyncClient) -> httpx.Response | None:
        """What it says about itself; None while it says nothing."""
        try:
            return await http.get(f"{self.url}/health/ready")
        except httpx.TransportError:
            return None


def environment_of(directory: Path) -> dict[str, str]:
    """What all servers on a data directory have in common; its database is SQLite unless more is said."""
    inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    ours = {"AIHELPER_ADMIN_PASSWORD": PASSWORD, "AIHELPER_DATA_DIR": str(directory), "LOG_FORMAT": "json"}
    return inherited | ours


def prepare(directory: Path) -> None:
    """Make a data directory as the first start leaves it. Raises AssertionError with what was said when that fails."""
    command = (sys.executable, "manage.py", "up", "--no-serve")
    environment = environment_of(directory)
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def empty_database(port: int) -> None:
    """Empty MariaDB's database `aihelper`, of all but what the migrations made: those run once for all tests."""
    import MySQLdb

    connection = MySQLdb.connect(host="127.0.0.1", port=port, user="root", database="aihelper")
    with connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        tables = {name for (name,) in cursor.fetchall()}
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for table in tables - MADE_BY_MIGRATIONS:
            cursor.execute(f"TRUNCATE TABLE `{table}`")
    connection.close()
