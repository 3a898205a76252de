"""Rows that break rules which the coming migrations make: unique, NOT NULL, checks."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import connection
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.models import BooleanField, CheckConstraint, Count, ExpressionWrapper, UniqueConstraint
from django.utils.translation import gettext as _

from aihelper.operations.preflight import past
from aihelper.operations.report import Finding


def look_at_constraints() -> Iterator[Finding]:
    """Rows that break rules which the coming migrations make."""
    found, repaired = False, False
    executor = MigrationExecutor(connection)
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        for operation in migration.operations:
            repaired = repaired or isinstance(operation, operations.RunPython | operations.RunSQL)
            for rule, rows in _violations(migration.app_label, operation):
                found = True
                text = _("%(count)d rows break a rule that %(migration)s makes: %(rule)s.")
                facts = {"count": rows, "migration": f"{migration.app_label}.{migration.name}", "rule": rule}
                # A migration before it may put them right.
                advice = _("Correct them before the upgrade; it would stop there.")
                yield Finding("constraints", "warn" if repaired else "fail", text % facts, advice)
    if not found:
        yield Finding("constraints", "ok", _("No row breaks a rule that is about to come."))


def _violations(app: str, operation: Any) -> Iterator[tuple[str, int]]:
    model = past.model(app, getattr(operation, "model_name", "") or getattr(operation, "name", ""))
    if model is None:
        return
    try:
        if isinstance(operation, operations.AddConstraint):
            yield from _broken(model, operation.constraint)
        elif isinstance(operation, operations.AlterUniqueTogether):
            for fields in operation.option_value or ():
                yield from _doubles(model, tuple(fields))
        elif isinstance(operation, operations.AlterField):
            yield from _stricter(model, operation)
    except (FieldDoesNotExist, FieldError):
        # It is about a column that the upgrade makes itself.
        return


def _broken(model: Any, constraint: Any) -> Iterator[tuple[str, int]]:
    if isinstance(constraint, UniqueConstraint) and constraint.fields:
        rows = model._base_manager.filter(constraint.condition) if constraint.condition else model._base_manager
        yield from _doubles(model, tuple(constraint.fields), rows)
    elif isinstance(constraint, CheckConstraint):
        condition: Any = constraint.condition
        holds = ExpressionWrapper(condition, output_field=BooleanField())
        # What is neither true nor false, because a value is missing, passes a check.
        if count := model._base_manager.annotate(rule_holds=holds).filter(rule_holds=False).count():
            yield constraint.name, count


def _doubles(model: Any, fields: tuple[str, ...], rows: Any = None) -> Iterator[tuple[str, int]]:
    known = (model._base_manager if rows is None else rows).filter(**{f"{name}__isnull": False for name in fields})
    groups = known.order_by().values(*fields).annotate(rows_of_it=Count("*")).filter(rows_of_it__gt=1)
    if count := groups.count():
        yield f"{model._meta.db_table} ({', '.join(fields)})", count


def _stricter(model: Any, operation: Any) -> Iterator[tuple[str, int]]:
    old, new = model._meta.get_field(operation.name), operation.field
    if old.null and not new.null and not new.has_default():
        if count := model._base_manager.filter(**{f"{old.name}__isnull": True}).count():
            yield f"{model._meta.db_table}.{old.column} NOT NULL", count
    if new.unique and not old.unique:
        yield from _doubles(model, (old.name,))
