"""`manage.py dump_schema`: write database.sql, the MySQL schema that the migrations end at.

No server is needed: Django's own MySQL schema editor is asked for its statements, over a connection that
is told what a server would have said. `mysql aihelper < database.sql` and `manage.py migrate` end at the
same schema (a test on a real server holds that), and after the file there is nothing left to migrate.
"""

import argparse
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

TARGET = "database.sql"
HEADER = """\
-- The schema of AI Helper for MySQL 8 and MariaDB 10.11, made by `manage.py dump_schema` from the migrations.
-- It is an alternative to `manage.py migrate` for an empty database:
--     CREATE DATABASE aihelper CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--     mysql aihelper < database.sql
SET NAMES utf8mb4;
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
SET FOREIGN_KEY_CHECKS = 0;
"""
FOOTER = "SET FOREIGN_KEY_CHECKS = 1;\n"
# What a server says when it is asked. From 8.0.16 on, checks of columns are the same as MariaDB's.
SERVER = {
    "version": "8.4.0",
    "sql_mode": "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
    "default_storage_engine": "InnoDB",
    "sql_auto_is_null": False,
    "lower_case_table_names": False,
    "has_zoneinfo_database": True,
}


class Command(BaseCommand):
    """Write database.sql, or check that it is in step with the migrations."""

    requires_system_checks = ()
    help = "Writes database.sql, the MySQL schema, from the migrations (no server needed)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """`--check` writes nothing."""
        parser.add_argument("--check", action="store_true", help="Fail when database.sql is out of step.")
        text = "Where to (default: database.sql of the clone)."
        parser.add_argument("--output", type=Path, metavar="FILE", default=settings.BASE_DIR / TARGET, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        try:
            import MySQLdb  # noqa: F401 - Django's MySQL backend needs it
        except ImportError as error:
            if options["check"]:
                self.stderr.write(f"{TARGET} was not checked: mysqlclient is not installed.")
                return
            raise CommandError("mysqlclient is not installed; it knows the dialect.") from error
        text, path = schema_sql(), options["output"]
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
            return
        stored = path.read_text(encoding="utf-8") if path.exists() else ""
        if stored != text:
            difference = difflib.unified_diff(stored.splitlines(), text.splitlines(), TARGET, "migrations", "", "", 1)
            raise CommandError("\n".join([f"{TARGET} is out of step. Run: make schema", *list(difference)[:40]]))


def schema_sql() -> str:
    """The whole text of database.sql."""
    with _offline_mysql() as connection:
        loader = MigrationLoader(None)
        state = loader.project_state(loader.graph.leaf_nodes())
        statements = _create_tables(connection, [*_models(state.apps), MigrationRecorder.Migration])
    applied = sorted(loader.graph.nodes)
    rows = ",\n".join(f"    ('{app}', '{name}', UTC_TIMESTAMP(6))" for app, name in applied)
    history = f"INSERT INTO `django_migrations` (`app`, `name`, `applied`) VALUES\n{rows};\n"
    return "\n".join([HEADER, *statements, "", history, FOOTER])


def _models(apps: Apps) -> list[type[Model]]:
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return sorted(models, key=lambda model: model._meta.db_table)


def _create_tables(connection: Any, models: list[type[Model]]) -> list[str]:
    editor = connection.schema_editor(collect_sql=True, atomic=False)
    editor.quote_value = _quote
    with editor:
        for model in models:
            editor.create_model(model)
    return [_spread(statement) for statement in editor.collected_sql]


def _quote(value: Any) -> str:
    """A value inside a statement; only what constraints and defaults hold."""
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    # A truth is a bit to mysqlclient, as `migrate` writes it.
    return f"b'{int(value)}'" if isinstance(value, bool) else str(value)


def _spread(statement: str) -> str:
    """CREATE TABLE with a line per column, so that a change shows as a line."""
    head, bracket, body = statement.partition(" (")
    if not statement.startswith("CREATE TABLE") or not bracket:
        return statement
    return f"\n{head} (\n    {_split_columns(body.removesuffix(');'))}\n);"


def _split_columns(body: str) -> str:
    parts, depth, quoted = [""], 0, False
    for character in body:
        if character == "'":
            quoted = not quoted
        depth += 0 if quoted else {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return ",\n    ".join(part.strip() for part in parts)


@contextmanager
def _offline_mysql() -> Iterator[Any]:
    """A MySQL connection that never connects, in the place of the default one while it lasts."""
    from django.db.backends.mysql.base import DatabaseWrapper

    default = connections[DEFAULT_DB_ALIAS]
    details = {**default.settings_dict, "ENGINE": "django.db.backends.mysql", "OPTIONS": {}, "NAME": "offline"}
    offline: Any = DatabaseWrapper(details, DEFAULT_DB_ALIAS)
    offline.__dict__["mysql_server_data"] = SERVER
    offline.introspection.get_storage_engine = lambda *args: SERVER["default_storage_engine"]
    offline.cursor = lambda: None
    # Constraints look the connection up by its alias, not by the editor's.
    connections[DEFAULT_DB_ALIAS] = offline
    try:
        yield offline
    finally:
        connections[DEFAULT_DB_ALIAS] = default
