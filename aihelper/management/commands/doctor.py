"""`manage.py doctor`: is all well, and if not, what is to be done."""

from argparse import ArgumentParser
from typing import Any

from django.db import Error, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.operations.doctor import data, server
from aihelper.operations.report import Check, ReportCommand


class Command(ReportCommand):
    """Look at everything."""

    help: Any = gettext_lazy(
        "Look at the settings, the database, the files and the servers beside it, and say of each whether it is fine "
        "and what to do if not. Changes nothing. Ends with code 1 when something has failed."
    )
    # Wrong settings are findings here, not the end.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--online", action="store_true", help=_("Ask all active providers, too."))

    def checks(self, **options: Any) -> list[tuple[str, Check]]:
        found: list[tuple[str, Check]] = [
            ("settings", server.look_at_settings),
            ("folders", server.look_at_folders),
            ("disk", server.look_at_disk),
            ("page", server.look_at_page),
            ("redis", server.look_at_redis),
            ("tracing", server.look_at_tracing),
            ("database", data.look_at_database),
        ]
        if _answers():
            found += [
                ("schema", data.look_at_schema),
                ("keys", data.look_at_keys),
                ("models", data.look_at_models),
                ("calls", data.look_at_calls),
                ("people", data.look_at_people),
                ("search", data.look_at_search),
                ("runs", data.look_at_runs),
                ("clock", data.look_at_clock),
            ]
            if options["online"]:
                found.append(("providers", data.look_at_providers))
        return found


def _answers() -> bool:
    """Whether it makes sense to ask the database more."""
    try:
        connection.ensure_connection()
    except Error:
        return False
    return True
