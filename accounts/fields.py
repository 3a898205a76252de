"""Model fields of the accounts."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    TextField = models.CharField[str, str]
else:
    TextField = models.CharField


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
