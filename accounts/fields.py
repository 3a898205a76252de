"""Model fields of the accounts."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    TextField = models.CharField[str, str]
    HexField = models.CharField[uuid.UUID | str, uuid.UUID]
else:
    TextField = HexField = models.CharField


class BinaryCharField(TextField):
    """A text that is equal only to itself, on every database.

    MySQL and MariaDB compare by the default collation of the database, which usually ignores case and
    accents: `ADMIN` and `àdmin` would find `admin`. SQLite compares bytes already.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Add the binary collation where the database needs it."""
        parameters: Any = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class HexUUIDField(HexField):
    """A UUID, kept as its 32 hexadecimal digits.

    Django's own field is a text on MySQL and a type of its own on MariaDB: database.sql could not be
    the same for both, nor could a dump of the one be read by the other.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 32
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out the length, which is no choice."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *args: Any) -> uuid.UUID | None:
        """The digits as a UUID."""
        return None if value is None else uuid.UUID(value)

    def to_python(self, value: Any) -> uuid.UUID | None:
        """A UUID of whatever spells one."""
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        """The UUID as its digits."""
        found = self.to_python(value)
        return None if found is None else found.hex
