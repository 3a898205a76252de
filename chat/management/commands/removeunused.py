from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from chat.engine import unused


class Command(BaseCommand):
    """What every server does by itself once an hour, for when it shall be done now."""

    help = "Delete attachments that were never sent, and drafts of chats that are gone."

    def handle(self, *args: Any, **options: Any) -> None:
        drafts, documents = unused.sweep()
        self.stdout.write(
            _("Deleted: %(documents)d attachments, %(drafts)d drafts.") % {"documents": documents, "drafts": drafts}
        )
