import contextlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

from accounts.models import User, username_key
from aihelper.lib.commands import AppCommand
from aihelper.lib.errors import AppError
from chat import presenters, selectors
from chat.imports.files import MEGABYTE, Limits
from chat.services import imports


class Command(AppCommand):
    """The way of the page, without its limits of size."""

    help = gettext_lazy(
        "Import chats from an export of ChatGPT, Claude, Open WebUI, LibreChat or AI Helper (JSON or ZIP; which one it "
        "is, is found out). Branches are kept. Importing the same file again imports only what is new in it. "
        "Exit code 1: something was left out; the report says what and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=_("The export, as it was downloaded."))
        parser.add_argument("--user", metavar="NAME", required=True, help=_("Whose chats they will be."))
        parser.add_argument("--dry-run", action="store_true", help=_("Only say what would be imported."))
        parser.add_argument("--undo", metavar="IMPORT_ID", help=_("Take an import back instead (--list names them)."))
        parser.add_argument("--list", action="store_true", help=_("Say what this person has imported."))
        parser.add_argument(
            "--max-mb",
            type=int,
            default=2000,
            metavar="N",
            help=_("Refuse files that are larger than this when unpacked, in megabytes (default: %(default)d)."),
        )

    def work(self, **options: Any) -> dict[str, Any]:
        user = User.objects.filter(username_key=username_key(options["user"])).first()
        if user is None:
            self.refuse(_("There is no user of that name."))
        if sum(map(bool, (options["files"], options["undo"], options["list"]))) != 1:
            self.refuse(_("Say one of these: files to import, --undo IMPORT_ID, or --list."))
        if options["list"]:
            return {"imports": [presenters.import_row(row) for row in selectors.chat_imports(user)]}
        if options["undo"]:
            return self._undo(user, options["undo"])
        limits = Limits(options["max_mb"] * MEGABYTE, options["max_mb"] * MEGABYTE)
        reports = [self._one(user, path, limits, options["dry_run"]) for path in options["files"]]
        return {"ok": not any(report["left_out"] for report in reports), "files": reports}

    def _undo(self, user: User, import_id: str) -> dict[str, Any]:
        try:
            undone = imports.undo(user, import_id)
        except AppError as error:
            raise CommandError(str(error.detail)) from error
        return {"removed": undone.removed, "kept": undone.kept}

    def _one(self, user: User, path: Path, limits: Limits, dry_run: bool) -> dict[str, Any]:
        try:
            with path.open("rb") as file, self._bar(path) as bar:
                report = imports.import_chats(
                    user, file, path.name, dry_run=dry_run, limits=limits, each=lambda _result: bar.update()
                )
        except OSError as error:
            self.refuse(f"{path}: {error.strerror}")
        except AppError as error:
            raise CommandError(f"{path.name}: {error.detail}") from error
        return {"file": path.name, **report.as_json()}

    def _bar(self, path: Path) -> Any:
        """How many chats were read: how many there are, nobody knows before the end."""
        hidden = True if self.as_json or self.quiet else None
        return contextlib.closing(tqdm(desc=path.name, unit=" chats", disable=hidden, file=self.stderr, leave=False))

    def show(self, facts: dict[str, Any]) -> None:
        for row in facts.get("imports", ()):
            state = _("taken back") if row["undone_at"] else ""
            self.stdout.write(
                f"{row['import_id']}  {row['create_time']}  {row['imported']}  {row['file_name']}  {state}"
            )
        if "removed" in facts:
            self.stdout.write(_("%(removed)d chats were removed, %(kept)d were kept: they were gone on with.") % facts)
        for report in facts.get("files", ()):
            self._show_report(report)

    def _show_report(self, report: dict[str, Any]) -> None:
        for item in report["items"]:
            mark = {"ready": "+", "imported": "+", "already": "=", "left_out": "-"}[item["outcome"]]
            title = " ".join(item["title"].split()) or "?"
            self.stdout.write(f"{mark} {title}" + (f": {item['reason']}" if item["reason"] else ""))
        sentence = (
            _("%(file)s: %(ready)d would be imported, %(already)d are here already, %(left_out)d are left out.")
            if report["dry_run"]
            else _("%(file)s: %(imported)d imported, %(already)d were here already, %(left_out)d were left out.")
        )
        self.stdout.write(sentence % report)
        if report["import_id"]:
            self.stdout.write(_("To take it back: --undo %(import_id)s") % report)
