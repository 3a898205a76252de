from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SiteSettings
from aihelper.lib.commands import AppCommand
from chat.engine import trash


class Command(AppCommand):
    """What every server does by itself once an hour, for when it shall be done now or sooner."""

    help = gettext_lazy("Delete for good the chats that have been in the trash for longer than so many days.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        text = _(
            "How long they may stay (default: as the site's settings say). With 0 only what people have deleted for "
            "good themselves is taken."
        )
        parser.add_argument("--days", type=int, metavar="N", help=text)

    def work(self, **options: Any) -> dict[str, Any]:
        days = SiteSettings.load().trash_days_in_force if options["days"] is None else options["days"]
        if days < 0:
            self.refuse(_("--days takes a number of days from 0 up."))
        return {"deleted": trash.sweep(trash.cutoff(days)), "days": days}

    def show(self, facts: dict[str, Any]) -> None:
        self.stdout.write(_("%(count)d chats were deleted for good.") % {"count": facts["deleted"]})
