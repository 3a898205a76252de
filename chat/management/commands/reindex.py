"""`manage.py reindex`: bring the search up to date, repair it, or build it anew."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import AppCommand
from chat.engine import indexer
from chat.models import Message
from chat.models.message import NOT_INDEXED


class Command(AppCommand):
    """Index what the search does not have yet. The server does the same in the background."""

    help = gettext_lazy(
        "Bring the search up to date: what is new, and what counts as indexed but is not there. Searching works "
        "meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", help=_("Index every message anew."))
        parser.add_argument("--check", action="store_true", help=_("Only say how many messages are not indexed."))

    def work(self, **options: Any) -> dict[str, Any]:
        """Index until nothing is left, or only count."""
        if options["check"] and options["all"]:
            self.refuse(_("Say either --check or --all."))
        if options["check"]:
            return {"waiting": self._waiting(), "missing": 0, "indexed": 0}
        missing = 0
        if options["all"]:
            while indexer.forget():
                pass
        else:
            missing = indexer.forget_missing()
        done = sum(1 for _message in self.progress(_indexed(), total=self._waiting(), label="reindex"))
        return {"waiting": self._waiting(), "missing": missing, "indexed": done}

    def show(self, facts: dict[str, Any]) -> None:
        if facts["missing"]:
            self.stdout.write(_("%(missing)d messages were missing in the index.") % facts)
        if facts["indexed"] or not facts["waiting"]:
            self.stdout.write(_("%(indexed)d messages were indexed.") % facts)
        if facts["waiting"]:
            self.stdout.write(_("%(waiting)d messages are not indexed yet.") % facts)

    def _waiting(self) -> int:
        return Message.objects.filter(NOT_INDEXED).count()


def _indexed() -> Iterator[None]:
    """Something for each message as it is indexed."""
    while count := indexer.index_batch():
        yield from [None] * count
