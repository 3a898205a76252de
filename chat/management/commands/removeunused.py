from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aihelper.lib.commands import AppCommand
from chat.engine import unused


class Command(AppCommand):
    """What every server does by itself once an hour, for when it shall be done now."""

    help = gettext_lazy("Delete attachments that were never sent, and drafts of chats that are gone.")

    def work(self, **options: Any) -> dict[str, Any]:
        drafts, documents = unused.sweep()
        return {"documents": documents, "drafts": drafts}

    def show(self, facts: dict[str, Any]) -> None:
        self.stdout.write(_("Deleted: %(documents)d attachments, %(drafts)d drafts.") % facts)
