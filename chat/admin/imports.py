"""What people have imported."""

from django.contrib import admin

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.models import ChatImport


@admin.register(ChatImport)
class ChatImportAdmin(Managed, ReadOnlyAdmin[ChatImport]):
    """When, from where and how much; the names of files are private."""

    list_display = ("import_id", "user", "sources", "imported", "already", "left_out", "create_time", "undone_at")
    list_filter = ("create_time",)
    list_select_related = ("user",)
    search_fields = ("import_id__exact", "^user__username")
    ordering = ("-pk",)
    fields = ("import_id", "user", "sources", "imported", "already", "left_out", "create_time", "undone_at")
    readonly_fields = ("import_id", "create_time")
