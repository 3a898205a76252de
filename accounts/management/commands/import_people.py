"""Accounts from a spreadsheet, as on the page "Import people" of the administration."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.lists import adding, reading, tables
from accounts.lists.plan import Entry, Wanted, Will, plan
from aihelper.lib.commands import AppCommand
from aihelper.lib.errors import AppError


class Command(AppCommand):
    """The way of the page, by somebody who may do everything."""

    help = gettext_lazy(
        "Make accounts of a CSV file with the columns username, e-mail, display name, groups and password; all but the "
        "first may be missing. Who has no password gets a link to choose one. Importing the same file again adds only "
        "who is new in it. Exit code 1: lines were refused; the report says which and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE", help=_("The list, as a spreadsheet saves it."))
        parser.add_argument("--dry-run", action="store_true", help=_("Only say what would become of each line."))
        parser.add_argument(
            "--group", action="append", default=[], metavar="NAME", help=_("A group that all of them join.")
        )
        parser.add_argument(
            "--update-groups", action="store_true", help=_("Put people who are there already into groups.")
        )
        parser.add_argument("--make-groups", action="store_true", help=_("Make the groups that are missing."))
        parser.add_argument("--links", type=Path, metavar="FILE", help=_("Where to write the links, as CSV."))
        parser.add_argument(
            "--site", default="", metavar="URL", help=_("The site's address, such as https://ai.example.org")
        )

    def work(self, **options: Any) -> dict[str, Any]:
        wanted = Wanted(
            by=None,
            groups=[self._group(name) for name in options["group"]],
            update_groups=options["update_groups"],
            make_groups=options["make_groups"],
        )
        entries = plan(self._lines(options["file"]), wanted)
        refused = [entry for entry in entries if entry.will is Will.REFUSE]
        facts: dict[str, Any] = {"ok": not refused, "dry_run": options["dry_run"], "lines": len(entries)}
        facts |= {will.value: sum(entry.will is will for entry in entries) for will in Will}
        facts["refused_lines"] = [_told(entry) for entry in refused]
        if options["dry_run"]:
            return facts
        links = options["links"]
        if links is None and any(entry.will is Will.ADD and not entry.line.password for entry in entries):
            self.refuse(_("Some have no password: say by --links FILE where to write the links to choose one."))
        if links is not None and links.exists():
            self.refuse(_("%(file)s is there already.") % {"file": links})
        done = adding.add(entries, wanted)
        if links is not None:
            self._write(links, tables.of_links(done.links, options["site"].rstrip("/")))
        return {
            **facts,
            "added": done.added,
            "joined": done.joined,
            "left": done.left,
            "ok": not (refused or done.left),
        }

    def show(self, facts: dict[str, Any]) -> None:
        """The numbers, then the refused lines."""
        for line in facts.pop("refused_lines"):
            self.stdout.write(f"{line['line']}: {line['username']}: {' '.join(line['reasons'])}")
        super().show(facts)

    def _lines(self, path: Path) -> list[reading.Line]:
        try:
            return reading.read(path.read_bytes())
        except OSError as error:
            self.refuse(_("%(file)s cannot be read.") % {"file": path} + f" ({error.strerror})")
        except AppError as error:
            raise CommandError(str(error.detail)) from error

    def _group(self, name: str) -> Group:
        group = Group.objects.filter(name=name).first()
        if group is None:
            self.refuse(_("There is no group “%(name)s”.") % {"name": name})
        return group

    def _write(self, path: Path, text: str) -> None:
        """For nobody else to read: each link opens an account."""
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)


def _told(entry: Entry) -> dict[str, Any]:
    return {"line": entry.line.number, "username": entry.line.username, "reasons": entry.reasons}
