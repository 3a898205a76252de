"""`manage.py restore`: an archive into this installation."""

import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import AppCommand
from aihelper.operations.backup import schema
from aihelper.operations.backup.archive import opened
from aihelper.operations.backup.errors import BackupError, Refused
from aihelper.operations.backup.restoring import occupied, restore, sentence_of


class Command(AppCommand):
    """Fill an empty installation from an archive, or replace what an installation has."""

    help = gettext_lazy(
        "Restore a backup into this installation: all of it or, when something goes wrong, nothing. The server has to "
        "be stopped. The database may be of another kind than the one that was backed up. Everybody signs in again "
        "afterwards."
    )

    when_broken_off = gettext_lazy(
        "Half a restore is never kept. Start it again; it says so when all is there already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=_("The archive that manage.py backup has written."))
        parser.add_argument(
            "--replace", action="store_true", help=_("Delete everything that this installation has. Asks first.")
        )
        parser.add_argument(
            "--no-input", action="store_true", help=_("With --replace: do not ask. For scripts that mean it.")
        )
        parser.add_argument(
            "--skip-comparison",
            action="store_true",
            help=_("Do not read again what was restored. Saves a third of the time."),
        )

    def work(self, **options: Any) -> dict[str, Any]:
        started = monotonic()
        try:
            self._require_no_server()
            with opened(options["file"]) as archive:
                schema.apps_at(frozenset(archive.manifest.migrations))
                if options["replace"] and not options["no_input"]:
                    self._ask(archive.manifest.made_at)
                compare = not options["skip_comparison"]
                done = restore(archive, replace=options["replace"], compare=compare, progress=self.progress)
                manifest = archive.manifest
        except Refused as error:
            self.refuse(error)
        except BackupError as error:
            raise CommandError(str(error)) from error
        return {
            "ok": True,
            "rows": manifest.rows,
            "files": len(manifest.media),
            "made_at": manifest.made_at,
            "seconds": round(monotonic() - started, 1),
            **done,
        }

    def show(self, facts: dict[str, Any]) -> None:
        text = _("Restored: %(rows)d rows and %(files)d files of the backup of %(made_at)s (%(seconds).1f s).")
        self.stdout.write(text % facts)
        self.stdout.write(
            _(
                "Everybody signs in again. The server makes the index of the search anew; manage.py reindex does it "
                "at once."
            )
        )
        if facts["unreadable_keys"]:
            text = _(
                "%(unreadable_keys)d provider keys cannot be read with the FIELD_KEYS of this server: bring those of "
                "the old one, or enter the keys again."
            )
            self.stderr.write(self.style.WARNING(text % facts))

    def _require_no_server(self) -> None:
        """Raise Refused when something answers at this installation's address."""
        host = "127.0.0.1" if settings.HOST in {"", "0.0.0.0", "::"} else settings.HOST  # noqa: S104 - compared
        try:
            socket.create_connection((host, settings.PORT), timeout=1).close()
        except OSError:
            return
        sentence = _("A server runs at %(host)s:%(port)d. Stop it, and all others that use this database.")
        raise Refused(sentence % {"host": host, "port": settings.PORT})

    def _ask(self, made_at: str) -> None:
        """Go on only after a clear yes. Raises Refused."""
        there = occupied()
        if not there:
            return
        if not sys.stdin.isatty():
            raise Refused(_("Nobody can be asked here. Say --no-input if everything may be deleted."))
        counts = ", ".join(f"{name}: {count}" for name, count in sorted(there.items()))
        text = _("This deletes for good what is here (%(counts)s) and restores the backup of %(made_at)s.")
        self.stderr.write(text % {"counts": counts, "made_at": made_at})
        if input(_("Type yes to go on: ")).strip().lower() != "yes":
            raise Refused(sentence_of(there))
