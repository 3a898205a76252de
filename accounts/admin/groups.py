"""Groups of people: who is in it, and what holds for them. Rights in the administration are folded away."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, QuerySet
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.budgets import limit_of
from accounts.admin.managed import Managed, is_managing
from accounts.admin.rights import acting, is_superuser, named
from accounts.budgets.models import Budget
from accounts.groups import managers
from accounts.groups.models import GroupPolicy
from accounts.models import User
from aihelper.lib.admin import ModelAdmin, StackedInline, TabularInline
from aihelper.lib.enumeration import listed
from aihelper.lib.history import HistoryAdmin, Values

if TYPE_CHECKING:
    GroupAdminBase = DjangoGroupAdmin
    GroupForm = ModelForm[Group]
else:
    GroupForm = ModelForm

    class GroupAdminBase(DjangoGroupAdmin, ModelAdmin):
        """Django's page of groups in our theme."""


admin.site.unregister(Group)
# Each is a field of the form; a request may have a thousand of them.
MAX_EDITABLE = 500
# What of a policy its history keeps, beside the managers.
POLICY = ("may_delete", "retention_days", "may_be_read", "notice")


class PeopleForm(GroupForm):
    """A group with its people: all of them to choose, or in a large group those that are to be added."""

    members = ModelMultipleChoiceField(User.objects.all(), required=False, label=_("People"))

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not there where this administrator may only look at it.
        field: Any = self.fields.get("members")
        if field is not None:
            field.widget = AutocompleteSelectMultiple(GroupPolicy._meta.get_field("managers"), admin.site)
            field.widget.choices = field.choices
            if self.adds_only:
                field.label = _("People to add")
                field.help_text = _("This group is large: take people out of it on their own pages.")
            elif self.instance.pk:
                field.initial = self.instance.user_set.all()

    @property
    def adds_only(self) -> bool:
        """Whether there are too many to have them all in the form."""
        return bool(self.instance.pk) and self.instance.user_set.count() > MAX_EDITABLE

    def save_members(self) -> None:
        """Store who is in the group."""
        if "members" in self.cleaned_data:
            people, adds_only = self.cleaned_data["members"], self.adds_only
            (self.instance.user_set.add(*people) if adds_only else self.instance.user_set.set(people))


class PolicyInline(StackedInline[GroupPolicy, Group]):
    """What holds for its people."""

    model = GroupPolicy
    can_delete = False
    hide_title = True
    autocomplete_fields = ("managers",)
    fields = ("may_delete", "retention_days", "may_be_read", "notice", "managers")

    def get_extra(self, request: HttpRequest, obj: Group | None = None, **kwargs: Any) -> int:
        """The fields are there before anything has been said in them."""
        return 0 if obj is not None and GroupPolicy.objects.filter(group=obj).exists() else 1

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        """Who manages a group is for superusers to say: managers have power over people."""
        return () if is_superuser(request) else ("managers",)


class BudgetInline(TabularInline[Budget, Group]):
    """Its budgets, to look at; each has a page of its own."""

    model = Budget
    fields = ("own_page", "model_id", "amount", "is_shared", "is_active")
    readonly_fields = fields
    can_delete = False

    @admin.display(description=_("name"))
    def own_page(self, budget: Budget) -> str:
        """Its name, which leads there."""
        return format_html('<a class="admin-link" href="{}">{}</a>', _page_of(budget), budget.name)

    @admin.display(description=_("limit"))
    def amount(self, budget: Budget) -> str:
        """Such as "100 messages per day"."""
        return limit_of(budget)

    def has_add_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """On the page of budgets."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There, too."""
        return False


def _page_of(budget: Budget) -> str:
    return reverse("admin:accounts_budget_change", args=[budget.pk])


