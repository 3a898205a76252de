from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from chat.engine import recovery, supervisor
from chat.models import Generation
from chat.models.generation import LIVE_STATES


class Command(BaseCommand):
    """What every server does by itself within ten seconds, for when no server runs."""

    help = "Finish the answers whose process is gone: keep their text and mark them interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than",
            type=float,
            default=recovery.LEASE_SECONDS,
            metavar="SECONDS",
            help="Take a process for dead when it gave no sign of life for so long (default: %(default)g). "
            "With 0 even answers that are being written right now are ended.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["older_than"] >= 0:
            raise CommandError("--older-than takes a number of seconds from 0 up.")
        live = Generation.objects.filter(state__in=LIVE_STATES).order_by("create_time", "id")
        before = list(live.values_list("id", flat=True))
        recovery.reap(supervisor.current().owner, older_than=options["older_than"])
        ended = dict(Generation.objects.filter(id__in=before).exclude(state__in=LIVE_STATES).values_list("id", "state"))
        for generation_id in before:
            if generation_id in ended:
                self.stdout.write(f"{generation_id}  {ended[generation_id]}")
        self.stdout.write(
            _("%(ended)d of %(live)d unfinished answers were ended.")
            % {
                "ended": len(ended),
                "live": len(before),
            }
        )
