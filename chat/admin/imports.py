"""What people have imported."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.models import ChatImport

FORMATS = {
    "aihelper": "AI Helper",
    "chatgpt": "ChatGPT",
    "claude": "Claude",
    "librechat": "LibreChat",
    "open_webui": "Open WebUI",
}


@admin.register(ChatImport)
class ChatImportAdmin(Managed, ReadOnlyAdmin[ChatImport]):
    """When, from where and how much; the names of files are private."""

    purpose = _("Chats that people brought along from other services.")
    list_display = ("create_time", "user", "show_sources", "imported", "already", "left_out", "undone_at")
    list_filter = ("create_time",)
    list_select_related = ("user",)
    search_fields = ("import_id__exact", "^user__username")
    search_help_text = _("Beginning of a username, or id of an import")
    ordering = ("-pk",)
    fields = ("import_id", "user", "show_sources", "imported", "already", "left_out", "create_time", "undone_at")
    readonly_fields = ("import_id", "show_sources", "create_time")

    @admin.display(description=_("formats"))
    def show_sources(self, row: ChatImport) -> str:
        """By the names of the services."""
        return ", ".join(str(FORMATS.get(name, name)) for name in row.sources.split(","))
