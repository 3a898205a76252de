"""Which tables a backup holds: all of them, but for those that are named here with the reason.

A new model is in the backup without a word here. Rows of the tables in BY_NAME are made by `migrate` with other ids on
each database: they are not copied, and what refers to them is stored with their names.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

# Emptied by a restore, and not restored.
LEFT_OUT = {
    "sessions.Session": "Browsers sign in anew: a sign-in that was ended after the backup must not come back.",
    "accounts.RefreshToken": "Programs sign in anew: a token that was revoked after the backup must not come back.",
    "accounts.SignIn": "The list of the two above.",
    "accounts.SocketTicket": "Tickets are valid for 30 seconds.",
    "accounts.ThrottleCounter": "Counters of tries within minutes.",
    "accounts.LiveNote": "Tells open tabs what has changed; after a restore there is no open tab.",
    "chat.ProcessNumbers": "What running processes tell monitoring; after a restore they are others.",
    "chat.SearchEntry": "The search's index: servers make it anew from the messages (manage.py reindex at once).",
}
LEFT_OUT_COLUMNS = {
    "chat.Message.indexed": "Whether the search's index has the message: after a restore it has none.",
}
BY_NAME = {
    "contenttypes.ContentType": "Made by migrate; referred to by app and model.",
    "auth.Permission": "Made by migrate; referred to by app, model and code name.",
}
# What an installation without any person has already. A restore replaces it without asking.
SEEDED = {
    "chat.Role": "The built-in roles, made by migrate.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a backup holds it."""

    label: str
    model: type[Model]
    fields: "tuple[Field[Any, Any], ...]"

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.model._meta.db_table

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in the order of the values in a line."""
        return tuple(str(field.column) for field in self.fields)


def stored(apps: Any) -> list[type[Model]]:
    """Every model that has a table of its own, with those between two (ManyToMany), by label."""
    models = apps.get_models(include_auto_created=True)
    own = [model for model in models if model._meta.managed and not model._meta.proxy]
    return sorted(own, key=lambda model: str(model._meta.label))


def kept(apps: Any) -> list[Table]:
    """The tables of a backup."""
    models = (model for model in stored(apps) if model._meta.label not in LEFT_OUT | BY_NAME)
    return [Table(model._meta.label, model, _fields(model)) for model in models]


def emptied(apps: Any) -> list[type[Model]]:
    """What a restore empties first: all but what `migrate` makes."""
    return [model for model in stored(apps) if model._meta.label not in BY_NAME]


def _fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    fields = (field for field in model._meta.concrete_fields if not getattr(field, "generated", False))
    return tuple(field for field in fields if f"{model._meta.label}.{field.name}" not in LEFT_OUT_COLUMNS)


@cache
def made_by_migrate() -> frozenset[str]:
    """The names of tables that have rows without any person, or whose rows nobody misses."""
    labels = {**SEEDED, **BY_NAME, **LEFT_OUT}
    return frozenset({str(apps.get_model(label)._meta.db_table) for label in labels} | {"django_migrations"})


def names_of(field: "Field[Any, Any]") -> str | None:
    """The label in BY_NAME that a field refers to, if it does."""
    if not isinstance(field, ForeignKey):
        return None
    label = str(field.related_model._meta.label)
    return label if label in BY_NAME else None
