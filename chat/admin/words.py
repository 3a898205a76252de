"""The words that may not be sent."""

from django.contrib import admin

from aihelper.lib.admin import ModelAdmin
from chat.forms import BlockedWordForm
from chat.models import BlockedWord


@admin.register(BlockedWord)
class BlockedWordAdmin(ModelAdmin[BlockedWord]):
    """What may not be sent. A change holds for new messages within five seconds, on all servers."""

    form = BlockedWordForm
    list_display = ("word", "action", "is_active", "create_time")
    list_editable = ("action", "is_active")
    list_filter = ("action", "is_active")
    list_per_page = 100
    search_fields = ("word",)
