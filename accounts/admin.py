"""People and sign-up in Django admin. What changes who may sign in goes through accounts.services."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import services, sign_ins
from accounts.devices import device_of
from accounts.models import AccountSettings, SignIn, User, username_key
from aihelper.lib.admin import ModelAdmin, ReadOnlyAdmin
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
    actions = ("approve_users", "disable_users", "enable_users", "sign_out_users")
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        (_("May sign in"), {"fields": ("is_active", "is_approved")}),
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
        return str(_("active") if user.is_approved else _("waiting for approval"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Rights are given by superusers only; nobody shuts himself out."""
        fields = tuple(super().get_readonly_fields(request, obj))
        if not _is_superuser(request):
            fields += self.RIGHTS
        if obj is not None and obj.pk == request.user.pk:
            fields += ("is_active", "is_approved", "is_superuser", "is_staff")
        return fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser, and his password, are changed by superusers only."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is deleted by superusers only, and nobody deletes himself."""
        himself = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and _may_touch(request, obj) and not himself

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Store the form; a user who was disabled with it is shut out at once."""
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            (services.enable if obj.is_active else services.disable)(obj)

    @admin.action(description=_("Approve the selected users"), permissions=["change"])
    def approve_users(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them sign in."""
        self._each(request, queryset, services.approve)

    @admin.action(description=_("Disable the selected users and end their sessions"), permissions=["change"])
    def disable_users(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Shut them out at once."""
        self._each(request, queryset, services.disable)

    @admin.action(description=_("Enable the selected users"), permissions=["change"])
    def enable_users(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them sign in again."""
        self._each(request, queryset, services.enable)

    @admin.action(description=_("Sign the selected users out everywhere"), permissions=["change"])
    def sign_out_users(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End their sessions and tokens."""
        self._each(request, queryset, services.end_sessions)

    def _each(self, request: HttpRequest, queryset: QuerySet[User], change: Any) -> None:
        """Change each user whom this administrator may change, but not himself; log it, and tell how many."""
        users = [user for user in queryset if user.pk != request.user.pk and self.has_change_permission(request, user)]
        for user in users:
            change(user)
            self.log_change(request, user, change.__name__)
        done = ngettext("%(count)d user was changed.", "%(count)d users were changed.", len(users))
        messages.success(request, done % {"count": len(users)})
        if skipped := queryset.count() - len(users):
            left = ngettext("%(count)d user was left as is.", "%(count)d users were left as they are.", skipped)
            messages.warning(request, left % {"count": skipped})


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(GroupAdminBase):
    """Groups of people, in our theme."""


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin[SignIn]):
    """Who is signed in with what: to look at, and to end. What would admit anybody is not here."""

    list_display = ("user", "kind", "device", "address", "create_time", "last_seen")
    list_filter = ("kind", "last_seen")
    list_select_related = ("user",)
    search_fields = ("^user__username", "=address")
    search_help_text = _("The beginning of a username, or an address.")
    ordering = ("-last_seen", "-pk")
    fields = ("user", "kind", "device", "user_agent", "address", "create_time", "last_seen")
    readonly_fields = fields
    actions = ("end_sign_ins",)

    @admin.display(description=_("device"))
    def device(self, sign_in: SignIn) -> str:
        """What the browser or program says it is, in short."""
        return device_of(sign_in.user_agent)

    @admin.action(description=_("End the selected sign-ins"), permissions=["end"])
    def end_sign_ins(self, request: HttpRequest, queryset: QuerySet[SignIn]) -> None:
        """End their sessions and tokens, but nothing of a superuser's unless one asks."""
        rows = [row for row in queryset.select_related("user") if _may_touch(request, row.user)]
        for row in rows:
            self.log_change(request, row, "end_sign_ins")
            sign_ins.end(row.user, row.pk)
        done = ngettext("%(count)d sign-in was ended.", "%(count)d sign-ins were ended.", len(rows))
        messages.success(request, done % {"count": len(rows)})

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Who may change people may sign them out."""
        return request.user.has_perm("accounts.change_user")


@admin.register(AccountSettings)
class AccountSettingsAdmin(ModelAdmin[AccountSettings]):
    """The one row of settings; the list goes straight to it."""

    radio_fields: ClassVar[dict[str, Any]] = {"registration_mode": admin.VERTICAL}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row already, or its defaults."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AccountSettings | None = None) -> bool:
        """Settings are changed, not deleted."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AccountSettings | None:
        """The stored row, or the defaults as long as there is none."""
        return AccountSettings.load() if object_id == "1" else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go to the row."""
        return redirect(reverse("admin:accounts_accountsettings_change", args=["1"]))


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or _is_superuser(request)
