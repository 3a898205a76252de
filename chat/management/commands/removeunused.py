from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from chat.services import documents, drafts


class Command(BaseCommand):
    """For a timer, once a day or less: what people gave up by closing a tab, nobody else takes away."""

    help = "Delete attachments that were never sent, and drafts of chats that are gone."

    def handle(self, *args: Any, **options: Any) -> None:
        stale = drafts.remove_stale()
        unused = documents.remove_unused()
        self.stdout.write(
            _("Deleted: %(documents)d attachments, %(drafts)d drafts.") % {"documents": unused, "drafts": stale}
        )