@admin.register(Group)
class GroupAdmin(Managed, HistoryAdmin[Group], GroupAdminBase):
    """Groups of people, with their policy and budgets."""

    purpose = _("Classes, departments, teams: what holds for their people, and who looks after them.")
    form = PeopleForm
    list_display = ("name", "people", "manager_names")
    search_help_text = _("Part of the name")
    inlines = (PolicyInline,)
    fieldsets = (
        (None, {"fields": ("name", "members")}),
        (
            _("Rights in the administration"),
            {
                "classes": ("collapse",),
                "fields": ("permissions",),
                "description": _(
                    "What people of this group who are administrators may see and change there. Most groups need none."
                ),
            },
        ),
    )

    history_titles: ClassVar[dict[str, Any]] = {
        field.name: field.verbose_name
        for field in (*GroupPolicy._meta.fields, *GroupPolicy._meta.many_to_many)
        if field.name in (*POLICY, "managers")
    }

    def get_inlines(self, request: HttpRequest, obj: Group | None) -> Any:
        """With its budgets, where it has some."""
        has_some = obj is not None and Budget.objects.filter(group=obj).exists()
        return [PolicyInline, BudgetInline] if has_some else [PolicyInline]

    def history_values(self, request: HttpRequest, obj: Group) -> Values:
        """The name and the policy. Rights and people are not settings: a click does not bring them back."""
        policy = GroupPolicy.objects.filter(group=obj).first()
        values = {name: getattr(policy or GroupPolicy(), name) for name in POLICY}
        managers = policy.managers.order_by("username_key").values_list("username", flat=True) if policy else ()
        return {"name": obj.name, **values, "managers": list(managers)}

    def go_back_to(self, request: HttpRequest, obj: Group | None, old: Values) -> Group:
        """The name and the policy; managers as far as who asks may name some."""
        group = obj or Group()
        self.remember(request, group, change=obj is not None)
        group.name = old["name"]
        group.full_clean()
        group.save()
        policy = GroupPolicy.objects.filter(group=group).first() or GroupPolicy(group=group)
        for name in POLICY:
            setattr(policy, name, old[name])
        policy.full_clean()
        policy.save()
        if is_superuser(request):
            before = managers.of([group])
            policy.managers.set(User.objects.filter(username__in=old["managers"]))
            self._let_in_and_out(request, group, before)
        return group

    def of_manager(self, rows: QuerySet[Group], manager: User) -> QuerySet[Group]:
        """The manager's own."""
        return rows.filter(policy__managers=manager)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """With the number of people, and in the list with the managers: the form asks for them itself."""
        rows: QuerySet[Group] = super().get_queryset(request).annotate(people_total=Count("user"))
        match = request.resolver_match
        in_list = match is not None and match.url_name == "auth_group_changelist"
        return rows.prefetch_related("policy__managers") if in_list else rows

    @admin.display(description=_("people"), ordering="people_total")
    def people(self, group: Group) -> int:
        """How many people are in it."""
        return int(getattr(group, "people_total", 0))

    @admin.display(description=_("managers"))
    def manager_names(self, group: Group) -> str:
        """Who looks after it."""
        policy = getattr(group, "policy", None)
        return (listed(user.username for user in policy.managers.all()) if policy else "") or "-"

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        """Rights are given by superusers only, and so is a place in a group that has some."""
        if is_superuser(request):
            return ()
        if is_managing(request):
            # On the pages of people, where a manager finds his own only.
            return ("permissions", "members")
        return ("permissions", "members") if obj is not None and obj.permissions.exists() else ("permissions",)

    @admin.display(description=_("people"))
    def members(self, group: Group) -> str:
        """The first of them, where they cannot be changed."""
        return listed(group.user_set.order_by("username_key").values_list("username", flat=True)[:50])

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:  # type: ignore[override] # Django's takes no request, too
        """Rights by names in the language of the page."""
        field = super().formfield_for_manytomany(db_field, request, **options)
        return named(field) if db_field.related_model is Permission else field

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the people with the group."""
        before = managers.of([form.instance])
        super().save_related(request, form, formsets, change)
        form.save_members()
        if is_superuser(request):
            self._let_in_and_out(request, form.instance, before)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        """With the way in of those who managed nothing else."""
        before = managers.of([obj])
        super().delete_model(request, obj)
        self._let_out(request, before)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """Likewise."""
        before = managers.of(queryset)
        super().delete_queryset(request, queryset)
        self._let_out(request, before)

    def _let_in_and_out(self, request: HttpRequest, group: Group, before: list[User]) -> None:
        """Managing is done in the administration: who is named may enter it, and whose name goes may not."""
        for user in managers.let_in(group, by=acting(request)):
            told = _("%(name)s may enter the administration from now on, as a manager.") % {"name": user.username}
            self.message_user(request, told, messages.WARNING)
        self._let_out(request, before)

    def _let_out(self, request: HttpRequest, before: list[User]) -> None:
        for user in managers.let_out(before, by=acting(request)):
            told = _("%(name)s manages no group any more, and may not enter the administration from now on.")
            self.message_user(request, told % {"name": user.username}, messages.WARNING)
