"""The folders that people sort their chats into."""

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from chat.models import Folder, Session


@admin.register(Folder)
class FolderAdmin(Managed, ReadOnlyAdmin[Folder]):
    """How many folders people have, and how much is in them; their names are private."""

    purpose = _("How people sort their chats. The names of folders are private and not shown.")
    list_display = ("create_time", "user", "sessions")
    list_select_related = ("user",)
    search_fields = ("folder_id__exact", "^user__username")
    search_help_text = _("Beginning of a username, or id of a folder")
    ordering = ("-pk",)
    fields = ("folder_id", "user", "sessions", "create_time")
    readonly_fields = ("folder_id", "sessions", "create_time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Folder]:
        """Add the number of sessions, with those in the archive and in the trash."""
        rows: QuerySet[Folder] = super().get_queryset(request)
        # A subquery, so that only the folders of the page are counted.
        counted = Session.objects.filter(folder=OuterRef("pk")).order_by().values("folder")
        number = Subquery(counted.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
        return rows.annotate(session_total=Coalesce(number, 0))

    @admin.display(description=_("chats"))
    def sessions(self, folder: Folder) -> int:
        """How many sessions are in it."""
        return int(getattr(folder, "session_total", 0))
