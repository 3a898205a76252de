"""The ledger of all calls to providers."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib import numbers
from aihelper.lib.admin import ReadOnlyAdmin
from chat.admin.filters import ModelFilter, ProviderFilter
from chat.models import UsageRecord
from chat.models.usage import UsageState
from chat.presenters import price
from providers.health.words import in_short, sentence


@admin.register(UsageRecord)
class UsageRecordAdmin(Managed, ReadOnlyAdmin[UsageRecord]):
    """The ledger: every call to a provider, who made it and what it cost."""

    purpose = _("Every call to a provider with its tokens and its cost. It stays when chats and people are deleted.")
    managers_may = frozenset({"view"})
    list_before_template = "admin/chat/before_usage.html"
    list_display = ("create_time", "username", "kind", "asked", "outcome", "tokens", "spent", "began")
    list_filter = ("create_time", "kind", "state", ModelFilter, ProviderFilter)
    search_fields = ("^username", "=model_id")
    search_help_text = _("Beginning of a username, or id of a model")
    # As they were written.
    ordering = ("-pk",)
    fields = (
        "create_time", "username", "user", "kind", "model_id", "provider_name", "key_label", "state", "reason",
        "prompt_tokens", "completion_tokens", "exact_cost", "first_token_ms", "duration_ms",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("model"), ordering="model_id")
    def asked(self, record: UsageRecord) -> str:
        """The model, and the provider that was asked for it."""
        return format_html('<div>{}<span class="admin-small">{}</span></div>', record.model_id, record.provider_name)

    @admin.display(description=_("cost"), ordering="cost")
    def spent(self, record: UsageRecord) -> str:
        """What it cost, in its currency."""
        return numbers.money(record.cost, record.currency) if record.cost is not None else "-"

    @admin.display(description=_("cost"))
    def exact_cost(self, record: UsageRecord) -> str:
        """With all its digits, on the page of the line."""
        return f"{price(record.cost)} {record.currency}" if record.cost is not None else "-"

    @admin.display(description=_("tokens (in + out)"), ordering="completion_tokens")
    def tokens(self, record: UsageRecord) -> str:
        """Those of the question and those of the answer."""
        if record.prompt_tokens is None and record.completion_tokens is None:
            return "-"
        return f"{numbers.count(record.prompt_tokens or 0)} + {numbers.count(record.completion_tokens or 0)}"

    @admin.display(description=_("first token"), ordering="first_token_ms")
    def began(self, record: UsageRecord) -> str:
        """How long it took until the answer began."""
        return numbers.seconds(record.first_token_ms)

    @admin.display(description=_("outcome"), ordering="state")
    def outcome(self, record: UsageRecord) -> str:
        """How it ended, and why where it did not end well."""
        words = '<div><span class="{}">{}</span><span class="admin-small">{}</span></div>'
        name = "health-down" if record.state == UsageState.FAILED else ""
        return format_html(words, name, record.get_state_display(), in_short(record.error_code))

    @admin.display(description=_("reason"))
    def reason(self, record: UsageRecord) -> str:
        """Why it did not end well, in words."""
        return sentence(record.error_code)
