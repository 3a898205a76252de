"""From an archive to a database: all of it in one transaction, compared with the archive before it counts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core import checks
from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from aihelper.operations.backup import media, schema, tables, values, writing
from aihelper.operations.backup.archive import Archive, TableFacts, row_of
from aihelper.operations.backup.errors import BackupError, Damaged, Progress, Refused, silent


def occupied(alias: str = DEFAULT_DB_ALIAS) -> dict[str, int]:
    """How many rows each table has that a restore would replace, and the files; empty for a new installation."""
    there = schema.applied(alias)
    models = [table.model for table in tables.kept(schema.apps_at(there)) if table.label not in tables.SEEDED]
    counts = {str(model._meta.db_table): model._base_manager.using(alias).count() for model in models}
    return {name: count for name, count in {**counts, "media": len(media.files())}.items() if count}


def restore(
    archive: Archive,
    *,
    replace: bool = False,
    compare: bool = True,
    progress: Progress = silent,
    alias: str = DEFAULT_DB_ALIAS,
) -> dict[str, Any]:
    """Make the database and the files what the archive holds. Raises BackupError, and then nothing has changed.

    Only an empty installation is restored into, unless `replace`. The archive is verified first. What is restored is
    read again before it is committed and has to have the archive's hashes (`compare`). Returns what was done.
    """
    nodes = frozenset(archive.manifest.migrations)
    apps = schema.apps_at(nodes)
    there = occupied(alias)
    if there and not replace:
        raise Refused(sentence_of(there))
    archive.verify(progress)
    plan = [(facts, _table(apps, facts)) for facts in archive.manifest.tables]
    if not there and schema.applied(alias) != nodes:
        # Of migrations that were killed nobody has noted which tables they had made: these are looked at by name.
        if left := schema.clear_remains(alias, lambda name: name not in tables.made_by_migrate()):
            raise Refused(sentence_of(left))
    schema.go_to(alias, nodes)
    names = [file.path for file in archive.manifest.media]
    with media.staging() as folder:
        for file in progress(archive.manifest.media, label="media"):
            archive.extract(file, folder / file.path)
        with _one_transaction(alias):
            _empty(apps, alias)
            known = values.Names(apps, alias)
            for facts, table in plan:
                _load(archive, facts, table, alias, known, progress)
            connections[alias].check_constraints()
            if compare:
                for facts, table in plan:
                    _compare(facts, table, alias, known, progress)
            media.put_in_place(folder, names)
    removed = media.keep_only(names) if replace else 0
    schema.go_to_latest(alias)
    return {"files_removed": removed, "unreadable_keys": unreadable_keys(alias)}


def sentence_of(there: dict[str, int]) -> str:
    """Why this installation is not restored into."""
    counts = ", ".join(f"{name}: {count}" for name, count in sorted(there.items()))
    return _(
        "This installation is not empty (%(counts)s). Restore into a new one, or replace everything that it has: "
        "--replace"
    ) % {"counts": counts}


def unreadable_keys(alias: str) -> int:
    """How many stored provider keys this server's FIELD_KEYS do not decrypt."""
    found = checks.run_checks(tags=[checks.Tags.database], databases=[alias])
    return sum(1 for message in found if message.id in {"providers.E001", "providers.W001"})


def _table(apps: Any, facts: TableFacts) -> tables.Table:
    """The table that stored columns belong to. Raises Damaged when there is none at that migration."""
    try:
        model = apps.get_model(facts.label)
        by_column = {field.column: field for field in model._meta.concrete_fields}
        return tables.Table(facts.label, model, tuple(by_column[column] for column in facts.columns))
    except LookupError as error:
        raise Damaged(
            _("The archive is damaged: %(member)s is not what was stored.") % {"member": facts.member}
        ) from error


@contextmanager
def _one_transaction(alias: str) -> Iterator[None]:
    """Everything or nothing, in whatever order; the references are checked before the end."""
    try:
        with connections[alias].constraint_checks_disabled(), transaction.atomic(using=alias):
            yield
    except IntegrityError as error:
        # The database's own words name the table and the constraint; they may hold a value, so only the last part.
        sentence = _("The database refuses the data: %(reason)s. Nothing was restored.")
        raise BackupError(sentence % {"reason": error.args[-1]}) from error
    except DatabaseError as error:
        sentence = _("The database failed: %(reason)s. Nothing was restored.")
        raise BackupError(sentence % {"reason": error.args[-1] if error.args else type(error).__name__}) from error


def _empty(apps: Any, alias: str) -> None:
    connection = connections[alias]
    with connection.cursor() as cursor:
        for model in tables.emptied(apps):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our own name


def _load(
    archive: Archive, facts: TableFacts, table: tables.Table, alias: str, names: values.Names, progress: Progress
) -> None:
    """Insert the rows of one table, so many at once that they take about BATCH_BYTES."""
    connection = connections[alias]
    left_out = [
        field for field in table.model._meta.concrete_fields if field not in table.fields and not field.generated
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in (*table.fields, *left_out))
    places = ", ".join(["%s"] * (len(table.fields) + len(left_out)))
    statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})"  # noqa: S608 - our own names
    defaults = [field.get_db_prep_save(field.get_default(), connection) for field in left_out]
    takers = values.takers(table, alias, names)
    lines = progress(archive.lines(facts), total=facts.rows, label=table.name)
    with connection.cursor() as cursor:
        for batch in _batches(lines):
            rows = [_values(row_of(line, facts), takers, defaults) for line in batch]
            cursor.executemany(statement, rows)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= values.BATCH_BYTES or len(batch) >= values.BATCH_ROWS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _values(row: list[Any], takers: list[Any], defaults: list[Any]) -> list[Any]:
    taken = [value if take is None else take(value) for value, take in zip(row, takers, strict=True)]
    return taken + defaults


def _compare(facts: TableFacts, table: tables.Table, alias: str, names: values.Names, progress: Progress) -> None:
    found = writing.facts_of(table, alias, names, progress)
    if (found.rows, found.sha256) != (facts.rows, facts.sha256):
        sentence = _("The table %(table)s is not the same after it was restored. Nothing was restored.")
        raise BackupError(sentence % {"table": table.name})
