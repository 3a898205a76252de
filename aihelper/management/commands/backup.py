"""`manage.py backup`: everything that people made, in one file."""

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import AppCommand
from aihelper.operations.backup.errors import BackupError, Refused
from aihelper.operations.backup.writing import write


class Command(AppCommand):
    """Write an archive of the database and the files of people, also while servers run."""

    help = gettext_lazy(
        "Write a backup of the database and of people's files into one archive, also while the server runs. It can "
        "be restored into SQLite, MySQL and MariaDB alike (manage.py restore). The keys of this server are not in it: "
        "keep the folder keys/ of the data directory, or what FIELD_KEYS says, elsewhere."
    )

    when_broken_off = gettext_lazy("No backup was written.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        text = _("Where to; must not exist yet. Default: backups/ in the data directory, named by the time.")
        parser.add_argument("file", nargs="?", type=Path, help=text)

    def work(self, **options: Any) -> dict[str, Any]:
        path = options["file"] or settings.DATA_DIR / "backups" / f"{timezone.now():aihelper-%Y%m%d-%H%M%S}.zip"
        started = monotonic()
        try:
            manifest = write(path, progress=self.progress)
        except Refused as error:
            self.refuse(error)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except Error as error:
            text = _("The database does not answer (%(error)s).") % {"error": type(error).__name__}
            raise CommandError(text) from error
        return {
            "ok": True,
            "file": str(path),
            "bytes": path.stat().st_size,
            "rows": manifest.rows,
            "files": len(manifest.media),
            "seconds": round(monotonic() - started, 1),
            "tables": {table.table: {"rows": table.rows, "sha256": table.sha256} for table in manifest.tables},
        }

    def show(self, facts: dict[str, Any]) -> None:
        text = _("%(rows)d rows and %(files)d files are in %(file)s (%(megabytes).1f MB, %(seconds).1f s).")
        self.stdout.write(text % {**facts, "megabytes": facts["bytes"] / 1e6})
        self.stdout.write(_("Everything that people wrote is in it: keep it where only you can read it."))
