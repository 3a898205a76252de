"""Rows that no database should have, and keys that are needed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import username_key
from aihelper.operations.backup import schema, tables
from aihelper.operations.backup.errors import Refused
from aihelper.operations.preflight import past
from aihelper.operations.report import Finding
from providers import secrets


def look_at_migrations() -> Iterator[Finding]:
    """What the upgrade will do to the tables."""
    try:
        schema.apps_at(schema.applied(DEFAULT_DB_ALIAS))
    except Refused as error:
        yield Finding("migrations", "fail", str(error), _("This code is older than the database: take the newer one."))
        return
    missing = schema.missing(DEFAULT_DB_ALIAS)
    text = _("Migrations to apply: %(count)d.") % {"count": len(missing)}
    yield Finding("migrations", "ok", " ".join([text, *(f"{app}.{name}" for app, name in missing[:10])]))


def look_at_usernames() -> Iterator[Finding]:
    """Whether two people have names that are one, in case and width."""
    users = past.model("accounts", "User")
    if users is None:
        return
    keys = Counter(username_key(name) for name in users._base_manager.values_list("username", flat=True).iterator())
    doubles = sum(1 for count in keys.values() if count > 1)
    text = _("Names that several people share, but for case or width: %(count)d.") % {"count": doubles}
    if doubles:
        yield Finding("usernames", "fail", text, _("Rename all but one of each in the administration."))
    else:
        yield Finding("usernames", "ok", text)


def look_at_orphans() -> Iterator[Finding]:
    """Rows that refer to rows which are not there."""
    found = 0
    for model in tables.stored(past.apps()):
        fields: list[Any] = list(model._meta.concrete_fields)
        for field in fields:
            if not field.is_relation:
                continue
            target = field.related_model._base_manager.filter(**{field.target_field.attname: OuterRef(field.attname)})
            rows = model._base_manager.filter(~Exists(target), **{f"{field.attname}__isnull": False}).count()
            if rows:
                found += rows
                facts = {"count": rows, "column": f"{model._meta.db_table}.{field.column}"}
                text = _("%(count)d rows of %(column)s refer to something that is gone.") % facts
                yield Finding("orphans", "fail", text, _("Delete them, or set the column to NULL where it may be."))
    if not found:
        yield Finding("orphans", "ok", _("No row refers to something that is gone."))


def look_at_key_ring() -> Iterator[Finding]:
    """Whether FIELD_KEYS can be read, and has the keys that the rows were encrypted with."""
    try:
        ring = set(secrets.ring())
    except secrets.KeyRingError:
        yield Finding("keys", "fail", _("FIELD_KEYS cannot be read."), _("Run manage.py check; it says what is wrong."))
        return
    used = {secrets.key_id(envelope) for envelope in _envelopes()}
    if missing := sorted(used - ring):
        text = _("FIELD_KEYS lacks keys that stored provider keys need: %(names)s.") % {"names": ", ".join(missing)}
        yield Finding("keys", "fail", text, _("Put them back (they may stand last)."))
    else:
        yield Finding("keys", "ok", _("FIELD_KEYS has all keys that are needed."))


def _envelopes() -> Iterator[str]:
    """The sealed keys, in whichever table the applied migrations keep them."""
    for name in ("Provider", "ProviderKey"):
        model = past.model("providers", name)
        if model is not None and any(field.name == "api_key" for field in model._meta.concrete_fields):
            yield from model._base_manager.exclude(api_key="").values_list("api_key", flat=True)
