"""People and sign-up in Django admin. What changes who may sign in goes through accounts.services."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import services
from accounts.admin.rights import acting, is_superuser, may_touch
from accounts.audit import log
from accounts.audit.models import What
from accounts.models import User, username_key
from aihelper.lib import confirm
from aihelper.lib.admin import ModelAdmin
from aihelper.lib.errors import AppError

if TYPE_CHECKING:
    from django.contrib.admin.forms import AdminAuthenticationForm as LoginFormBase
    from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

    NewUserBase = AdminUserCreationForm[User]
    UserFormBase = UserChangeForm[User]
    UserAdminBase = DjangoUserAdmin[User]
    GroupAdminBase = DjangoGroupAdmin
else:
    from unfold.forms import AdminPasswordChangeForm
    from unfold.forms import AuthenticationForm as LoginFormBase
    from unfold.forms import UserChangeForm as UserFormBase
    from unfold.forms import UserCreationForm as NewUserBase

    class UserAdminBase(DjangoUserAdmin, ModelAdmin):
        """Django's page of people in our theme."""

        change_password_form = AdminPasswordChangeForm

    class GroupAdminBase(DjangoGroupAdmin, ModelAdmin):
        """Django's page of groups in our theme."""


class SignInForm(LoginFormBase):
    """Django admin's own door: the same limits as the API's, told in a sentence."""

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError, also when there were too many tries."""
        try:
            return super().clean()
        except AppError as error:
            raise ValidationError(str(error.detail), code=error.code) from error


admin.site.login_form = SignInForm


class NewUserForm(NewUserBase):
    """Adds a user, whose name must differ from all others in more than case or width."""

    class Meta:
        model = User
        fields = ("username", "email")

    def clean_username(self) -> str:
        """Raises ValidationError for a name that is taken in another spelling."""
        return _free_name(self.cleaned_data["username"], 0)


class UserForm(UserFormBase):
    class Meta:
        model = User
        fields = "__all__"

    def clean_username(self) -> str:
        """Raises ValidationError for a name that is taken in another spelling."""
        return _free_name(self.cleaned_data["username"], self.instance.pk or 0)


def _free_name(username: str, pk: int) -> str:
    if User.objects.filter(username_key=username_key(username)).exclude(pk=pk).exists():
        raise ValidationError(_("This name is taken. Please choose another one."))
    return username


@admin.register(User)
class UserAdmin(UserAdminBase):
    """Lists, approves and disables people."""

    form = UserForm
    add_form = NewUserForm
    list_display = ("username", "email", "state", "is_staff", "create_time", "last_login")
    list_filter = ("is_active", "is_approved", "is_staff", "is_superuser")
    search_fields = ("username", "email")
    ordering = ("-create_time",)
    readonly_fields = ("last_login", "create_time")
    actions = ("approve_users", "disable_users", "enable_users", "sign_out_users", "ask_for_new_passwords")
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        (_("May sign in"), {"fields": ("is_active", "is_approved", "password_change_required")}),
        (_("Rights"), {"classes": ("collapse",), "fields": ("is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "create_time")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "usable_password", "password1", "password2")}),
    )
    # What lets its holder take every other right.
    RIGHTS: ClassVar[tuple[str, ...]] = ("is_staff", "is_superuser", "groups", "user_permissions")

    @admin.display(description=_("state"))
    def state(self, user: User) -> str:
        """One word on whether the user may sign in."""
        if not user.is_active:
            return str(_("disabled"))
        if user.is_approved and user.password_change_required:
            return str(_("has to choose a new password"))
        return str(_("active") if user.is_approved else _("waiting for approval"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Rights are given by superusers only; nobody shuts himself out."""
        fields = tuple(super().get_readonly_fields(request, obj))
        if not is_superuser(request):
            fields += self.RIGHTS
        if obj is not None and obj.pk == request.user.pk:
            fields += ("is_active", "is_approved", "is_superuser", "is_staff")
        return fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser, and his password, are changed by superusers only."""
        return super().has_change_permission(request, obj) and may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is deleted by superusers only, and nobody deletes himself."""
        himself = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and may_touch(request, obj) and not himself

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Store the form; a user who was disabled with it is shut out at once."""
        super().save_model(request, obj, form, change)
        if change and "is_approved" in form.changed_data and obj.is_approved:
            log.note(What.APPROVED, person=obj, by=acting(request))
        if change and "is_active" in form.changed_data:
            (services.enable if obj.is_active else services.disable)(obj, by=acting(request))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's page; that a password was set stands in the audit log."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            log.note(What.PASSWORD_SET, person=User.objects.get(pk=id), by=acting(request))
        return response

    @admin.action(description=_("Approve the selected users"), permissions=["change"])
    def approve_users(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them sign in."""
        self._each(request, queryset, services.approve)

    @admin.action(description=_("Disable the selected users and end their sessions"), permissions=["change"])
    def disable_users(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Shut them out at once."""
        question = _("They cannot sign in any more, and everything that they have open ends at once.")
        return self._asked(request, queryset, services.disable, question, _("Disable"))

    @admin.action(description=_("Enable the selected users"), permissions=["change"])
    def enable_users(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them sign in again."""
        self._each(request, queryset, services.enable)

    @admin.action(description=_("Sign the selected users out everywhere"), permissions=["change"])
    def sign_out_users(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """End their sessions and tokens."""
        question = _("They have to sign in again on all devices, and what they have open ends at once.")
        return self._asked(request, queryset, services.end_sessions, question, _("Sign out"))

    @admin.action(description=_("Ask the selected users for a new password"), permissions=["change"])
    def ask_for_new_passwords(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """End their sessions; the next sign-in asks for a new password."""
        question = _("They are signed out everywhere, and have to choose a new password at the next sign-in.")
        return self._asked(request, queryset, services.require_new_password, question, _("Ask for new passwords"))

    def _asked(
        self, request: HttpRequest, queryset: QuerySet[User], change: Any, question: Any, does: Any
    ) -> HttpResponse | None:
        """Ask first, then change each."""
        if (page := confirm.ask(self, request, queryset, question=question, does=does)) is not None:
            return page
        self._each(request, queryset, change)
        return None

    def _each(self, request: HttpRequest, queryset: QuerySet[User], change: Any) -> None:
        """Change each user whom this administrator may change, but not himself; log it, and tell how many."""
        users = [user for user in queryset if user.pk != request.user.pk and self.has_change_permission(request, user)]
        for user in users:
            change(user, by=acting(request))
            self.log_change(request, user, change.__name__)
        done = ngettext("%(count)d user was changed.", "%(count)d users were changed.", len(users))
        messages.success(request, done % {"count": len(users)})
        if skipped := queryset.count() - len(users):
            left = ngettext("%(count)d user was left as is.", "%(count)d users were left as they are.", skipped)
            messages.warning(request, left % {"count": skipped})
