"""What people think of the answers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.admin.filters import CountedFilter, ModelFilter
from chat.models import RatedAnswer


class RatingFilter(CountedFilter):
    """Good or bad."""

    title = _("rating")
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two."""
        return [("1", _("good")), ("-1", _("bad"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The answers rated so."""
        return queryset.filter(rating=self.value()) if self.value() in {"1", "-1"} else queryset


@admin.register(RatedAnswer)
class RatedAnswerAdmin(Managed, ReadOnlyAdmin[RatedAnswer]):
    """What people think of the answers, counted by model: the rating with its reason and comment, no word of the chat.

    The page tells people so where they rate.
    """

    purpose = _("Which answers people found good or bad, and why. What was said is not shown here.")
    list_display = ("create_time", "user", "asked", "good", "rating_reason", "rating_comment")
    list_filter = (RatingFilter, ModelFilter, "rating_reason", "create_time")
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ("user",)
    search_fields = ("^user__username", "=model_id")
    search_help_text = _("Beginning of a username, or id of a model")
    ordering = ("-create_time", "-pk")
    fields = (
        "create_time", "user", "model_id", "provider_name", "good", "rating_reason", "rating_comment", "status",
        "prompt_tokens", "completion_tokens", "duration_ms",
    )  # fmt: skip
    readonly_fields = ("good",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RatedAnswer]:
        """The answers that somebody has rated, without their texts."""
        rows: QuerySet[RatedAnswer] = super().get_queryset(request)
        return rows.filter(rating__isnull=False).defer("content", "reasoning")

    @admin.display(description=_("model"), ordering="model_id")
    def asked(self, answer: RatedAnswer) -> str:
        """The model, and the provider that served it."""
        return format_html('<div>{}<span class="admin-small">{}</span></div>', answer.model_id, answer.provider_name)

    @admin.display(description=_("rating"), ordering="rating")
    def good(self, answer: RatedAnswer) -> str:
        """Whether it was found good."""
        name, words = ("health-ok", _("good")) if answer.rating == 1 else ("health-down", _("bad"))
        return format_html('<span class="{}">{}</span>', name, words)
