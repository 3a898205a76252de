"""The links that people have opened."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.models import Share


@admin.register(Share)
class ShareAdmin(Managed, ReadOnlyAdmin[Share]):
    """Who has opened which link to whom, and how often it was read: not what it shows. Deleting one revokes it."""

    purpose = _("Links by which people show a chat to others. Deleting one here closes the link.")
    list_display = ("user", "audience", "message_count", "views", "show_name", "create_time")
    list_filter = ("audience", "create_time")
    list_select_related = ("user",)
    search_fields = ("^user__username",)
    search_help_text = _("Beginning of a username")
    ordering = ("-create_time", "-pk")
    fields = (
        "user", "session", "audience", "message_count", "views", "show_name", "show_reasoning", "create_time",
        "update_time",
    )  # fmt: skip
    readonly_fields = ("create_time",)
    # None hides even the deletion of many at once; here that is what an administrator comes for.
    actions: Any = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        """Without what the links show."""
        rows: QuerySet[Share] = super().get_queryset(request)
        return rows.defer("snapshot", "title")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may delete links may revoke anybody's."""
        return request.user.has_perm("chat.delete_share") and self.sees(request, obj)
