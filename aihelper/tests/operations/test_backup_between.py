"""Backups that go from one database to another, each an installation of its own."""

from pathlib import Path

import pytest

from aihelper.lib.testing.servers import Server
from aihelper.tests.operations.roundtrip import Installation, round_trip

pytestmark = pytest.mark.timeout(600)

HALF = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("DELETE FROM django_migrations WHERE app = 'providers' AND name > '0003'")
"""
FORGET = "from django.db import connection; connection.cursor().execute('DELETE FROM django_migrations')"
OLD_USER = """
from aihelper.operations.backup import schema
users = schema.apps_at(schema.applied("default")).get_model("accounts", "User")
users._base_manager.create(username="old", username_key="old", password="!")
"""
COUNT = "from accounts.models import User; print(User.objects.filter(username='old').count())"


@pytest.mark.servers
def test_from_sqlite_into_mariadb_and_back(mariadb_server: Server, tmp_path: Path) -> None:
    import MySQLdb

    connection = MySQLdb.connect(host="127.0.0.1", port=mariadb_server.port, user="root")
    connection.query("CREATE DATABASE restored CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    connection.close()
    said: list[str] = []
    url = mariadb_server.url.replace("/aihelper", "/restored")
    facts = round_trip(tmp_path, url, 5, 60, say=said.append)
    assert facts["tables"]["ai_chat_messages"]["rows"] == 60
    assert facts["files"] == 1
    assert len(said) == 7


@pytest.mark.servers
def test_remains_of_a_restore_that_was_killed_are_in_nobodys_way(mariadb_server: Server, tmp_path: Path) -> None:
    """MariaDB takes no step of a migration back: tables are there that no migration has noted."""
    import MySQLdb

    connection = MySQLdb.connect(host="127.0.0.1", port=mariadb_server.port, user="root")
    connection.query("CREATE DATABASE killed CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    connection.query("CREATE TABLE killed.of_somebody_else (word TEXT)")
    connection.close()
    here = Installation(tmp_path / "here")
    here.seed(2, 4)
    first = here.backup(tmp_path / "b.zip")
    there = Installation(tmp_path / "there", mariadb_server.url.replace("/aihelper", "/killed"))
    there.manage("migrate", "-v0")
    there.manage("shell", "-v0", "-c", HALF)
    there.manage("restore", str(tmp_path / "b.zip"))
    assert there.backup(tmp_path / "again.zip")["tables"] == first["tables"]
    # What is not of ours stays, and what people have written is never in the way.
    tables = "from django.db import connection; print('of_somebody_else' in connection.introspection.table_names())"
    assert there.manage("shell", "-v0", "-c", tables).strip() == "True"
    there.manage("shell", "-v0", "-c", FORGET)
    assert "not empty" in there.manage("restore", str(tmp_path / "b.zip"), code=2)


def test_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old, new = Installation(tmp_path / "old"), Installation(tmp_path / "new")
    old.manage("migrate", "accounts", "0001_initial", "-v0")
    old.manage("shell", "-v0", "-c", OLD_USER)
    old.backup(tmp_path / "b.zip")
    new.manage("restore", str(tmp_path / "b.zip"))
    assert new.manage("shell", "-v0", "-c", COUNT).strip() == "1"
    assert "No migrations to apply" in new.manage("migrate")
    # The tables of this one are newer now, and tables do not go back.
    refused = new.manage("restore", str(tmp_path / "b.zip"), "--replace", "--no-input", code=2)
    assert "older than the tables" in refused


def test_without_tables_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    empty = Installation(tmp_path / "empty")
    assert "no tables yet" in empty.manage("backup", str(tmp_path / "b.zip"), code=2)
    assert not (tmp_path / "b.zip").exists()
