"""The words that may not be sent, and what people sent in spite of a warning."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext

from accounts.admin.managed import Managed
from aihelper.lib.admin import ReadOnlyAdmin
from aihelper.lib.errors import AppError
from aihelper.lib.history import HistoryAdmin
from chat.forms import BlockedWordForm, WordListForm
from chat.models import BlockedWord, WordWarning
from chat.services import word_lists


@admin.register(BlockedWord)
class BlockedWordAdmin(HistoryAdmin[BlockedWord]):
    """What may not be sent. A change holds for new messages within five seconds, on all servers."""

    form = BlockedWordForm
    list_display = ("word", "action", "is_active", "create_time")
    list_editable = ("action", "is_active")
    list_filter = ("action", "is_active")
    search_fields = ("word",)
    list_before_template = "admin/chat/before_words.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="chat_blockedword_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Add a list; the report stands above the empty form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = WordListForm(request.POST, request.FILES) if posted else WordListForm()
        report = None
        if posted and form.is_valid():
            try:
                report = word_lists.import_list(form.cleaned_data["text"], form.cleaned_data["action"])
            except AppError as error:
                form.add_error(None, str(error.detail))
        if report:
            self.message_user(request, _summary(report), messages.WARNING if report.refused_total else messages.SUCCESS)
            form = WordListForm(initial={"action": form.cleaned_data["action"]})
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Import a list"),
            "opts": BlockedWord._meta,
            "form": form,
            "report": report,
        }
        return TemplateResponse(request, "admin/chat/import_words.html", context, status=400 if form.errors else 200)


@admin.register(WordWarning)
class WordWarningAdmin(Managed, ReadOnlyAdmin[WordWarning]):
    """Who sent a message although a word was warned of: not what it says."""

    list_display = ("create_time", "user", "word")
    list_select_related = ("user",)
    search_fields = ("^user__username", "=word")
    ordering = ("-pk",)
    fields = ("create_time", "user", "word")


def _summary(report: word_lists.Report) -> str:
    parts = (
        ngettext("%(count)d word added", "%(count)d words added", report.added) % {"count": report.added},
        gettext("%(count)d known already") % {"count": report.known},
        gettext("%(count)d refused") % {"count": report.refused_total},
    )
    return gettext(", ").join(parts) + gettext(".")
