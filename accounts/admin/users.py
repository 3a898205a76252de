"""People and sign-up in Django admin. What changes who may sign in goes through accounts.services."""

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts import services
from accounts.admin import lists
from accounts.admin.managed import Managed, is_managing, may_bring_in
from accounts.admin.rights import acting, is_superuser, may_touch, named
from accounts.admin.user_forms import NewUserForm, UserForm
from accounts.audit import log
from accounts.audit.models import What
from accounts.groups import scope
from accounts.lists import adding
from accounts.models import User
from aihelper.lib import confirm
from aihelper.lib.admin import ModelAdmin
from aihelper.lib.enumeration import listed

if TYPE_CHECKING:
    UserAdminBase = DjangoUserAdmin[User]
else:
    from unfold.forms import AdminPasswordChangeForm

    class UserAdminBase(DjangoUserAdmin, ModelAdmin):
        """Django's page of people in our theme."""

        change_password_form = AdminPasswordChangeForm


# What stands in a person's history, in the language of who reads it (templates/admin/object_history.html).
DONE = {
    services.approve: gettext_noop("Approved."),
    services.disable: gettext_noop("Disabled."),
    services.enable: gettext_noop("Enabled."),
    services.end_sessions: gettext_noop("Signed out everywhere."),
    services.require_new_password: gettext_noop("Asked for a new password."),
}


