"""`manage.py backup`, `verify_backup` and `restore` on one database; two databases are in test_backup_between."""

import base64
import io
import json
import re
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError

from accounts.models import RefreshToken, User
from aihelper.management.commands import restore as restore_command
from aihelper.operations.backup import restoring, schema, values, writing
from aihelper.operations.backup.archive import opened
from aihelper.operations.backup.errors import BackupError, Damaged, Refused
from aihelper.tests.operations.seed import KEY, fill
from chat.models import Message, SearchEntry, Session
from providers import secrets
from providers.models import ProviderKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests of this machine may serve at any port.
    monkeypatch.setattr(restore_command.Command, "_require_no_server", lambda self: None)


@pytest.fixture
def made(media_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a few chats, which are in the database, too."""
    fill(4, 30)
    path = tmp_path_factory.mktemp("backup") / "b.zip"
    writing.write(path)
    return path


def run(*words: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def facts(*words: str, **options: Any) -> dict[str, Any]:
    return dict(json.loads(run(*words, json=True, **options)))


def restore(path: Path, **options: Any) -> dict[str, Any]:
    with opened(path) as archive:
        return restoring.restore(archive, **options)


def test_it_writes_everything_into_one_file(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(made) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = archive.read("tables/chat.Message.jsonl").splitlines()
        assert archive.read("media/avatars/one.webp").startswith(b"\x00\x01picture")
    [table] = [table for table in manifest["tables"] if table["table"] == "ai_chat_messages"]
    assert table["rows"] == len(rows) == 30
    assert "indexed" not in table["columns"]
    assert ["chat", "0001_initial"] in manifest["migrations"]
    assert not list(made.parent.glob(".*"))


def test_it_says_what_it_did(tmp_path: Path, media_root: Path) -> None:
    fill(2, 4)
    found = facts("backup", str(tmp_path / "b.zip"))
    assert found["ok"] is True
    assert found["tables"]["chat_sessions"]["rows"] == 2
    assert found["bytes"] == (tmp_path / "b.zip").stat().st_size
    assert "b2.zip" in run("backup", str(tmp_path / "b2.zip"))


def test_without_a_name_it_goes_into_the_data_directory(settings: Any, tmp_path: Path, media_root: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    path = Path(facts("backup")["file"])
    assert path.parent == tmp_path / "data" / "backups"
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_it_overwrites_nothing(made: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(CommandError) as refused:
        run("backup", str(made))
    assert refused.value.returncode == 2
    assert made.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(
    made: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Any:
        raise OSError(28, "No space left on device")

    folder = tmp_path_factory.mktemp("full")
    monkeypatch.setattr(values, "lines", fail)
    with pytest.raises(CommandError, match="No space left") as failed:
        run("backup", str(folder / "b.zip"))
    assert failed.value.returncode == 1
    assert list(folder.iterdir()) == []


def test_a_database_that_is_away_is_a_sentence(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> Any:
        raise OperationalError("no connection to db.internal:3306")

    monkeypatch.setattr(schema, "applied", fail)
    for words in (("backup", str(tmp_path / "b.zip")), ("restore", str(made))):
        with pytest.raises(CommandError, match="The database") as failed:
            run(*words)
        assert failed.value.returncode == 1
        assert "db.internal" not in str(failed.value)


def test_a_server_that_runs_has_to_be_stopped(made: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.HOST, settings.PORT = "0.0.0.0", server.getsockname()[1]
        with pytest.raises(CommandError, match="Stop it") as refused:
            run("restore", str(made), replace=True, no_input=True)
    assert refused.value.returncode == 2


def test_nothing_secret_is_in_it(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        text = b"\n".join(archive.read(name) for name in archive.namelist())
    ring = [entry.partition(":")[2] for entry in project.FIELD_KEYS.split(",")]
    for secret in (KEY, project.SECRET_KEY, project.JWT_KEY, project.VAPID_KEY, *ring):
        assert secret.encode() not in text
        assert base64.b64encode(secret.encode()).rstrip(b"=") not in text
    assert re.search(rb"v\d:test:", text)  # the sealed key is


def test_an_archive_is_verified(made: Path) -> None:
    found = facts("verify_backup", str(made))
    assert found["ok"] is True
    assert found["tables"]["users"]["rows"] == User.objects.count()
    assert found["field_keys"] == ["test"]


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of an archive with other members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def _edit(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


def _drop(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        del members[name]

    return change


DAMAGES = {
    "a changed row": _edit("tables/accounts.User.jsonl", b"root", b"r00t"),
    "a changed file": _edit("media/avatars/one.webp", b"picture", b"pictures"),
    "no table": _drop("tables/chat.Message.jsonl"),
    "no file": _drop("media/avatars/one.webp"),
    "no manifest": _drop("manifest.json"),
    "a member too many": lambda members: members.update({"tables/more.jsonl": b"[1]\n"}),
    "a path that leads out": _edit("manifest.json", b'"avatars/one.webp"', b'"../../one.webp"'),
    "an absolute path": _edit("manifest.json", b'"avatars/one.webp"', b'"/tmp/one.webp"'),
    "not a manifest": lambda members: members.update({"manifest.json": b"[]"}),
    "an unknown field": _edit("manifest.json", b'"version"', b'"vversion"'),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_is_found_and_not_restored(made: Path, name: str) -> None:
    path = rewritten(made, DAMAGES[name])
    User.objects.filter(username="root").update(email="mine@example.org")
    with pytest.raises(SystemExit) as found:
        run("verify_backup", str(path))
    assert found.value.code == 1
    with pytest.raises(CommandError) as failed:
        run("restore", str(path), replace=True, no_input=True)
    assert failed.value.returncode == 1
    assert User.objects.get(username="root").email == "mine@example.org"


def test_half_an_archive_is_none(made: Path) -> None:
    made.write_bytes(made.read_bytes()[:-100])
    with pytest.raises(Damaged), opened(made):
        pass


@pytest.mark.parametrize("words", [("verify_backup",), ("restore",)])
def test_what_is_not_there_is_a_wrong_use(words: tuple[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run(*words, str(tmp_path / "none.zip"))
    assert refused.value.returncode == 2


def test_another_format_is_refused(made: Path) -> None:
    with pytest.raises(Refused, match="format"), opened(rewritten(made, _edit("manifest.json", b"1,", b"9,"))):
        pass


def test_a_newer_version_is_refused(made: Path) -> None:
    path = rewritten(made, _edit("manifest.json", b'"0001_initial"', b'"0999_tomorrow"'))
    for words in (("restore", str(path)), ("verify_backup", str(path))):
        with pytest.raises(CommandError, match="newer") as refused:
            run(*words)
        assert refused.value.returncode == 2


def test_only_an_empty_installation_is_restored_into(made: Path) -> None:
    with pytest.raises(CommandError, match="not empty.*users: 20") as refused:
        run("restore", str(made))
    assert refused.value.returncode == 2


def test_replacing_asks(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    User.objects.filter(username="root").update(email="mine@example.org")
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    with pytest.raises(CommandError, match="--no-input"):
        run("restore", str(made), replace=True)
    for answer in ("\n", "no\n", "y\n"):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        with pytest.raises(CommandError):
            run("restore", str(made), replace=True)
    assert User.objects.get(username="root").email == "mine@example.org"
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    run("restore", str(made), replace=True)
    assert User.objects.get(username="root").email == ""


def test_it_brings_everything_back(made: Path, media_root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = list(Message.objects.order_by("pk").values())
    key = ProviderKey.objects.get(provider__name="Example")
    Message.objects.update(content="gone", indexed=True)
    Session.objects.all()[0].delete()
    User.objects.create_user("later", password="correct horse 1")
    (media_root / "avatars" / "one.webp").unlink()
    (media_root / "avatars" / "later.webp").write_bytes(b"x")
    done = restore(made, replace=True)
    assert list(Message.objects.order_by("pk").values()) == before
    assert not User.objects.filter(username="later").exists()
    assert [path.name for path in media_root.rglob("*") if path.is_file()] == ["one.webp"]
    assert done == {"files_removed": 1, "unreadable_keys": 0}
    assert secrets.unseal(ProviderKey.objects.get(pk=key.pk)) == KEY
    again = writing.write(tmp_path_factory.mktemp("again") / "b.zip")
    with opened(made) as archive:
        assert again.tables == archive.manifest.tables


def test_who_was_signed_in_signs_in_again(made: Path, client: Any) -> None:
    user = User.objects.get(username="root")
    client.force_login(user)
    RefreshToken.objects.create(
        jti_hash="0" * 64, user=user, family="0" * 32, create_time=user.create_time, expires_at=user.create_time
    )
    restore(made, replace=True)
    assert not RefreshToken.objects.exists()
    assert client.get("/admin/").status_code == 302


def test_the_search_begins_anew(made: Path) -> None:
    call_command("reindex", stdout=io.StringIO())
    assert SearchEntry.objects.exists()
    restore(made, replace=True)
    assert not SearchEntry.objects.exists()
    assert not Message.objects.filter(indexed=True).exists()


def test_keys_of_another_server_are_counted(made: Path, settings: Any) -> None:
    settings.FIELD_KEYS = "other:" + base64.b64encode(b"x" * 32).decode()
    assert restore(made, replace=True)["unreadable_keys"] == 1


def test_a_failure_in_the_middle_changes_nothing(made: Path, media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = restoring._load

    def fail(archive: Any, facts: Any, *rest: Any) -> None:
        if facts.table == "chat_sessions":
            raise DatabaseError("the disk is full")
        load(archive, facts, *rest)

    User.objects.filter(username="root").update(email="mine@example.org")
    monkeypatch.setattr(restoring, "_load", fail)
    with pytest.raises(BackupError, match="the disk is full"):
        restore(made, replace=True)
    assert User.objects.get(username="root").email == "mine@example.org"
    assert Message.objects.count() == 30
    assert [path.name for path in media_root.iterdir()] == ["avatars"]


def test_what_does_not_compare_equal_is_not_kept(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    takers = values.takers

    def shouting(table: Any, *rest: Any) -> Any:
        found = takers(table, *rest)
        return [
            (lambda text: f"{text}!") if field.name == "title" else take
            for field, take in zip(table.fields, found, strict=True)
        ]

    Session.objects.update(title="mine")
    monkeypatch.setattr(values, "takers", shouting)
    with pytest.raises(BackupError, match="not the same"):
        restore(made, replace=True)
    assert set(Session.objects.values_list("title", flat=True)) == {"mine"}


def test_a_reference_into_nothing_is_refused(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = restoring._load

    def skip(archive: Any, facts: Any, *rest: Any) -> None:
        if facts.table != "chat_sessions":
            load(archive, facts, *rest)

    monkeypatch.setattr(restoring, "_load", skip)
    with pytest.raises(BackupError, match="refuses"):
        restore(made, replace=True, compare=False)
    assert Session.objects.count() == 4
