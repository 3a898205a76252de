"""The answers that are being written, and those that failed."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib import numbers
from aihelper.lib.admin import ReadOnlyAdmin
from chat.models import Generation
from chat.models.message import MessageStatus
from providers.health.words import in_short, sentence


@admin.register(Generation)
class GenerationAdmin(Managed, ReadOnlyAdmin[Generation]):
    """What is being written, what failed and why."""

    purpose = _("Each answer while it is written, and how it ended: to find out why one failed.")
    list_display = ("create_time", "user", "model_id", "outcome", "attempts", "took")
    list_filter = ("state", "create_time")
    search_fields = ("id__exact", "^user__username", "error_code__exact")
    search_help_text = _("Beginning of a username, id, or error code")
    ordering = ("-create_time",)
    fields = (
        "id", "user", "model_id", "kind", "state", "error_code", "tries", "owner", "heartbeat_at",
        "stop_requested_at", "offset", "create_time", "end_time",
    )  # fmt: skip
    readonly_fields = ("id", "model_id", "tries")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        """With the person and the message's model, without the message's text."""
        rows = super().get_queryset(request).select_related("user", "message")
        return rows.defer("segments", "message__content", "message__reasoning")

    @admin.display(description=_("model"), ordering="message__model_id")
    def model_id(self, generation: Generation) -> str:
        """The model that was asked."""
        return generation.message.model_id

    @admin.display(description=_("state"), ordering="state")
    def outcome(self, generation: Generation) -> str:
        """How it stands or ended, and why where it failed."""
        words = '<div><span class="{}">{}</span><span class="admin-small">{}</span></div>'
        name = "health-down" if generation.state == MessageStatus.FAILED else ""
        return format_html(words, name, generation.get_state_display(), in_short(generation.error_code))

    @admin.display(description=_("duration"))
    def took(self, generation: Generation) -> str:
        """From the question to the answer's end."""
        if generation.end_time is None:
            return "-"
        return numbers.seconds((generation.end_time - generation.create_time) // timedelta(milliseconds=1))

    @admin.display(description=_("who was asked"))
    def tries(self, generation: Generation) -> str:
        """Who was asked, and why it was this one that answered. Empty for an answer of before this was kept."""
        rows = ((_who(each), _how(each)) for each in generation.tried)
        return format_html_join("", '<p class="admin-try"><b>{}</b> · {}</p>', rows) or "-"


def _who(tried: dict[str, Any]) -> str:
    return f"{tried['provider']} ({tried['key']})" if tried["key"] else str(tried["provider"])


def _how(tried: dict[str, Any]) -> str:
    """Why it failed, where it did, and after how long."""
    return " · ".join(filter(None, (sentence(tried["code"]), numbers.seconds(tried["ms"]))))
