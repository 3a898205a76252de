"""manage.py import_chats."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from chat.models import Session
from chat.tests.imports.reading import SAMPLES

pytestmark = pytest.mark.django_db


def run(*args: Any, code: int = 0, **options: Any) -> str:
    out = io.StringIO()
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command("import_chats", *args, stdout=out, stderr=io.StringIO(), **options)
        assert ended.value.code == code
    else:
        call_command("import_chats", *args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_it_works_and_is_undone(alice: User) -> None:
    facts = json.loads(run(str(SAMPLES / "claude.json"), "--user", "alice", "--json"))
    (report,) = facts["files"]
    assert facts["ok"] and (report["file"], report["imported"], report["left_out"]) == ("claude.json", 2, 0)
    (row,) = json.loads(run("--user", "alice", "--list", "--json"))["imports"]
    assert row["import_id"] == report["import_id"] and row["file_name"] == "claude.json"
    undone = json.loads(run("--user", "ALICE", "--undo", report["import_id"], "--json"))
    assert undone == {"ok": True, "removed": 2, "kept": 0}
    assert not Session.objects.filter(deleted_at=None).exists()
    assert "taken back" in run("--user", "alice", "--list")


def test_what_was_left_out_ends_with_code_1_and_says_why(alice: User) -> None:
    said = run(str(SAMPLES / "chatgpt.json"), "--user", "alice", code=1)
    assert "+ Tides\n" in said and "- A folder of mine: This is not a chat.\n" in said
    assert "chatgpt.json: 1 imported, 0 were here already, 1 were left out.\n" in said
    assert "= Tides\n" in run(str(SAMPLES / "chatgpt.json"), "--user", "alice", code=1)


def test_a_dry_run_changes_nothing(alice: User) -> None:
    said = run(str(SAMPLES / "claude.json"), str(SAMPLES / "own.json"), "--user", "alice", "--dry-run")
    assert "claude.json: 2 would be imported, 0 are here already, 0 are left out.\n" in said
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "args",
    [
        ("--user", "nobody", "--list"),
        ("--user", "alice"),
        ("--user", "alice", "--list", "--undo", "x"),
        ("--user", "alice", "/no/such/file.json"),
    ],
)
def test_wrong_use_ends_with_code_2(alice: User, args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert refused.value.returncode == 2


def test_what_cannot_be_read_ends_with_code_1(alice: User, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Dear diary")
    with pytest.raises(CommandError, match=r"notes\.txt: The file is not valid JSON") as refused:
        run(str(file), "--user", "alice")
    assert refused.value.returncode == 1
    large = tmp_path / "large.json"
    large.write_text("[" + " " * 1024 * 1024 + "]")
    with pytest.raises(CommandError, match="too large"):
        run(str(large), "--user", "alice", "--max-mb", "1")
    with pytest.raises(CommandError):
        run("--user", "alice", "--undo", "00000000-0000-4000-8000-000000000000")
