"""manage.py export_user and delete_user."""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from chat.models import Document, Message, Session, UsageRecord
from chat.tests import make
from chat.tests.commands import facts, refused, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def chats(alice: User, bob: User) -> None:
    for user in (alice, bob):
        make.chain(make.session(user, title="Whales"), [f"A question of {user.username}", "An answer"])
        UsageRecord.objects.create(user=user, username=user.username, model_id="m", state="completed")
        Document.objects.create(user=user, name="a.txt", size=1, chars=1, content="x")


def test_export(chats: None, tmp_path: Path) -> None:
    path = tmp_path / "alice.zip"
    told = facts("export_user", "ALICE", "--output", str(path))
    assert told == {"file": str(path), "chats": 1, "bytes": path.stat().st_size}
    assert path.stat().st_mode & 0o077 == 0, "for nobody else to read"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"profile.json", "chats/Whales.json", "chats/Whales.md", "usage.jsonl", "imports.json"} <= set(files)
    assert "A question of alice" in files["chats/Whales.md"] and json.loads(files["usage.jsonl"])["model_id"] == "m"
    assert not any("bob" in text for text in files.values())
    assert [item.name for item in tmp_path.iterdir()] == ["alice.zip"]


def test_export_replaces_nothing_unasked(chats: None, tmp_path: Path) -> None:
    path = tmp_path / "alice.zip"
    path.write_text("mine")
    assert refused("export_user", "alice", "--output", str(path)) == 2
    assert path.read_text() == "mine"
    assert "1 chats were written" in run("export_user", "alice", "--output", str(path), "--force")
    assert zipfile.is_zipfile(path)


def test_export_that_fails_leaves_nothing(chats: None, tmp_path: Path) -> None:
    assert refused("export_user", "nobody") == 2
    assert refused("export_user", "alice", "--output", str(tmp_path / "no" / "where.zip")) == 1
    assert refused("export_user", "alice", "--output", "-", "--json") == 2
    assert list(tmp_path.iterdir()) == []


def test_delete(chats: None, bob: User) -> None:
    assert facts("delete_user", "alice", "--yes") == {"username": "alice", "chats": 1, "messages": 2, "documents": 1}
    assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    assert {session.user for session in Session.objects.all()} == {bob} and Message.objects.count() == 2
    assert sorted(UsageRecord.objects.values_list("username", "user__username")) == [("alice", None), ("bob", "bob")]


class Terminal(io.StringIO):
    """Somebody sits there and types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "gone"), [("alice", True), ("Alice", False), ("", False), ("yes", False)])
def test_delete_asks(chats: None, monkeypatch: pytest.MonkeyPatch, typed: str, gone: bool) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda _question: typed)
    if gone:
        assert "alice was deleted, with 1 chats" in run("delete_user", "alice")
    else:
        assert refused("delete_user", "alice") == 2
    assert User.objects.filter(username="alice").exists() is not gone


def test_delete_refuses(chats: None, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody to ask, nobody of that name, and the last administrator."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert refused("delete_user", "alice") == 2
    assert refused("delete_user", "nobody", "--yes") == 2
    assert refused("delete_user", admin.username, "--yes") == 1
    assert User.objects.count() == 3
