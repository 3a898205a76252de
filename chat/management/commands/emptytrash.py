import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import SiteSettings
from chat.engine import trash


class Command(BaseCommand):
    """What every server does by itself once an hour, for when it shall be done now or sooner."""

    help = "Delete for good the chats that have been in the trash for longer than so many days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            help="How long they may stay (default: as the site's settings say). With 0 only what people have deleted "
            "for good themselves is taken.",
        )
        parser.add_argument("--json", action="store_true", help="Print the result as JSON, for programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        days = SiteSettings.load().trash_days_in_force if options["days"] is None else options["days"]
        if days < 0:
            raise CommandError("--days takes a number of days from 0 up.")
        deleted = trash.sweep(trash.cutoff(days))
        if options["json"]:
            self.stdout.write(json.dumps({"deleted": deleted, "days": days}))
        else:
            self.stdout.write(_("%(count)d chats were deleted for good.") % {"count": deleted})
