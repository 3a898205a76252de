"""The audit log: to look at. It has no form, and nothing in it is ever changed."""

from django.contrib import admin

from accounts.admin.managed import Managed
from accounts.audit.models import AuditEntry
from aihelper.lib.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(Managed, ReadOnlyAdmin[AuditEntry]):
    """Who did what with whose account, and why."""

    person = "person"
    managers_may = frozenset({"view"})

    list_display = ("create_time", "actor_name", "what", "person_name", "object", "reason")
    list_filter = ("what", "create_time")
    search_fields = ("^actor_name", "^person_name", "=object")
    ordering = ("-pk",)
    fields = list_display
    readonly_fields = fields
