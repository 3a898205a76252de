"""The one row of settings."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanSwitchWidget

from accounts import throttling
from accounts.models import SiteSettings
from accounts.site import logo, mail
from aihelper.lib.errors import AppError
from aihelper.lib.forms import LinesField
from aihelper.lib.history import HistoryAdmin

if TYPE_CHECKING:
    FormBase = forms.ModelForm[SiteSettings]
else:
    FormBase = forms.ModelForm


class SiteSettingsForm(FormBase):
    """The settings; a picture becomes the logo only when it can be decoded."""

    suggestions = LinesField(
        label=_("suggested questions"), required=False, help_text=_("One per line, four look best.")
    )
    suggestions_zh = LinesField(
        label=_("suggested questions (Chinese)"), required=False, help_text=_("One per line, four look best.")
    )
    picture = forms.FileField(
        label=_("logo"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=_("PNG, JPEG, WebP or GIF up to 2 MB; it is scaled to 256 pixels."),
    )
    no_logo = forms.BooleanField(label=_("back to the built-in logo"), required=False, widget=UnfoldBooleanSwitchWidget)

    class Meta:
        model = SiteSettings
        fields = (
            "site_name", "welcome", "welcome_zh", "suggestions", "suggestions_zh", "registration_mode", "sharing",
            "trash_days", "retention_days", "retention_at_once",
        )  # fmt: skip

    def clean_picture(self) -> bytes | None:
        """The picture as it will be served. Raises ValidationError for what is none."""
        file = self.cleaned_data["picture"]
        try:
            return logo.encode(file.read()) if file else None
        except AppError as error:
            raise ValidationError(str(error.detail)) from error

    def save(self, commit: bool = True) -> SiteSettings:
        """With the new logo's name in the row."""
        if picture := self.cleaned_data["picture"]:
            self.instance.logo = logo.keep(picture)
        elif self.cleaned_data["no_logo"]:
            self.instance.logo = ""
        return super().save(commit)


@admin.register(SiteSettings)
class SiteSettingsAdmin(HistoryAdmin[SiteSettings]):
    """The one row of settings; the list goes straight to it."""

    form = SiteSettingsForm
    history_extra = ("logo",)
    change_form_outer_before_template = "admin/accounts/before_site_settings.html"
    radio_fields: ClassVar[dict[str, Any]] = {"registration_mode": admin.VERTICAL, "sharing": admin.VERTICAL}
    fieldsets = (
        (_("The site"), {"fields": ("site_name", "picture", "no_logo")}),
        (_("An empty chat"), {"fields": ("welcome", "welcome_zh", "suggestions", "suggestions_zh")}),
        (_("What people may do"), {"fields": ("registration_mode", "sharing")}),
        (_("How long chats are kept"), {"fields": ("trash_days", "retention_days", "retention_at_once")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row already, or its defaults."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteSettings | None = None) -> bool:
        """Settings are changed, not deleted."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteSettings | None:
        """The stored row, or the defaults as long as there is none."""
        return SiteSettings.load() if object_id == "1" else None

    def get_urls(self) -> list[URLPattern]:
        """With the test of the mail server."""
        view = self.admin_site.admin_view(self.mail_view)
        return [path("mail/", view, name="accounts_sitesettings_mail"), *super().get_urls()]

    def mail_view(self, request: HttpRequest) -> HttpResponse:
        """Button "Send a test e-mail"; says in a sentence what came of it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        address = request.POST.get("address", "").strip()
        try:
            validate_email(address)
            throttling.hit(f"test-mail:{request.user.pk}", limit=5, seconds=300)
            mail.try_out(address)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        except AppError as error:
            self.message_user(request, str(error.detail), messages.ERROR)
        else:
            told = _("The mail server took it. Look whether it arrives at %(address)s.")
            self.message_user(request, told % {"address": address}, messages.SUCCESS)
        return redirect(reverse("admin:accounts_sitesettings_change", args=["1"]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the server that mail goes by."""
        context["mail_server"] = mail.server()
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go to the row. Raises PermissionDenied for who may not look at it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(reverse("admin:accounts_sitesettings_change", args=["1"]))
