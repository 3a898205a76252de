"""The words that may not be sent, and what people sent in spite of a warning."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from aihelper.lib import history
from aihelper.lib.admin import ReadOnlyAdmin
from aihelper.lib.errors import AppError
from aihelper.lib.history import HistoryAdmin
from chat.forms import BlockedWordForm, WordListForm
from chat.models import BlockedWord, WordWarning
from chat.services import word_lists

# How many earlier lists the page of lists names.
LISTS = 20


@admin.register(BlockedWord)
class BlockedWordAdmin(HistoryAdmin[BlockedWord]):
    """What may not be sent. A change holds for new messages within five seconds, on all servers."""

    purpose = _("Words that are not to be sent: the message is refused, the word is masked, or people are asked first.")
    form = BlockedWordForm
    list_display = ("word", "action", "is_active", "create_time")
    list_editable = ("action", "is_active")
    list_filter = ("action", "is_active")
    search_fields = ("word",)
    search_help_text = _("Part of the word")
    list_before_template = "admin/chat/before_words.html"
    history_titles: ClassVar[dict[str, Any]] = {"words": _("words")}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="chat_blockedword_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Add a list; the report stands above the empty form.

        POST with `take_back` takes an earlier one back, with `restore` brings it again.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "take_back" in request.POST:
            return self._take_back(request, request.POST["take_back"])
        if request.method == "POST" and "restore" in request.POST:
            return self._restore(request, request.POST["restore"])
        posted = request.method == "POST"
        form = WordListForm(request.POST, request.FILES) if posted else WordListForm()
        report = None
        if posted and form.is_valid():
            try:
                report = word_lists.import_list(form.cleaned_data["text"], form.cleaned_data["action"])
            except AppError as error:
                form.add_error(None, str(error.detail))
        if report:
            self._note(request, report, form.cleaned_data["action"])
            self.message_user(request, _summary(report), messages.WARNING if report.refused_total else messages.SUCCESS)
            form = WordListForm(initial={"action": form.cleaned_data["action"]})
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Import a list"),
            "opts": BlockedWord._meta,
            "form": form,
            "report": report,
            "earlier": _earlier(),
            "may_take_back": self.has_delete_permission(request),
        }
        return TemplateResponse(request, "admin/chat/import_words.html", context, status=400 if form.errors else 200)

    def _note(self, request: HttpRequest, report: word_lists.Report, action: str) -> None:
        """One entry of the history for the whole list, by which it can be taken back as one."""
        if report.added:
            facts = {"words": report.added, "action": action}
            self.keep_beside(request, report.batch, gettext("a list of words"), "added", None, facts)

    @transaction.atomic
    def _take_back(self, request: HttpRequest, batch: str) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        _demand_list(batch)
        if count := word_lists.take_back(batch):
            self.keep_beside(request, batch, gettext("a list of words"), "deleted", {"words": count}, None)
        text = ngettext("%(count)d word was taken back.", "%(count)d words were taken back.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    @transaction.atomic
    def _restore(self, request: HttpRequest, batch: str) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        _demand_list(batch)
        if count := word_lists.restore(batch):
            self.keep_beside(request, batch, gettext("a list of words"), "restored", None, {"words": count})
        text = ngettext("%(count)d word is back.", "%(count)d words are back.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)
        return HttpResponseRedirect(request.path)

    def _go_back(self, request: HttpRequest, obj: BlockedWord | None, change: Any) -> HttpResponse:
        """Likewise on the page of a list's history."""
        if obj is None and change is not None and "words" in (change.old or {}):
            return self._restore(request, change.object_id)
        return super()._go_back(request, obj, change)


def _demand_list(batch: str) -> None:
    """Raises Http404 for what is no list that was imported."""
    if not history.of(BlockedWord, batch).filter(action="added", new__has_key="words").exists():
        raise Http404


def _earlier() -> list[tuple[Any, int, int]]:
    """The last lists, each with the number of its words that are still there, and of those that were taken back."""
    lists = list(history.of(BlockedWord).filter(action="added", new__has_key="words").order_by("-pk")[:LISTS])
    names = [each.object_id for each in lists]
    left, gone = word_lists.left(names), word_lists.gone(names)
    return [(each, left.get(each.object_id, 0), gone.get(each.object_id, 0)) for each in lists]


@admin.register(WordWarning)
class WordWarningAdmin(Managed, ReadOnlyAdmin[WordWarning]):
    """Who sent a message although a word was warned of: not what it says."""

    purpose = _("Who sent a message although a word in it was warned of. The message is not shown.")
    list_display = ("create_time", "user", "word")
    list_select_related = ("user",)
    search_fields = ("^user__username", "=word")
    search_help_text = _("Beginning of a username, or the whole word")
    ordering = ("-pk",)
    fields = ("create_time", "user", "word")


def _summary(report: word_lists.Report) -> str:
    parts = (
        ngettext("%(count)d word added", "%(count)d words added", report.added) % {"count": report.added},
        gettext("%(count)d known already") % {"count": report.known},
        gettext("%(count)d refused") % {"count": report.refused_total},
    )
    return gettext(", ").join(parts) + gettext(".")
