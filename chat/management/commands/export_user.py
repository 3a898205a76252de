import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, username_key
from aihelper.lib.commands import AppCommand
from chat import selectors
from chat.exports import archive
from chat.exports.names import file_name


class Command(AppCommand):
    """The same file that people can download themselves."""

    help = gettext_lazy(
        "Write everything that is kept about a person into a ZIP: profile, chats as JSON and Markdown, folders, "
        "prompts, roles, drafts, attachments, links, imports, the audit log, the ledger. docs/export.md describes it."
    )

    when_broken_off = gettext_lazy("No file was written.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username", metavar="NAME", help=_("Whose."))
        parser.add_argument("--output", metavar="FILE", help=_("Where to (default: NAME.zip; - for standard output)."))
        parser.add_argument("--force", action="store_true", help=_("Replace the file when it is there."))

    def work(self, **options: Any) -> dict[str, Any]:
        user = User.objects.filter(username_key=username_key(options["username"])).first()
        if user is None:
            self.refuse(_("There is no user of that name."))
        pks = selectors.sessions_to_export(user, None, trash=True)
        pieces = self.progress(archive.everything(user, pks), label=user.username)
        if options["output"] == "-":
            if self.as_json:
                self.refuse(_("The file goes to standard output: leave --json out."))
            size = _write(sys.stdout.buffer, pieces)
            return {"file": None, "chats": len(pks), "bytes": size}
        path = Path(options["output"] or f"{file_name(user.username)}.zip")
        if path.exists() and not options["force"]:
            self.refuse(_("%(path)s is there already. Say --force to replace it.") % {"path": path})
        try:
            size = _write_file(path, pieces)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        return {"file": str(path), "chats": len(pks), "bytes": size}

    def show(self, facts: dict[str, Any]) -> None:
        if facts["file"]:
            self.stdout.write(_("%(chats)d chats were written to %(file)s (%(bytes)d bytes).") % facts)


def _write(file: IO[bytes], pieces: Iterator[bytes]) -> int:
    return sum(file.write(piece) for piece in pieces)


def _write_file(path: Path, pieces: Iterator[bytes]) -> int:
    """Write beside it first, for nobody else to read, and put it in its place when it is whole."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            size = _write(file, pieces)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return size
