"""`manage.py preflight`: what would stop an upgrade is found before it."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models
from django.db.migrations import AddConstraint, AlterField, AlterUniqueTogether, Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import CheckConstraint, Q, UniqueConstraint

from accounts.models import User
from aihelper.operations.preflight import machine
from aihelper.tests.operations.seed import KEY
from aihelper.tests.operations.support import levels, report
from chat.models import Folder, Message, Session
from providers import services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def healthy(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that is ready for an upgrade."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "today.zip").touch()
    monkeypatch.setattr(machine, "SPARE_BYTES", -(10**12))


def coming(monkeypatch: pytest.MonkeyPatch, *operations: Any, app: str = "accounts") -> None:
    """Let a migration with these operations be due."""
    migration = Migration("0999_tomorrow", app)
    monkeypatch.setattr(migration, "operations", list(operations))
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [(migration, False)])


def rule_of(facts: dict[str, Any]) -> dict[str, Any]:
    [row] = [row for row in facts["findings"] if row["check"] == "constraints"]
    return dict(row)


def test_it_finds_nothing_where_nothing_is(alice: Any) -> None:
    services.create_provider(name="Example", base_url="https://api.example.com/v1", api_key=KEY)
    code, facts, text = report("preflight")
    # Of the test's MariaDB: it has no tables of time zones.
    assert {row["check"] for row in facts["findings"] if row["level"] != "ok"} <= {"time zones"}
    assert code == 0
    assert KEY not in text
    looked_at = {row["check"] for row in facts["findings"]}
    assert looked_at >= {"versions", "migrations", "disk", "backup", "usernames", "orphans", "constraints", "keys"}
    assert looked_at >= ({"time zones", "collation"} if connection.vendor == "mysql" else {"file"})


def test_names_that_are_one(alice: Any, bob: Any) -> None:
    User.objects.filter(pk=bob.pk).update(username="ALICE")
    code, facts, text = report("preflight")
    assert code == 1
    [row] = [row for row in facts["findings"] if row["level"] == "fail"]
    assert row["check"] == "usernames"
    assert row["advice"]
    assert "ALICE" not in text


def test_rows_that_refer_to_nothing(alice: Any) -> None:
    folder = Folder.objects.create(user=alice, name="mine")
    with connection.constraint_checks_disabled():
        Folder.objects.update(user_id=alice.pk + 1000)
    code, facts, _text = report("preflight")
    [row] = [row for row in facts["findings"] if row["level"] == "fail"]
    assert row["check"] == "orphans"
    assert "chat_folders.user_id" in row["sentence"]
    assert code == 1
    Folder.objects.filter(pk=folder.pk).update(user_id=alice.pk)


def test_rows_that_will_have_to_be_unique(monkeypatch: pytest.MonkeyPatch, alice: Any, bob: Any) -> None:
    User.objects.update(email="same@example.org")
    coming(monkeypatch, AddConstraint("user", UniqueConstraint(fields=("email",), name="one_email")))
    code, facts, text = report("preflight")
    assert rule_of(facts)["level"] == "fail"
    assert "users (email)" in rule_of(facts)["sentence"]
    assert code == 1
    assert "same@example.org" not in text


def test_only_rows_that_the_rule_is_about_count(monkeypatch: pytest.MonkeyPatch, alice: Any, bob: Any) -> None:
    User.objects.update(email="same@example.org")
    rule = UniqueConstraint(fields=("email",), condition=Q(is_staff=True), name="one_email")
    coming(monkeypatch, AddConstraint("user", rule))
    assert levels("preflight", "constraints") == ["ok"]


def test_columns_that_will_have_to_be_unique_together(monkeypatch: pytest.MonkeyPatch, alice: Any, bob: Any) -> None:
    User.objects.update(email="same@example.org")
    coming(monkeypatch, AlterUniqueTogether("user", {("email", "locale")}))
    assert levels("preflight", "constraints") == ["fail"]


@pytest.mark.parametrize(("rating", "level"), [(None, "ok"), (1, "ok"), (-1, "fail")])
def test_rows_that_a_check_will_refuse(
    monkeypatch: pytest.MonkeyPatch, alice: Any, rating: int | None, level: str
) -> None:
    session = Session.objects.create(user=alice)
    Message.objects.create(session=session, user=alice, seq=1, role="assistant", rating=rating)
    rule = CheckConstraint(condition=Q(rating__gte=0), name="good_ones")
    coming(monkeypatch, AddConstraint("message", rule), app="chat")
    assert levels("preflight", "constraints") == [level]


def test_values_that_will_have_to_be_there(monkeypatch: pytest.MonkeyPatch, alice: Any) -> None:
    session = Session.objects.create(user=alice)
    Message.objects.create(session=session, user=alice, seq=1, role="user")
    field = models.CharField(max_length=64)
    coming(monkeypatch, AlterField("message", "client_id", field), app="chat")
    assert levels("preflight", "constraints") == ["fail"]
    coming(monkeypatch, AlterField("message", "client_id", models.CharField(max_length=64, default="")), app="chat")
    assert levels("preflight", "constraints") == ["ok"]


def test_what_a_migration_may_correct_itself_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, alice: Any, bob: Any
) -> None:
    User.objects.update(email="same@example.org")
    rule = AddConstraint("user", UniqueConstraint(fields=("email",), name="one_email"))
    coming(monkeypatch, RunPython(RunPython.noop), rule)
    assert levels("preflight", "constraints") == ["warn"]


def test_rules_about_what_is_not_there_yet_are_left_out(monkeypatch: pytest.MonkeyPatch, alice: Any) -> None:
    of_a_column = AddConstraint("user", UniqueConstraint(fields=("shoe_size",), name="one_size"))
    of_a_table = AddConstraint("shoe", UniqueConstraint(fields=("size",), name="one_shoe"))
    coming(monkeypatch, of_a_column, of_a_table)
    assert levels("preflight", "constraints") == ["ok"]


@pytest.mark.parametrize("ring", ["", "other:" + base64.b64encode(b"x" * 32).decode()])
def test_keys_that_will_be_missed(settings: Any, ring: str) -> None:
    services.create_provider(name="Example", base_url="https://api.example.com/v1", api_key=KEY)
    settings.FIELD_KEYS = ring
    code, facts, text = report("preflight")
    assert [row["check"] for row in facts["findings"] if row["level"] == "fail"] == ["keys"]
    assert code == 1
    assert not ring or ring.partition(":")[2] not in text


def test_a_database_of_a_newer_version() -> None:
    MigrationRecorder(connection).record_applied("chat", "0999_tomorrow")
    code, facts, _text = report("preflight")
    assert [row["check"] for row in facts["findings"] if row["level"] == "fail"] == ["migrations"]
    assert "usernames" not in {row["check"] for row in facts["findings"]}
    assert code == 1


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MIN_PYTHON", (99, 0))
    assert levels("preflight", "versions") == ["fail", "ok", "ok"]


def test_a_small_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SPARE_BYTES", 1 << 80)
    assert levels("preflight", "disk") == ["fail"]


def test_no_way_back(settings: Any) -> None:
    (settings.DATA_DIR / "backups" / "today.zip").unlink()
    assert levels("preflight", "backup") == ["warn"]
    assert report("preflight", strict=True)[0] == 1


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("no connection to db.internal:3306")

    monkeypatch.setattr(connection, "ensure_connection", fail)
    with pytest.raises(CommandError, match="does not answer") as failed:
        call_command("preflight")
    assert "db.internal" not in str(failed.value)
