"""Migrations: what a database and an archive are at, and the models as they were then.

Both ways go by the models of the applied migrations, not by those of the code: a database can be backed up before its
upgrade with the new code, and an old archive is loaded at its own state and then migrated like a database.
"""

from typing import Any, TypeAlias

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from aihelper.operations.backup.errors import Refused

Nodes: TypeAlias = frozenset[tuple[str, str]]


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


def _last(nodes: Nodes, graph: Any) -> list[tuple[str, str]]:
    """Those of the migrations that no other one of them builds on."""
    own = nodes & frozenset(graph.nodes)
    return sorted(node for node in own if not any(child in own for child in graph.node_map[node].children))


def go_to_latest(alias: str) -> None:
    """Apply all migrations."""
    call_command("migrate", database=alias, interactive=False, verbosity=0)