class GroupFilter(admin.SimpleListFilter):
    """By group: of those that this administrator may know."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Their names."""
        return [(str(group.pk), group.name) for group in _known_groups(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """The people of that group."""
        chosen = next((pk for pk, _name in self.lookup_choices if pk == self.value()), None)
        return queryset.filter(groups=int(chosen)) if chosen else queryset


def _known_groups(request: HttpRequest) -> QuerySet[Group]:
    rows = scope.groups_of(acting(request)) if is_managing(request) else Group.objects.all()
    return rows.order_by("name")


@admin.register(User)
class UserAdmin(Managed, UserAdminBase):
    """Lists, approves and disables people."""

    purpose = _(
        "Everybody with an account. Open somebody to change something; tick several to approve, disable or "
        "sign them out."
    )
    person = "pk"
    managers_may = frozenset({"view", "change"})
    form = UserForm
    add_form = NewUserForm
    list_display = ("username", "state", "in_groups", "is_staff", "last_login", "create_time", "email")
    list_filter = ("is_active", "is_approved", "is_staff", "is_superuser", GroupFilter)
    list_before_template = "admin/accounts/before_users.html"
    change_form_outer_before_template = "admin/accounts/before_user.html"
    search_fields = ("username", "email")
    search_help_text = _("Username or e-mail")
    autocomplete_fields = ("groups",)
    filter_horizontal = ("user_permissions",)
    ordering = ("-create_time",)
    # What shuts people out or lets them in has buttons that ask first.
    readonly_fields = ("last_login", "create_time", "state", "has_password")
    actions = (
        "approve_users", "disable_users", "enable_users", "sign_out_users", "ask_for_new_passwords", "give_links",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("username", "email", "groups", "state", "has_password")}),
        (_("Rights"), {"classes": ("collapse",), "fields": ("is_staff", "is_superuser", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "create_time")}),
    )
    # A manager sets no passwords: who does can sign in as the person.
    MANAGERS_FIELDSETS = (
        (None, {"fields": ("username", "email", "groups", "state")}),
        (_("Dates"), {"fields": ("last_login", "create_time")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "usable_password", "password1", "password2")}),
    )
    # What lets its holder take every other right.
    RIGHTS: ClassVar[tuple[str, ...]] = ("is_staff", "is_superuser", "groups", "user_permissions")

    @admin.display(description=_("state"))
    def state(self, user: User) -> str:
        """One word on whether the user may sign in; in colour where somebody has to do something."""
        if not user.is_active:
            name, words = "health-down", _("disabled")
        elif not user.is_approved:
            name, words = "health-trial", _("waiting for approval")
        else:
            name, words = "", _("has to choose a new password") if user.password_change_required else _("active")
        return format_html('<span class="{}">{}</span>', name, words)

    @admin.display(description=_("password"))
    def has_password(self, user: User) -> str:
        """Whether there is one; how it is kept says nothing to people."""
        return str(_("set, nobody can see it") if user.has_usable_password() else _("none yet"))

    @admin.display(description=_("Groups"))
    def in_groups(self, user: User) -> str:
        """Their names: those that this administrator may know."""
        return listed(sorted(group.name for group in user.groups.all())) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """In the list with the groups; the form asks for them itself."""
        rows: QuerySet[User] = super().get_queryset(request)
        match = request.resolver_match
        if match is None or match.url_name != "accounts_user_changelist":
            return rows
        return rows.prefetch_related(Prefetch("groups", _known_groups(request)))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """For managers without passwords and rights."""
        managed = obj is not None and is_managing(request)
        return self.MANAGERS_FIELDSETS if managed else super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Rights are given by superusers only; nobody shuts himself out."""
        fields = tuple(super().get_readonly_fields(request, obj))
        if not is_superuser(request):
            may_place = is_managing(request)
            fields += tuple(name for name in self.RIGHTS if not (may_place and name == "groups"))
        if obj is not None and obj.pk == request.user.pk:
            fields += ("is_superuser", "is_staff")
        return fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Administrators and their passwords are changed by superusers only; managers look at themselves only."""
        himself = obj is not None and obj.pk == request.user.pk and is_managing(request)
        return super().has_change_permission(request, obj) and may_touch(request, obj) and not himself

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Administrators are deleted by superusers only, and nobody deletes himself."""
        himself = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and may_touch(request, obj) and not himself

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With the ways to bring people in."""
        more = {"may_invite": may_bring_in(request), **(extra_context or {})}
        return super().changelist_view(request, more)

    def get_urls(self) -> list[URLPattern]:
        """With the page of lists."""
        view = self.admin_site.admin_view(partial(lists.view, self))
        template = self.admin_site.admin_view(partial(lists.template, self))
        return [
            path("import/", view, name="accounts_user_import"),
            path("import/template/", template, name="accounts_user_template"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the buttons that fit the person's state."""
        person = context.get("original")
        if person is not None:
            context["person_actions"] = [(name, does) for name, does, fits in self._buttons(person) if fits]
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Rights by names in the language of the page; a manager's few groups as boxes to tick."""
        if db_field.related_model is Group and is_managing(request):
            options["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        field = super().formfield_for_manytomany(db_field, request, **options)
        return named(field) if db_field.related_model is Permission else field

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Who becomes an administrator or ceases to be one, a superuser too, stands in the audit log."""
        rows = User.objects.filter(pk=obj.pk).values_list("is_staff", "is_superuser")
        before = sum(rows.first() or (False, False)) if change else 0
        super().save_model(request, obj, form, change)
        if before != (now := obj.is_staff + obj.is_superuser):
            what = What.ADMIN_MADE if now > before else What.ADMIN_ENDED
            log.note(what, person=obj, by=acting(request), object="superuser" if obj.is_superuser else "")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the groups; a manager's form knows some of them only, and the others stay."""
        if is_managing(request) and "groups" in form.cleaned_data:
            others = form.instance.groups.exclude(pk__in=scope.groups_to_fill(acting(request)))
            form.cleaned_data["groups"] = [*form.cleaned_data["groups"], *others]
        super().save_related(request, form, formsets, change)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's page, for those who have the permission; that a password was set stands in the audit log."""
        if not request.user.has_perm("accounts.change_user"):
            raise PermissionDenied
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            log.note(What.PASSWORD_SET, person=User.objects.get(pk=id), by=acting(request))
        return response

    @admin.action(description=_("Approve the selected users"), permissions=["change"])
    def approve_users(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Let them sign in."""
        return self._asked(request, queryset, services.approve, _("They can sign in from now on."), _("Approve"))

    @admin.action(description=_("Disable the selected users and end their sessions"), permissions=["change"])
    def disable_users(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Shut them out at once."""
        question = _("They cannot sign in any more, and everything that they have open ends at once.")
        return self._asked(request, queryset, services.disable, question, _("Disable"), hurts=True)

    @admin.action(description=_("Enable the selected users"), permissions=["change"])
    def enable_users(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Let them sign in again."""
        return self._asked(request, queryset, services.enable, _("They can sign in again from now on."), _("Enable"))

    @admin.action(description=_("Sign the selected users out everywhere"), permissions=["change"])
    def sign_out_users(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """End their sessions and tokens."""
        question = _("They have to sign in again on all devices, and what they have open ends at once.")
        return self._asked(request, queryset, services.end_sessions, question, _("Sign out"), hurts=True)

    @admin.action(description=_("Ask the selected users for a new password"), permissions=["change"])
    def ask_for_new_passwords(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """End their sessions; the next sign-in asks for a new password."""
        question = _("They are signed out everywhere, and have to choose a new password at the next sign-in.")
        return self._asked(
            request, queryset, services.require_new_password, question, _("Ask for new passwords"), hurts=True
        )

    @admin.action(description=_("Make links to choose a password"), permissions=["change"])
    def give_links(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """For who has none yet; those with the permission, for everybody whom they may change."""
        question = _("Each gets a link to choose a password, once, within 30 days. Their links of before are void.")
        if (page := confirm.ask(self, request, queryset, question=question, does=_("Make the links"))) is not None:
            return page
        may_all = request.user.has_perm("accounts.change_user")
        users = [user for user in self._mine(request, queryset) if may_all or not user.has_usable_password()]
        self._tell(request, queryset, users)
        if not users:
            return None
        log.note_all(What.LINK_GIVEN, users, by=acting(request))
        return lists.show_links(self, request, adding.links_of(users, by=acting(request)))

    def _buttons(self, user: User) -> list[tuple[str, Any, bool]]:
        """Action of the list, what its button says, and whether it makes sense now."""
        return [
            ("approve_users", _("Approve"), not user.is_approved),
            ("enable_users", _("Enable"), not user.is_active),
            ("sign_out_users", _("Sign out everywhere"), user.may_sign_in),
            ("ask_for_new_passwords", _("Ask for a new password"), not user.password_change_required),
            ("give_links", _("Make a link to choose a password"), user.is_active),
            ("disable_users", _("Disable"), user.is_active),
        ]

    def _asked(
        self, request: HttpRequest, queryset: QuerySet[User], change: Any, question: Any, does: Any, hurts: bool = False
    ) -> HttpResponse | None:
        """Ask first, then change each."""
        others = queryset.exclude(pk=acting(request).pk)
        if (page := confirm.ask(self, request, others, question=question, does=does, hurts=hurts)) is not None:
            return page
        self._each(request, queryset, change)
        return None

    def _each(self, request: HttpRequest, queryset: QuerySet[User], change: Any) -> None:
        """Change each user whom this administrator may change, but not himself; log it, and tell how many."""
        users = self._mine(request, queryset)
        for user in users:
            change(user, by=acting(request))
            self.log_change(request, user, DONE[change])
        self._tell(request, queryset, users)

    def _mine(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """Those whom this administrator may change, but not himself."""
        return [user for user in queryset if user.pk != request.user.pk and self.has_change_permission(request, user)]

    def _tell(self, request: HttpRequest, queryset: QuerySet[User], users: list[User]) -> None:
        done = ngettext("%(count)d user was changed.", "%(count)d users were changed.", len(users))
        messages.success(request, done % {"count": len(users)})
        if skipped := queryset.count() - len(users):
            left = ngettext("%(count)d user was left as is.", "%(count)d users were left as they are.", skipped)
            messages.warning(request, left % {"count": skipped})
