"""Rows as lines of JSON and back. The same row is the same line on every database, so that hashes can be compared.

A line is an array, a value for each column: times in UTC as RFC 3339, decimals as texts, bytes as base64, JSON columns
as they are with their keys sorted, references to content types and permissions as their names.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from django.db import connections, models
from django.db.models import Field

from aihelper.operations.backup.tables import Table, names_of

# What is read or written at once, in bytes, and in rows.
BATCH_BYTES = 4_000_000
BATCH_ROWS = 2000
FIRST_ROWS = 100

_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string")

# As they come out of JSON, databases take them.
_PLAIN = {
    models.AutoField,
    models.BigAutoField,
    models.BigIntegerField,
    models.BooleanField,
    models.CharField,
    models.EmailField,
    models.FloatField,
    models.IntegerField,
    models.PositiveBigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.SlugField,
    models.SmallIntegerField,
    models.TextField,
}


class Names:
    """The names of content types and permissions by id, and their ids by name, in one database."""

    def __init__(self, apps: Any, alias: str) -> None:
        self._types = apps.get_model("contenttypes", "ContentType")._base_manager.using(alias)
        self._permissions = apps.get_model("auth", "Permission")._base_manager.using(alias)
        types = {pk: (app, model) for pk, app, model in self._types.values_list("pk", "app_label", "model")}
        rows = self._permissions.values_list("pk", "content_type_id", "codename", "name")
        permissions = {pk: (*types[type_id], code, name) for pk, type_id, code, name in rows}
        self._names: dict[str, dict[Any, Any]] = {"contenttypes.ContentType": types, "auth.Permission": permissions}
        self._type_ids = {name: pk for pk, name in types.items()}
        self._permission_ids = {name[:3]: pk for pk, name in permissions.items()}

    def name(self, label: str, pk: Any) -> Any:
        """What is stored for an id."""
        return None if pk is None else self._names[label][pk]

    def pk(self, label: str, name: Any) -> Any:
        """The id of what was stored; a row of a model or permission that is long gone is made anew."""
        if name is None:
            return None
        type_id = self._type_id(*name[:2])
        return type_id if label == "contenttypes.ContentType" else self._permission_id(type_id, *name)

    def _type_id(self, app: str, model: str) -> Any:
        if (app, model) not in self._type_ids:
            row = self._types.create(app_label=app, model=model)
            self._type_ids[app, model] = row.pk
            self._names["contenttypes.ContentType"][row.pk] = (app, model)
        return self._type_ids[app, model]

    def _permission_id(self, type_id: Any, app: str, model: str, code: str, name: str) -> Any:
        if (app, model, code) not in self._permission_ids:
            row = self._permissions.create(content_type_id=type_id, codename=code, name=name)
            self._permission_ids[app, model, code] = row.pk
            self._names["auth.Permission"][row.pk] = (app, model, code, name)
        return self._permission_ids[app, model, code]


def lines(table: Table, alias: str, names: Names) -> Iterator[bytes]:
    """All rows of a table by primary key, each as a line. Reads so many at once that they take about BATCH_BYTES."""
    references = [(place, label) for place, field in enumerate(table.fields) if (label := names_of(field))]
    attributes = [field.attname for field in table.fields]
    key = table.fields.index(table.model._meta.pk)
    rows = table.model._base_manager.using(alias).order_by("pk").values_list(*attributes)
    size, last = FIRST_ROWS, None
    while True:
        batch = list((rows if last is None else rows.filter(pk__gt=last))[:size])
        taken = 0
        for row in batch:
            line = _encoder.encode(_named(row, references, names) if references else row) + b"\n"
            taken += len(line)
            yield line
        if len(batch) < size:
            return
        last = batch[-1][key]
        size = max(1, min(BATCH_ROWS, size * BATCH_BYTES // max(taken, 1)))


def _named(row: Any, references: list[tuple[int, str]], names: Names) -> list[Any]:
    values = list(row)
    for place, label in references:
        values[place] = names.name(label, values[place])
    return values


def takers(table: Table, alias: str, names: Names) -> list[Callable[[Any], Any] | None]:
    """For each column what makes a stored value the database's; None where it is that already."""
    return [_taker(field, connections[alias], names) for field in table.fields]


def _taker(field: "Field[Any, Any]", connection: Any, names: Names) -> Callable[[Any], Any] | None:
    if label := names_of(field):
        return lambda value: names.pk(label, value)
    target: Any = field
    while target.is_relation:
        target = target.target_field
    if type(target) in _PLAIN:
        return None
    if isinstance(target, models.JSONField) and not field.null:
        # A null that stands in a column that takes none is JSON's, not the database's.
        return lambda value: "null" if value is None else target.get_db_prep_save(value, connection)
    return lambda value: target.get_db_prep_save(target.to_python(value), connection)
