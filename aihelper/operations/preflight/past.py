"""The models as the applied migrations leave them."""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from aihelper.operations.backup import schema
from aihelper.operations.backup.errors import Refused


@cache
def apps() -> Any:
    """The registry of those models. Raises Refused for migrations that this version does not know."""
    return schema.apps_at(schema.applied(DEFAULT_DB_ALIAS))


def is_known() -> bool:
    """Whether this code knows all migrations that the database has; what it does not know cannot be looked at."""
    apps.cache_clear()
    try:
        apps()
    except Refused:
        return False
    return True


def model(app: str, name: str) -> Any:
    """One of them; None when there is none of that name yet."""
    try:
        return apps().get_model(app, name)
    except (LookupError, ValueError):
        return None
