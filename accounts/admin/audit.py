"""The audit log: to look at. It has no form, and nothing in it is ever changed."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from accounts.audit.models import AuditEntry
from aihelper.lib.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(Managed, ReadOnlyAdmin[AuditEntry]):
    """Who did what with whose account, and why."""

    purpose = _(
        "What was done with people's accounts, by whom and why. Nobody can change it, and people see what is "
        "about themselves."
    )
    person = "person"
    managers_may = frozenset({"view"})

    list_display = ("create_time", "actor_name", "what", "person_name", "object", "reason")
    list_filter = ("what", "create_time")
    search_fields = ("^actor_name", "^person_name", "=object")
    search_help_text = _("Beginning of a username, or the whole object")
    ordering = ("-pk",)
    fields = list_display
    readonly_fields = fields
