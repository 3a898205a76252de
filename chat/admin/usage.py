"""The ledger of all calls to providers."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.admin.filters import ModelFilter, ProviderFilter
from chat.models import UsageRecord
from chat.presenters import price
from providers.health.words import sentence


@admin.register(UsageRecord)
class UsageRecordAdmin(Managed, ReadOnlyAdmin[UsageRecord]):
    """The ledger: every call to a provider, who made it and what it cost."""

    managers_may = frozenset({"view"})
    list_before_template = "admin/chat/before_usage.html"
    list_display = (
        "create_time", "username", "kind", "model_id", "provider_name", "outcome", "prompt_tokens",
        "completion_tokens", "spent", "first_token_ms",
    )  # fmt: skip
    list_filter = ("create_time", "kind", "state", ModelFilter, ProviderFilter)
    search_fields = ("^username", "=model_id")
    search_help_text = _("The beginning of a username, or the id of a model.")
    # As they were written.
    ordering = ("-pk",)
    fields = (
        "create_time", "username", "user", "kind", "model_id", "provider_name", "key_label", "state", "reason",
        "prompt_tokens", "completion_tokens", "spent", "first_token_ms", "duration_ms",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("cost"))
    def spent(self, record: UsageRecord) -> str:
        """What it cost, in its currency."""
        return f"{price(record.cost)} {record.currency}" if record.cost is not None else "-"

    @admin.display(description=_("outcome"))
    def outcome(self, record: UsageRecord) -> str:
        """How it ended, and why where it did not end well."""
        return f"{record.get_state_display()} {sentence(record.error_code)}".strip()

    @admin.display(description=_("reason"))
    def reason(self, record: UsageRecord) -> str:
        """Why it did not end well, in words."""
        return sentence(record.error_code)
