"""A server of AI Helper as an operator runs it: `manage.py up`, in a process and a data directory of its own."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from aihelper.lib.environment import ROOT
from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.lib.testing.servers import free_port
from aihelper.tests.canary.guard.guard import guard
from aihelper.tests.e2e.seeds import Seeds

POLL_SECONDS = 0.05
ADMIN = "chief"
PASSWORD = "correct horse 1"
# What the process needs of ours: not our settings, which are those of the test run.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONDONTWRITEBYTECODE")


class DidNotStart(Exception):
    """The server ended, or was not ready in time; the text holds its last lines."""


def prepare(directory: Path) -> None:
    """Make a data directory as the first start leaves it: migrated, with an administrator and static files."""
    command = [sys.executable, "manage.py", "up", "--no-serve"]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(directory, {}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DidNotStart(done.stdout + done.stderr)


class Site:
    """A server; `kind` is daphne or uvicorn. The data stay from one start to the next."""

    def __init__(self, kind: str, prepared: Path, directory: Path, variables: Mapping[str, str]) -> None:
        shutil.copytree(prepared, directory)
        self.kind = kind
        self.directory = directory
        self.port = free_port()
        self._environment = _environment(directory, {"PORT": str(self.port), **variables})
        self._log = directory / "server.log"
        self._read = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.seed = Seeds(self._environment)
        for key in (directory / "keys").glob("*"):
            guard.known.add(f"{key.name} of a site", key.read_text().rpartition(":")[2], last=True)

    @property
    def url(self) -> str:
        """The origin of the site."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it says that it is ready. Raises DidNotStart."""
        command = [sys.executable, "manage.py", "up", "--server", self.kind]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        deadline = time.monotonic() + HANG_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise DidNotStart(self._log.read_text(errors="replace")[-4000:])
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask it to end with what seeds it, and make it end after HANG_SECONDS."""
        self._end(signal.SIGTERM)
        self.seed.close()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def complaints(self) -> list[str]:
        """The errors that the server has logged since the last time this was asked."""
        with self._log.open(errors="replace") as log:
            log.seek(self._read)
            lines = log.readlines()
            self._read = log.tell()
        guard.say("log of a site", "".join(lines))
        return [line for line in lines if _is_complaint(line)]

    def backdate(self, session_id: str, days: int) -> None:
        """Make a conversation that old, which no route can."""
        with sqlite3.connect(self.directory / "aihelper.sqlite3", timeout=20) as database:
            age = (f"-{days} days", session_id)
            database.execute(
                "UPDATE chat_sessions SET create_time = datetime(create_time, ?1),"
                " update_time = datetime(update_time, ?1) WHERE session_id = ?2",
                age,
            )
            database.execute(
                "UPDATE ai_chat_messages SET create_time = datetime(create_time, ?1)"
                " WHERE session_id = (SELECT id FROM chat_sessions WHERE session_id = ?2)",
                age,
            )
        database.close()

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(HANG_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _environment(directory: Path, variables: Mapping[str, str]) -> dict[str, str]:
    ours = {name: os.environ[name] for name in INHERITED if name in os.environ}
    theirs = {
        "AIHELPER_ADMIN_USERNAME": ADMIN,
        "AIHELPER_ADMIN_PASSWORD": PASSWORD,
        "AIHELPER_DATA_DIR": str(directory),
        "AIHELPER_DRAIN_SECONDS": "0",
        "ENV_FILE": os.devnull,
        "LOG_FORMAT": "json",
    }
    return {**ours, **theirs, **variables}


def _is_complaint(line: str) -> bool:
    try:
        return json.loads(line)["level"] in {"error", "critical"}
    except (ValueError, KeyError, TypeError):
        return "Traceback" in line
