from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import AppCommand
from chat.services.purge import Chore, chores


class Command(AppCommand):
    """What every server does by itself, for when it shall be done now, or to see what is due."""

    help = gettext_lazy(
        "Take away what is due: chats that nobody has written in for the days that chats are kept (into the trash, "
        "unless the site lets them go at once); for good, chats that were in the trash for its days, attachments and "
        "drafts that nobody sent, expired tokens, tickets, counters and sessions. The ledger stays, and so does what "
        "is under legal hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help=_("Only count what would go."))
        names = [chore.name for chore in chores()]
        words = _("Only these, of: %(names)s.") % {"names": ", ".join(names)}
        parser.add_argument("--only", nargs="+", choices=names, metavar="WHAT", help=words)

    def work(self, **options: Any) -> dict[str, Any]:
        chosen = [chore for chore in chores() if not options["only"] or chore.name in options["only"]]
        counts, held = {}, 0
        for chore in self.progress(chosen, label=_("Purging")):
            held += chore.held()
            counts[chore.name] = chore.count() if options["dry_run"] else chore.remove()
        return {"dry_run": options["dry_run"], "held": held, **counts}

    def show(self, facts: dict[str, Any]) -> None:
        self.stdout.write(_("Due to go:") if facts["dry_run"] else _("Gone for good:"))
        for chore in _named(facts):
            self.stdout.write(f"  {facts[chore.name]:>8}  {chore.title}")
        if facts["held"]:
            self.stdout.write(_("%(count)d chats stay because they are under legal hold.") % {"count": facts["held"]})


def _named(facts: dict[str, Any]) -> list[Chore]:
    return [chore for chore in chores() if chore.name in facts]
