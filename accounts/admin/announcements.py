"""Announcements. A change is in the open pages of people within a few seconds."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.announcements import current
from accounts.announcements.models import Announcement
from aihelper.lib.enumeration import listed
from aihelper.lib.history import HistoryAdmin

if TYPE_CHECKING:
    FormBase = forms.ModelForm[Announcement]
else:
    FormBase = forms.ModelForm


class WhenFilter(admin.SimpleListFilter):
    """By what people see now."""

    title = _("shown")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Now, later, not any more."""
        return [("now", _("now")), ("later", _("later")), ("over", _("no more"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        now = timezone.now()
        begun, over = Q(starts_at=None) | Q(starts_at__lte=now), Q(ends_at__lte=now)
        rules = {"now": begun & ~over & Q(is_active=True), "later": Q(starts_at__gt=now), "over": over}
        return queryset.filter(rules[value]) if (value := self.value()) in rules else queryset


class ForWhomFilter(admin.RelatedFieldListFilter):
    """By groups; what is for none of them is for everybody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_value_display = escape(gettext("everybody"))


class AnnouncementForm(FormBase):
    """An announcement. For groups it cannot stand where nobody is known yet."""

    class Meta:
        model = Announcement
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for groups on the sign-in page."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("at_sign_in") and data.get("groups"):
            sentence = _("Nobody's groups are known before anybody has signed in: take the groups or the page away.")
            raise ValidationError({"at_sign_in": sentence})
        return data


@admin.register(Announcement)
class AnnouncementAdmin(HistoryAdmin[Announcement]):
    """A few sentences to everybody or to groups, for a time."""

    purpose = _("A few sentences to everybody or to some groups, above the chats or on the sign-in page.")
    form = AnnouncementForm
    list_display = ("__str__", "level", "for_whom", "starts_at", "ends_at", "state", "is_active")
    list_editable = ("is_active",)
    list_filter = (WhenFilter, "level", ("groups", ForWhomFilter))
    search_fields = ("text", "text_zh")
    search_help_text = _("Part of the text")
    ordering = ("-pk",)
    autocomplete_fields = ("groups",)
    readonly_fields = ("create_time",)
    radio_fields: ClassVar[dict[str, Any]] = {"level": admin.HORIZONTAL}
    change_form_outer_before_template = "admin/accounts/before_announcement.html"
    fieldsets = (
        (None, {"fields": ("text", "text_zh", "level")}),
        (_("For whom, and where"), {"fields": ("groups", "in_chat", "at_sign_in", "is_dismissible")}),
        (_("When"), {"fields": ("starts_at", "ends_at", "is_active", "create_time")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        """With the groups, which the list names."""
        rows: QuerySet[Announcement] = super().get_queryset(request)
        return rows.prefetch_related("groups")

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        """Tell the open pages."""
        super().save_model(request, obj, form, change)
        current.changed()

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:
        """Tell the open pages."""
        super().delete_model(request, obj)
        current.changed()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:
        """Tell the open pages."""
        super().delete_queryset(request, queryset)
        current.changed()

    @admin.display(description=_("for whom"))
    def for_whom(self, row: Announcement) -> str:
        """The names of the groups."""
        return listed(group.name for group in row.groups.all()) or gettext("everybody")

    @admin.display(description=_("shown"))
    def state(self, row: Announcement) -> str:
        """Whether people see it now."""
        now = timezone.now()
        if row.ends_at and row.ends_at <= now:
            return gettext("no more")
        if not row.is_active:
            return gettext("draft")
        return gettext("later") if row.starts_at and row.starts_at > now else gettext("now")
