"""The conversations: when and how much, no word of them."""

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from aihelper.lib.admin import ReadOnlyAdmin
from chat.admin import reading
from chat.models import Message, Session


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin[Session]):
    """When, with which model and role, how much: nothing of what was said."""

    list_display = ("session_id", "user", "model_id", "role", "messages", "archived", "deleted_at", "update_time")
    list_filter = ("archived", ("deleted_at", admin.EmptyFieldListFilter), "update_time")
    list_select_related = ("user", "role")
    search_fields = ("=session_id", "^user__username")
    search_help_text = _("The id of a session, or the beginning of a username.")
    ordering = ("-update_time", "-pk")
    fields = (
        "session_id", "user", "model_id", "role", "messages", "pinned", "archived", "deleted_at", "create_time",
        "update_time",
    )  # fmt: skip
    readonly_fields = ("session_id", "messages", "create_time")
    change_form_outer_before_template = "admin/chat/before_session.html"

    def get_urls(self) -> list[URLPattern]:
        """With the one page on which a chat is read, where a policy allows it."""
        read = self.admin_site.admin_view(self.read_view)
        return [path("<path:object_id>/read/", read, name="chat_session_read"), *super().get_urls()]

    def read_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """See chat.admin.reading."""
        return reading.view(self, request, object_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Add the number of messages: a subquery, so that only the rows of the page are counted."""
        counted = Message.objects.filter(session=OuterRef("pk")).order_by().values("session")
        number = Subquery(counted.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
        rows: QuerySet[Session] = super().get_queryset(request)
        return rows.annotate(message_total=Coalesce(number, 0))

    @admin.display(description=_("messages"))
    def messages(self, session: Session) -> int:
        """How many messages it has, on all branches."""
        return int(getattr(session, "message_total", 0))
