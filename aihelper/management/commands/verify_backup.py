"""`manage.py verify_backup`: whether an archive is whole, without restoring it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import NOTHING_CHANGED, AppCommand
from aihelper.operations.backup import schema
from aihelper.operations.backup.archive import opened
from aihelper.operations.backup.errors import Damaged, Refused


class Command(AppCommand):
    """Read an archive from its first byte to its last."""

    help = gettext_lazy(
        "Read a backup from beginning to end and compare all of it with its check sums. Nothing is changed. Ends with "
        "code 1 when it is damaged."
    )

    when_broken_off = NOTHING_CHANGED

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=_("The archive that manage.py backup has written."))

    def work(self, **options: Any) -> dict[str, Any]:
        try:
            with opened(options["file"]) as archive:
                archive.verify(self.progress)
                manifest = archive.manifest
                schema.apps_at(frozenset(manifest.migrations))
        except Damaged as error:
            return {"ok": False, "file": str(options["file"]), "problem": str(error)}
        except Refused as error:
            self.refuse(error)
        return {
            "ok": True,
            "file": str(options["file"]),
            "made_at": manifest.made_at,
            "version": manifest.version,
            "database": manifest.database,
            "field_keys": manifest.field_keys,
            "rows": manifest.rows,
            "files": len(manifest.media),
            "tables": {table.table: {"rows": table.rows, "sha256": table.sha256} for table in manifest.tables},
        }

    def show(self, facts: dict[str, Any]) -> None:
        if not facts["ok"]:
            self.stderr.write(self.style.ERROR(facts["problem"]))
            return
        text = _("The backup of %(made_at)s is whole: %(rows)d rows, %(files)d files (from %(database)s).")
        self.stdout.write(text % facts)
        if facts["field_keys"]:
            text = _("Provider keys in it need these keys of FIELD_KEYS: %(names)s")
            self.stdout.write(text % {"names": ", ".join(facts["field_keys"])})
