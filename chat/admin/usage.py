"""The ledger of all calls to providers."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.admin.filters import ModelFilter, ProviderFilter
from chat.models import UsageRecord
from providers.health.words import sentence


@admin.register(UsageRecord)
class UsageRecordAdmin(Managed, ReadOnlyAdmin[UsageRecord]):
    """The ledger: every call to a provider, who made it and what it cost."""

    managers_may = frozenset({"view"})
    list_before_template = "admin/chat/before_usage.html"
    list_display = (
        "create_time", "username", "kind", "model_id", "provider_name", "state", "reason", "prompt_tokens",
        "completion_tokens", "cost", "currency", "first_token_ms", "duration_ms",
    )  # fmt: skip
    list_filter = ("create_time", "kind", "state", ModelFilter, ProviderFilter)
    search_fields = ("^username", "=model_id")
    search_help_text = _("The beginning of a username, or the id of a model.")
    # As they were written; the ledger has no index by time alone.
    ordering = ("-pk",)
    fields = (
        "create_time", "username", "user", "kind", "model_id", "provider_name", "key_label", "state", "reason",
        "prompt_tokens", "completion_tokens", "cost", "currency", "first_token_ms", "duration_ms",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("reason"), ordering="error_code")
    def reason(self, record: UsageRecord) -> str:
        """Why it did not end well, in words."""
        return sentence(record.error_code)
