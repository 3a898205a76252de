"""Legal holds: begun and ended here, with a reason each, and never changed or deleted."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.managed import Managed, is_managing
from accounts.admin.rights import acting
from accounts.holds import change, rules
from accounts.holds.models import HeldPerson, Hold
from accounts.models import User
from aihelper.lib.admin import ReadOnlyAdmin
from aihelper.lib.errors import AppError
from chat.models import Session

_TEXT = UnfoldAdminTextInputWidget


class HoldForm(forms.Form):
    """Whom or what, one of three, and why."""

    person = forms.ModelChoiceField(
        User.objects.all(),
        label=_("person"),
        required=False,
        widget=AutocompleteSelect(HeldPerson._meta.get_field("user"), admin.site),
    )
    group = forms.ModelChoiceField(
        Group.objects.all(),
        label=_("or a group"),
        required=False,
        widget=AutocompleteSelect(Hold._meta.get_field("group"), admin.site),
        help_text=_("Whoever is in it now or comes into it, also after leaving it."),
    )
    chat = forms.CharField(
        label=_("or one chat"), required=False, max_length=36, widget=_TEXT, help_text=_("Its id, as in the address.")
    )
    reason = forms.CharField(label=_("reason"), max_length=300, widget=_TEXT)

    def clean_chat(self) -> Session | None:
        """Raises ValidationError for a chat that is not there."""
        name = self.cleaned_data["chat"].strip()
        found = Session.objects.filter(session_id=name).select_related("user").first() if name else None
        if name and found is None:
            raise ValidationError(_("There is no chat with this id."))
        return found

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError unless exactly one is chosen."""
        data = super().clean() or self.cleaned_data
        chosen = [name for name in ("person", "group", "chat") if data.get(name)]
        if not self.errors and len(chosen) != 1:
            raise ValidationError(_("Choose a person, a group or a chat: one of them."))
        return data

    def begin(self, by: User) -> Hold:
        """Begin the hold that a valid form describes."""
        data: dict[str, Any] = self.cleaned_data
        why: dict[str, Any] = {"reason": data["reason"], "by": by}
        if data["person"]:
            return change.hold_person(data["person"], **why)
        if data["group"]:
            return change.hold_group(data["group"], **why)
        return change.hold_session(data["chat"].user, data["chat"].session_id, **why)


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=_TEXT)


class StateFilter(admin.SimpleListFilter):
    """On or ended."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two states."""
        return [("on", _("on")), ("ended", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        return queryset.filter(end__isnull=self.value() == "on") if self.value() in {"on", "ended"} else queryset


@admin.register(Hold)
class HoldAdmin(Managed, ReadOnlyAdmin[Hold]):
    """Of whom nothing is destroyed, since when and why."""

    purpose = _(
        "While a hold is on, nothing of that person, group or chat is destroyed, whoever deletes it and "
        "however old it is."
    )
    person = "people__user"
    list_display = ("subject", "people_total", "reason", "by_name", "create_time", "ended")
    list_filter = (StateFilter,)
    list_select_related = ("end",)
    search_fields = ("subject", "=session_key")
    search_help_text = _("Person or group, or id of a chat")
    ordering = ("-pk",)
    fields = ("subject", "people_total", "reason", "by_name", "create_time", "ended", "end_reason")
    readonly_fields = fields
    change_form_outer_before_template = "admin/chat/before_hold.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hold]:
        """With the number of people."""
        rows: QuerySet[Hold] = super().get_queryset(request)
        return rows.annotate(people_count=Count("people", distinct=True))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Beginning and ending holds is one permission, which no manager has."""
        return request.user.has_perm("accounts.add_hold") and not is_managing(request)

    def get_urls(self) -> list[URLPattern]:
        """With the page that ends one."""
        view = self.admin_site.admin_view(self.end_view)
        return [path("<path:object_id>/end/", view, name="accounts_hold_end"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Begin a hold."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = HoldForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            hold = form.begin(acting(request))
            self.log_addition(request, hold, gettext_noop("Began."))
            text = gettext("From now on nothing of “%(subject)s” is destroyed.")
            self.message_user(request, text % {"subject": hold.subject}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:accounts_hold_changelist"))
        return self._page(request, form, title=gettext("Begin a legal hold"), does=gettext("Begin"))

    def end_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End one, with a reason: that is the question and the answer."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        hold = self.get_object(request, unquote(object_id))
        if hold is None:
            raise Http404
        form = EndForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                change.end(hold, reason=form.cleaned_data["reason"], by=acting(request))
            except AppError as error:
                self.message_user(request, str(error.detail), messages.ERROR)
            else:
                self.log_change(request, hold, gettext_noop("Ended."))
                self.message_user(request, gettext("The hold has ended."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:accounts_hold_changelist"))
        return self._page(
            request, form, title=gettext("End a legal hold"), does=gettext("End it"), hold=hold, original=hold
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the way to its end, for those who may."""
        hold = context.get("original")
        context["may_end"] = self.has_add_permission(request) and hold is not None and rules.is_on(hold)
        return super().render_change_form(request, context, *args, **kwargs)

    def _page(self, request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
        common = self.admin_site.each_context(request)
        context |= {"opts": Hold._meta, "form": form, "media": self.media + form.media}
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/chat/hold.html", {**common, **context}, status=status)

    @admin.display(description=_("people"))
    def people_total(self, hold: Any) -> int:
        """How many people it is about."""
        return int(hold.people_count)

    @admin.display(description=_("ended"))
    def ended(self, hold: Hold) -> datetime | None:
        """When it ended."""
        return hold.end.create_time if hasattr(hold, "end") else None

    @admin.display(description=_("why it ended"))
    def end_reason(self, hold: Hold) -> str:
        """Why, and who ended it."""
        return f"{hold.end.reason} ({hold.end.by_name})" if hasattr(hold, "end") else "-"
