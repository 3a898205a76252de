"""The conversations: when and how much, no word of them."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed, is_managing
from accounts.groups import scope
from accounts.groups.models import GroupPolicy
from accounts.models import SiteSettings, User
from aihelper.lib.admin import ReadOnlyAdmin
from aihelper.lib.enumeration import listed
from chat.admin import reading
from chat.engine import retention
from chat.models import Message, Session


@admin.register(Session)
class SessionAdmin(Managed, ReadOnlyAdmin[Session]):
    """When, with which model and role, how much: nothing of what was said.

    Managers see those that they may read.
    """

    purpose = _("When people chatted, with which model and how much. What was said is not shown here.")
    managers_may = frozenset({"view"})
    list_before_template = "admin/chat/before_sessions.html"
    list_display = ("update_time", "user", "model_id", "role", "messages", "place")
    list_filter = ("archived", ("deleted_at", admin.EmptyFieldListFilter), "update_time")
    list_select_related = ("user", "role")
    search_fields = ("session_id__exact", "^user__username")
    search_help_text = _("Beginning of a username, or id of a chat")
    ordering = ("-update_time", "-pk")
    fields = (
        "session_id", "user", "model_id", "role", "messages", "pinned", "archived", "deleted_at", "create_time",
        "update_time",
    )  # fmt: skip
    readonly_fields = ("session_id", "messages", "create_time")
    change_form_outer_before_template = "admin/chat/before_session.html"

    def get_urls(self) -> list[URLPattern]:
        """With how long chats are kept, and the one page on which a chat is read, where a policy allows it."""
        kept = self.admin_site.admin_view(self.retention_view)
        read = self.admin_site.admin_view(self.read_view)
        return [
            path("retention/", kept, name="chat_session_retention"),
            path("<path:object_id>/read/", read, name="chat_session_read"),
            *super().get_urls(),
        ]

    def of_manager(self, rows: QuerySet[Session], manager: User) -> QuerySet[Session]:
        """Only where the policy of one of the manager's own groups allows reading."""
        return rows.filter(user__in=scope.readable_by(manager))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the way to read it, for those who may."""
        context["may_read"] = reading.may_read(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def read_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """See chat.admin.reading."""
        return reading.view(self, request, object_id)

    def retention_view(self, request: HttpRequest) -> HttpResponse:
        """What would go by the days that chats are kept; POST with `sure` lets it go."""
        if is_managing(request) or not request.user.has_perm("chat.delete_session"):
            raise PermissionDenied
        if request.method == "POST" and request.POST.get("sure") == "yes":
            count = retention.sweep(cast("User", request.user))
            self.message_user(request, gettext("%(count)d chats have gone.") % {"count": count}, messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        due = retention.dry_run()
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("How long chats are kept"),
            "opts": Session._meta,
            "due": [(one, _groups_with(one.days) if one.by_group else "") for one in due],
            "total": sum(one.chats for one in due),
            "at_once": SiteSettings.load().retention_at_once,
        }
        return TemplateResponse(request, "admin/chat/retention.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Add the number of messages: a subquery, so that only the rows of the page are counted."""
        counted = Message.objects.filter(session=OuterRef("pk")).order_by().values("session")
        number = Subquery(counted.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
        rows: QuerySet[Session] = super().get_queryset(request)
        return rows.annotate(message_total=Coalesce(number, 0))

    @admin.display(description=_("place"))
    def place(self, session: Session) -> str:
        """Where its person finds it, if not in the list."""
        if session.deleted_at:
            return gettext("trash")
        return gettext("archive") if session.archived else "-"

    @admin.display(description=_("messages"))
    def messages(self, session: Session) -> int:
        """How many messages it has, on all branches."""
        return int(getattr(session, "message_total", 0))


def _groups_with(days: int) -> str:
    """The groups whose chats are kept for so many days."""
    names = (
        GroupPolicy.objects.filter(retention_days=days).order_by("group__name").values_list("group__name", flat=True)
    )
    return listed(names)
