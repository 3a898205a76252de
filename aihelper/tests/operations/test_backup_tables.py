"""Which tables a backup holds: every model, or a reason."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Field

from aihelper.operations.backup import tables, values

SAMPLES: dict[str, Any] = {
    "BigAutoField": 2**40,
    "AutoField": 7,
    "BigIntegerField": -(2**40),
    "BinaryField": b"\x00\xff",
    "BooleanField": True,
    "CharField": "x\u2028 é \U0001f600",
    "DateField": date(2026, 2, 28),
    "DateTimeField": datetime(2026, 1, 31, 23, 59, 59, 1, tzinfo=UTC),
    "DecimalField": Decimal("0.000001"),
    "DurationField": timedelta(microseconds=-1),
    "FloatField": 0.1,
    "GenericIPAddressField": "2001:db8::1",
    "IntegerField": -7,
    "JSONField": {"a": "é", "b": [1, None, 0.5]},
    "PositiveIntegerField": 7,
    "PositiveBigIntegerField": 7,
    "PositiveSmallIntegerField": 7,
    "SlugField": "a-b",
    "SmallIntegerField": -1,
    "TextField": "line\n",
    "TimeField": datetime(2026, 1, 1, 1, 2, 3, 4).time(),
}


def labels() -> set[str]:
    return {model._meta.label for model in tables.stored(apps)}


def test_every_table_is_kept_or_has_a_reason() -> None:
    kept = {table.label for table in tables.kept(apps)}
    assert kept | set(tables.LEFT_OUT) | set(tables.BY_NAME) == labels()
    assert not kept & (set(tables.LEFT_OUT) | set(tables.BY_NAME))
    for reason in (*tables.LEFT_OUT.values(), *tables.BY_NAME.values(), *tables.LEFT_OUT_COLUMNS.values()):
        assert reason.endswith(".")


def test_no_list_names_what_is_gone() -> None:
    assert set(tables.LEFT_OUT) | set(tables.BY_NAME) | set(tables.SEEDED) <= labels()
    for name in tables.LEFT_OUT_COLUMNS:
        label, _dot, field = name.rpartition(".")
        assert apps.get_model(label)._meta.get_field(field).has_default()


def test_tables_between_two_are_kept() -> None:
    assert {"accounts.User_groups", "auth.Group_permissions", "chat.Message_documents"} <= {
        table.label for table in tables.kept(apps)
    }


def test_nothing_that_is_kept_refers_to_what_is_not() -> None:
    kept = {table.label for table in tables.kept(apps)}
    for table in tables.kept(apps):
        for field in table.fields:
            target = field.related_model._meta.label if field.related_model else None
            assert target is None or target in kept or target in tables.BY_NAME, field


def sample(field: Any) -> Any:
    while field.is_relation:
        field = field.target_field
    kind = type(field).__name__ if type(field).__name__ in SAMPLES else field.get_internal_type()
    if type(field).__name__ == "HexUUIDField":
        return uuid.UUID(int=7)
    assert kind in SAMPLES, f"{field}: aihelper.operations.backup.values does not know fields of this kind yet"
    return SAMPLES[kind]


@pytest.mark.parametrize("label", sorted(table.label for table in tables.kept(apps)))
def test_every_kind_of_field_survives(label: str) -> None:
    table = next(table for table in tables.kept(apps) if table.label == label)
    assert len(table.model._meta.pk_fields) == 1
    for field in table.fields:
        if tables.names_of(field) is None:
            assert round_trip(table, field, sample(field)) == stored(field, sample(field)), field
            if field.null:
                assert round_trip(table, field, None) is None


def stored(field: "Field[Any, Any]", value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def round_trip(table: tables.Table, field: "Field[Any, Any]", value: Any) -> Any:
    one = tables.Table(table.label, table.model, (field,))
    [take] = values.takers(one, "default", None)  # type: ignore[arg-type] # no field here has a name
    [read] = msgspec.json.decode(values._encoder.encode([value]))
    return read if take is None else take(read)
