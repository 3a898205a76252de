"""`manage.py preflight`: what would go wrong in an upgrade, with the new code and the old database."""

from typing import Any

from django.core.management.base import CommandError
from django.db import Error, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.operations.preflight import machine, past, rows, rules
from aihelper.operations.report import Check, ReportCommand


class Command(ReportCommand):
    """Look at what an upgrade depends on."""

    help: Any = gettext_lazy(
        "Look at the database before an upgrade: with the new code, before its first start. Says what would stop the "
        "migrations and what to do. Changes nothing. Ends with code 1 when the upgrade would fail."
    )
    requires_system_checks = ()

    def checks(self, **options: Any) -> list[tuple[str, Check]]:
        try:
            connection.ensure_connection()
        except Error as error:
            text = _("The database does not answer (%(error)s).") % {"error": type(error).__name__}
            raise CommandError(text) from error
        found: list[tuple[str, Check]] = [
            ("versions", machine.look_at_versions),
            ("migrations", rows.look_at_migrations),
            ("file", machine.look_at_file),
            ("disk", machine.look_at_disk),
            ("time zones", machine.look_at_time_zones),
            ("collation", machine.look_at_collation),
            ("backup", machine.look_at_backup),
        ]
        if past.is_known():
            found += [
                ("usernames", rows.look_at_usernames),
                ("orphans", rows.look_at_orphans),
                ("constraints", rules.look_at_constraints),
                ("keys", rows.look_at_key_ring),
            ]
        return found
