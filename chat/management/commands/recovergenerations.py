from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import AppCommand
from chat.engine import recovery, supervisor
from chat.models import Generation
from chat.models.generation import LIVE_STATES


class Command(AppCommand):
    """What every server does by itself within ten seconds, for when no server runs."""

    help = gettext_lazy("Finish the answers whose process is gone: keep their text and mark them interrupted.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        text = _(
            "Take a process for dead when it gave no sign of life for so long (default: %(default)g). With 0 even "
            "answers that are being written right now are ended."
        )
        default = recovery.LEASE_SECONDS
        parser.add_argument("--older-than", type=float, default=default, metavar="SECONDS", help=text)

    def work(self, **options: Any) -> dict[str, Any]:
        if not options["older_than"] >= 0:
            self.refuse(_("--older-than takes a number of seconds from 0 up."))
        live = Generation.objects.filter(state__in=LIVE_STATES).order_by("create_time", "id")
        before = list(live.values_list("id", flat=True))
        recovery.reap(supervisor.current().owner, older_than=options["older_than"])
        ended = dict(Generation.objects.filter(id__in=before).exclude(state__in=LIVE_STATES).values_list("id", "state"))
        rows = [{"id": each, "state": ended[each]} for each in before if each in ended]
        return {"live": len(before), "ended": len(ended), "answers": rows}

    def show(self, facts: dict[str, Any]) -> None:
        for row in facts["answers"]:
            self.stdout.write(f"{row['id']}  {row['state']}")
        self.stdout.write(_("%(ended)d of %(live)d unfinished answers were ended.") % facts)
