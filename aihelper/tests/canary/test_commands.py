"""No command prints a secret, whether it works or fails, nor writes one into a file in clear."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError

from accounts.models import User
from aihelper.tests.canary import secrets
from aihelper.tests.canary.secrets import Secrets

pytestmark = pytest.mark.django_db

# How each of our commands is run, well and badly; `{folder}` is an empty one. A new command needs a line.
RUNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "backup": (("{folder}/backup.zip", "--json"), ("{folder}/no/such/folder/backup.zip",)),
    "verify_backup": (("{folder}/backup.zip", "--json"), ("{folder}/nothing.zip",)),
    "restore": (("{folder}/nothing.zip", "--json"), ("{folder}/backup.zip",)),
    "import_people": (("{folder}/nothing.csv", "--json"),),
    "preflight": (("--json",), ()),
    "doctor": (("--json",), ()),
    "dump_schema": (("--output", "{folder}/schema.sql"),),
    "checkproviders": (("--stored",), ("--stored", "--json")),
    "createprovider": (
        ("Canary", "https://api.example.com/v1", "--key", secrets.PROVIDER_KEY),
        ("x", "no", "--no-key"),
    ),
    "rotate_keys": (("--dry-run", "--json"), ()),
    "syncmodels": (("nobody",),),
    "chat": (("Hello", "--user", "nobody"),),
    "delete_user": (("nobody", "--yes", "--json"),),
    "emptytrash": (("--json",),),
    "export_user": (("root", "--output", "{folder}/root.zip", "--json"), ("nobody",)),
    "import_chats": (("{folder}/nothing.zip", "--user", "root"), ("--user", "root", "--list")),
    "purge": (("--dry-run", "--json"), ()),
    "recovergenerations": ((),),
    "reindex": (("--check",),),
    "removeunused": ((),),
    "usage_report": (("--json",), ("--csv",)),
    "usage_rollup": (("--json",),),
}
# Serves until it is stopped: its output is looked at in aihelper/tests/test_up.py. And what has no use for databases.
ELSEWHERE = {"up"}
APPS = {"aihelper", "accounts", "providers", "chat"}


@pytest.fixture
def known(admin: User) -> Secrets:
    return secrets.enter(admin)


def test_every_command_of_ours_has_a_line() -> None:
    ours = {name for name, app in get_commands().items() if app in APPS}
    assert ours - ELSEWHERE == set(RUNS)


def test_no_command_tells_a_secret(known: Secrets, tmp_path: Path, capfd: Any) -> None:
    wrong = {}
    for name, ways in RUNS.items():
        for words in ways:
            said = _run(name, [word.replace("{folder}", str(tmp_path)) for word in words]) + "".join(capfd.readouterr())
            if found := known.found_in(said):
                wrong[f"{name} {' '.join(words)}"] = found
    assert wrong == {}
    # A backup keeps what is needed to sign in again, and keys as they are sealed.
    kept = {"hash of a password", "sealed key"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    for file in files:
        told = set(known.found_in(_content(file)))
        assert told <= (kept if file.name == "backup.zip" else set()), file.name
    assert {"backup.zip", "root.zip"} <= {file.name for file in files}


def _run(name: str, words: list[str]) -> str:
    """All that it says, also when it fails."""
    out = io.StringIO()
    try:
        call_command(name, *words, stdout=out, stderr=out)
    except (CommandError, SystemExit) as end:
        out.write(f"{end!r} {end}")
    return out.getvalue()


def _content(file: Path) -> bytes:
    """What is in a file, and in each member of an archive."""
    data = file.read_bytes()
    if file.suffix != ".zip":
        return data
    with zipfile.ZipFile(file) as archive:
        return data + b"".join(archive.read(name) for name in archive.namelist())
