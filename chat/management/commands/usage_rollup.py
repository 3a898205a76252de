from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib import days
from aihelper.lib.commands import AppCommand
from chat.engine import rollup


class Command(AppCommand):
    """Servers do it by themselves every few minutes, for today and yesterday."""

    help = gettext_lazy(
        "Add the ledger up by days for the dashboard. Servers do it by themselves; with --all everything is computed "
        "anew, which is needed after AIHELPER_TIME_ZONE was changed, because days begin at another time then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--days", type=int, metavar="N", help=_("The last N days, today included (default: 2)."))
        which.add_argument("--all", action="store_true", help=_("All days of the ledger, from nothing."))

    def work(self, **options: Any) -> dict[str, Any]:
        today = days.today()
        count = 2 if options["days"] is None else options["days"]
        if count < 1:
            self.refuse(_("Say at least one day."))
        first = today - timedelta(days=count - 1)
        if options["all"]:
            first = rollup.first_day() or today
            rollup.forget()
        wanted = list(days.between(first, today))
        done = sum(1 for _day in self.progress(rollup.compute(wanted), total=len(wanted), label=_("Adding up")))
        return {"from": first, "to": today, "days": done}

    def show(self, facts: dict[str, Any]) -> None:
        self.stdout.write(_("%(days)d days were added up, from %(from)s to %(to)s.") % facts)
