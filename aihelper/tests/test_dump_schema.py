"""database.sql is in step with the migrations, and a real server ends at the same schema by either way."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models

from aihelper.lib.testing.servers import Server

MySQLdb = pytest.importorskip("MySQLdb")

from aihelper.management.commands.dump_schema import schema_sql  # noqa: E402 - after the check for the driver


def test_the_stored_file_is_in_step() -> None:
    call_command("dump_schema", check=True)


def test_every_table_is_there_once() -> None:
    text = schema_sql()
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            assert text.count(f"CREATE TABLE `{model._meta.db_table}` (") == 1, model


def test_the_same_text_comes_each_time() -> None:
    assert schema_sql() == schema_sql()


def test_a_file_out_of_step_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "database.sql"
    with pytest.raises(CommandError, match="out of step"):
        call_command("dump_schema", check=True, output=path)
    call_command("dump_schema", output=path)
    call_command("dump_schema", check=True, output=path)
    path.write_text(path.read_text().replace("`username`", "`user_name`"))
    with pytest.raises(CommandError, match="user_name"):
        call_command("dump_schema", check=True, output=path)


def test_without_the_driver_the_check_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    said = StringIO()
    call_command("dump_schema", check=True, output=tmp_path / "missing.sql", stderr=said)
    assert "was not checked" in said.getvalue()
    with pytest.raises(CommandError, match="mysqlclient"):
        call_command("dump_schema", output=tmp_path / "missing.sql")


def test_no_field_is_of_a_kind_that_differs_between_mysql_and_mariadb() -> None:
    # MariaDB has a type of its own for UUIDField, MySQL has not: a text of 32 or 36 is the same on both.
    own = [model for model in apps.get_models() if model.__module__.split(".")[0] in {"accounts", "providers", "chat"}]
    found = [str(field) for model in own for field in model._meta.get_fields() if isinstance(field, models.UUIDField)]
    assert found == []


@pytest.mark.servers
def test_both_ways_end_at_the_same_schema(mariadb_server: Server, tmp_path: Path) -> None:
    loaded, migrated = new_database(mariadb_server, "loaded"), new_database(mariadb_server, "migrated")
    load(mariadb_server, "loaded", schema_sql())
    said = manage(loaded, tmp_path, "migrate")
    assert "No migrations to apply" in said
    manage(migrated, tmp_path, "migrate")
    for name in QUERIES:
        assert describe(mariadb_server, "loaded", name) == describe(mariadb_server, "migrated", name), name
    assert len(describe(mariadb_server, "loaded", "columns")) > 100


def new_database(server: Server, name: str) -> str:
    query(server, None, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    return server.url.replace("/aihelper", f"/{name}")


def load(server: Server, database: str, text: str) -> None:
    """What `mysql database < database.sql` does; the tables' database has no collation of its own yet."""
    client = ["mariadb", "--no-defaults", "-h127.0.0.1", f"-P{server.port}", "-uroot", database]
    subprocess.run(client, input=text, text=True, check=True)


def manage(url: str, data_dir: Path, *words: str) -> str:
    environment = os.environ | {"DATABASE_URL": url, "AIHELPER_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-W", "ignore", str(settings.BASE_DIR / "manage.py"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


QUERIES = {
    "tables": (
        "SELECT table_name, engine, table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"
    ),
    "columns": (
        "SELECT table_name, column_name, ordinal_position, column_type, is_nullable, column_default, extra, column_key,"
        " character_set_name, collation_name FROM information_schema.columns WHERE table_schema = DATABASE()"
    ),
    "indexes": (
        "SELECT table_name, index_name, non_unique, seq_in_index, column_name, collation"
        " FROM information_schema.statistics WHERE table_schema = DATABASE()"
    ),
    "foreign keys": (
        "SELECT table_name, constraint_name, referenced_table_name, delete_rule, update_rule"
        " FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"
    ),
    "checks": (
        "SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints"
        " WHERE constraint_schema = DATABASE()"
    ),
    "migrations": "SELECT app, name FROM django_migrations",
    "permissions": "SELECT codename FROM auth_permission",
}


def describe(server: Server, database: str, name: str) -> list[tuple[Any, ...]]:
    return sorted(query(server, database, QUERIES[name]), key=repr)


def query(server: Server, database: str | None, sql: str) -> list[tuple[Any, ...]]:
    words = {"db": database} if database else {}
    connection = MySQLdb.connect(host="127.0.0.1", port=server.port, user="root", charset="utf8mb4", **words)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    finally:
        connection.close()
