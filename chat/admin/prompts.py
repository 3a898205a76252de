"""The prompts for everybody."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from aihelper.lib.history import HistoryAdmin
from chat.models import Prompt


@admin.register(Prompt)
class PromptAdmin(HistoryAdmin[Prompt]):
    """The prompts for everybody. Those of single people are theirs, and not shown."""

    purpose = _("Texts that everybody can use again: in the chat, / and the command bring one up.")
    list_display = ("command", "title", "is_active", "update_time")
    list_editable = ("is_active",)
    list_filter = ("is_active",)
    search_fields = ("command", "title")
    search_help_text = _("Command or title")
    autocomplete_fields = ("groups",)
    fields = ("command", "title", "text", "groups", "is_active", "create_time", "update_time")
    readonly_fields = ("create_time", "update_time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prompt]:
        """Without those that have an owner."""
        rows: QuerySet[Prompt] = super().get_queryset(request)
        return rows.filter(owner=None)
