"""A backup from SQLite into MariaDB and back, on installations of its own: `make backup-check`.

    python -m aihelper.tests.operations.roundtrip SESSIONS MESSAGES

prints how long each step took, and ends with code 1 when a table is not the same at the end.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).parents[3]
# A port at which nobody listens: it takes root to do so.
NO_PORT = "1"


class Installation:
    """A data directory and a database of its own, spoken to by manage.py."""

    def __init__(self, directory: Path, database: str = "") -> None:
        directory.mkdir()
        self.directory = directory
        given = {"AIHELPER_DATA_DIR": str(directory), "PORT": NO_PORT, "ENV_FILE": os.devnull}
        inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        self.environment = inherited | given | ({"DATABASE_URL": database} if database else {})

    def run(self, *words: str, code: int = 0) -> str:
        """Run Python with these words, and return what it printed."""
        command = [sys.executable, "-W", "ignore", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
        return done.stdout if code == 0 else done.stderr

    def manage(self, *words: str, code: int = 0) -> str:
        """Run a command, and return what it printed (of one that fails: to standard error)."""
        return self.run("manage.py", *words, code=code)

    def seed(self, sessions: int, messages: int) -> None:
        """Make the tables and fill them."""
        self.manage("migrate", "-v0")
        self.run("-m", "aihelper.tests.operations.seed", str(sessions), str(messages))

    def backup(self, path: Path) -> dict[str, Any]:
        """Back up, and return the facts."""
        return dict(json.loads(self.manage("backup", str(path), "--json")))


def round_trip(directory: Path, mariadb_url: str, sessions: int, messages: int, say: Any = print) -> dict[str, Any]:
    """SQLite -> archive -> MariaDB -> archive -> SQLite -> archive; all hold the same. Returns the last's facts."""
    here, there, back = (
        Installation(directory / "sqlite"),
        Installation(directory / "mariadb", mariadb_url),
        Installation(directory / "again"),
    )
    one, two, three = (directory / f"{name}.zip" for name in ("one", "two", "three"))
    started = monotonic()

    def step(name: str) -> None:
        nonlocal started
        say(f"{name:<28}{monotonic() - started:8.1f} s")
        started = monotonic()

    here.seed(sessions, messages)
    step("fill SQLite")
    first = here.backup(one)
    step("back up SQLite")
    here.manage("verify_backup", str(one))
    step("verify the archive")
    there.manage("restore", str(one))
    step("restore into MariaDB")
    second = there.backup(two)
    step("back up MariaDB")
    back.manage("restore", str(two))
    step("restore into SQLite")
    third = back.backup(three)
    step("back up SQLite again")
    assert first["tables"] == second["tables"] == third["tables"]
    assert first["files"] == second["files"] == third["files"]
    return third


def main() -> None:
    """Do it with a server of its own, and say what was found."""
    import resource

    from aihelper.lib.testing.servers import mariadb

    sessions, messages = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="aihelper-backup-") as name, mariadb() as server:
        facts = round_trip(Path(name), server.url, sessions, messages)
    counts = {table: row["rows"] for table, row in facts["tables"].items() if row["rows"]}
    print(f"equal counts and hashes in all {len(facts['tables'])} tables: {counts}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"archive {facts['bytes'] / 1e6:.1f} MB, largest process {peak / 1024:.0f} MB")


if __name__ == "__main__":
    main()
