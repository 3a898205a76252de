"""The files that people attached."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib import numbers
from aihelper.lib.admin import ReadOnlyAdmin
from chat.models import Document


@admin.register(Document)
class DocumentAdmin(Managed, ReadOnlyAdmin[Document]):
    """Who attached how much and when: neither names nor texts."""

    purpose = _("Files that people attached to their messages: kind and size, neither names nor texts.")
    list_display = ("create_time", "user", "media_type", "show_size", "show_chars")
    list_filter = ("media_type", "create_time")
    list_select_related = ("user",)
    search_fields = ("document_id__exact", "^user__username")
    search_help_text = _("Beginning of a username, or id of a document")
    ordering = ("-create_time", "-pk")
    fields = ("document_id", "user", "media_type", "show_size", "show_chars", "create_time")
    readonly_fields = fields

    @admin.display(description=_("size"), ordering="size")
    def show_size(self, document: Document) -> str:
        """In kilobytes and so on."""
        return filesizeformat(document.size)

    @admin.display(description=_("characters"), ordering="chars")
    def show_chars(self, document: Document) -> str:
        """With the thousands apart."""
        return numbers.count(document.chars)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Without the texts, which nobody here reads."""
        rows: QuerySet[Document] = super().get_queryset(request)
        return rows.defer("content")
