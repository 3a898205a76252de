"""Migrations: what a database and an archive are at, and the models as they were then.

Both ways go by the models of the applied migrations, not by those of the code: a database can be backed up before its
upgrade with the new code, and an old archive is loaded at its own state and then migrated like a database.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import ManyToManyField
from django.utils.translation import gettext as _

from aihelper.operations.backup.errors import Refused

Nodes: TypeAlias = frozenset[tuple[str, str]]
MIGRATIONS_TABLE = "django_migrations"


def applied(alias: str) -> Nodes:
    """The migrations that a database has."""
    return frozenset(MigrationLoader(connections[alias]).applied_migrations)


def missing(alias: str) -> list[tuple[str, str]]:
    """The migrations that the code has and a database has not, in their order."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _backwards in plan]


def apps_at(nodes: Nodes) -> Any:
    """The models as those migrations leave them. Raises Refused for migrations that this version does not know."""
    loader = MigrationLoader(None)
    known = frozenset(loader.graph.nodes)
    if unknown := sorted(nodes - known - frozenset(loader.replacements)):
        names = ", ".join(f"{app}.{name}" for app, name in unknown[:3])
        raise Refused(_("This comes from a newer version (%(names)s). Upgrade first.") % {"names": names})
    return loader.project_state(sorted(nodes & known)).apps


def go_to(alias: str, nodes: Nodes) -> None:
    """Bring a database that has none or some of these migrations, and no others, to exactly them. Raises Refused."""
    there = applied(alias)
    if there == nodes:
        return
    if there - nodes:
        raise Refused(
            _(
                "The archive is older than the tables of this database. Restore it into a new, empty database without "
                "tables; it is brought up to date there."
            )
        )
    executor = MigrationExecutor(connections[alias])
    executor.migrate(_last(nodes, executor.loader.graph))


def clear_remains(alias: str, keep_rows_of: Callable[[str], bool]) -> dict[str, int]:
    """Drop the tables of an installation that nobody has used, so that the migrations begin from nothing.

    MySQL and MariaDB take no step of a migration back: where one was killed in the middle, the next one ends at the
    tables that it left. SQLite does, and is left alone; so are tables that never were ours.

    Where a table for which `keep_rows_of` is true has rows after all, nothing is dropped, and how many is returned.
    """
    connection = connections[alias]
    if connection.vendor != "mysql":
        return {}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)) & (_tables_ever(alias) | {MIGRATIONS_TABLE})
        counts = {}
        for name in sorted(filter(keep_rows_of, there)):
            cursor.execute(f"SELECT COUNT(*) FROM {quote(name)}")  # noqa: S608 - our own name
            counts[name] = int(cursor.fetchone()[0])
        if any(counts.values()):
            return {name: count for name, count in counts.items() if count}
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for name in sorted(there):
            cursor.execute(f"DROP TABLE {quote(name)}")
        cursor.execute("SET FOREIGN_KEY_CHECKS = 1")
    return {}


def _tables_ever(alias: str) -> set[str]:
    """The tables that any migration has ever left, under the names that they had then."""
    executor = MigrationExecutor(connections[alias])
    state = ProjectState()
    names: set[str] = set()
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True):
        state = migration.mutate_state(state, preserve=False)
        for (app, _name), model in state.models.items():
            table = str(model.options.get("db_table") or f"{app}_{model.name.lower()}")
            names.add(table)
            between = (each for each in model.fields.items() if isinstance(each[1], ManyToManyField))
            names |= {str(field.db_table or f"{table}_{name}") for name, field in between}
    return names


def _last(nodes: Nodes, graph: Any) -> list[tuple[str, str]]:
    """Those of the migrations that no other one of them builds on."""
    own = nodes & frozenset(graph.nodes)
    return sorted(node for node in own if not any(child in own for child in graph.node_map[node].children))


def go_to_latest(alias: str) -> None:
    """Apply all migrations."""
    call_command("migrate", database=alias, interactive=False, verbosity=0)
