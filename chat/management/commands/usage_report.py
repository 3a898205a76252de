import csv
import io
from argparse import ArgumentParser, ArgumentTypeError
from calendar import monthrange
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import NOTHING_CHANGED, AppCommand
from aihelper.lib.tables import cell
from chat.presenters import price
from chat.selectors import usage

COLUMNS = [field.name for field in fields(usage.UsageLine)]


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ArgumentTypeError(f"{value!r} is no day: write 2026-11-30") from error


def _month(value: str) -> tuple[date, date]:
    first = _day(f"{value}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


class Command(AppCommand):
    """Reads the ledger, which stays when chats and people go."""

    help = gettext_lazy(
        "Say what was used and what it cost, from the ledger. Days are those of AIHELPER_TIME_ZONE. A line for each "
        "currency: money of different kinds is never added up."
    )

    when_broken_off = NOTHING_CHANGED

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", type=_day, dest="start", metavar="DAY", help=_("The first day, as 2026-11-01."))
        parser.add_argument("--to", type=_day, dest="end", metavar="DAY", help=_("The last day."))
        parser.add_argument("--month", type=_month, metavar="MONTH", help=_("Instead of both: a month, as 2026-11."))
        parser.add_argument(
            "--by", choices=list(usage.GROUPINGS), default="model", help=_("What to add up by (default: %(default)s).")
        )
        parser.add_argument("--csv", action="store_true", help=_("Print CSV, for spreadsheets."))

    def work(self, **options: Any) -> dict[str, Any]:
        if options["month"] and (options["start"] or options["end"]):
            self.refuse(_("Say either --month, or --from and --to."))
        start, end = options["month"] or (options["start"], options["end"])
        if start and end and start > end:
            self.refuse(_("The last day is before the first."))
        if options["csv"] and self.as_json:
            self.refuse(_("Say either --csv or --json."))
        self.csv = options["csv"]
        lines = [asdict(line) | {"cost": price(line.cost)} for line in usage.usage(start, end, options["by"])]
        totals = {currency: price(cost) for currency, cost in usage.totals(start, end).items()}
        return {"from": start, "to": end, "by": options["by"], "lines": lines, "totals": totals}

    def show(self, facts: dict[str, Any]) -> None:
        heads = [facts["by"], *COLUMNS[1:]]
        rows = [[cell(line[name]) for name in COLUMNS] for line in facts["lines"]]
        if self.csv:
            file = io.StringIO()
            csv.writer(file, lineterminator="\n").writerows([heads, *rows])
            self.stdout.write(file.getvalue(), ending="")
            return
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        for row in [heads, *rows]:
            cells = [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
            self.stdout.write("  ".join(cells).rstrip())
        for currency, cost in facts["totals"].items():
            self.stdout.write(_("Total: %(cost)s %(currency)s") % {"cost": cost, "currency": currency})
