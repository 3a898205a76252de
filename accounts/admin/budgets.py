"""Budgets in Django admin: limits, what is taken of them now, and a top-up with its reason."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.forms import CharField, DecimalField, Form, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.managed import Managed, is_managing
from accounts.admin.rights import acting
from accounts.budgets import known, top_up
from accounts.budgets.models import Budget, BudgetCounter, TopUp, Unit
from accounts.groups import scope
from accounts.models import User
from aihelper.lib import numbers
from aihelper.lib.admin import ReadOnlyAdmin
from aihelper.lib.amounts import plain
from aihelper.lib.history import HistoryAdmin


def limit_of(budget: Budget) -> str:
    """Such as "100 messages per day"."""
    facts = {"number": _number(budget, budget.limit), "unit": _unit(budget), "period": budget.get_period_display()}
    return gettext("%(number)s %(unit)s per %(period)s") % facts


def _number(row: Budget | TopUp, amount: Decimal) -> str:
    return plain(amount) if row.unit == Unit.MONEY else numbers.count(int(amount))


# Behind a number: Chinese has other words there.
_COUNTED = {Unit.MESSAGES: pgettext_lazy("counted", "messages"), Unit.TOKENS: pgettext_lazy("counted", "tokens")}


def _unit(row: Budget | TopUp) -> str:
    return row.currency if row.unit == Unit.MONEY else str(_COUNTED[Unit(row.unit)])


class TopUpForm(Form):
    """How much more, for whom, and why."""

    amount = DecimalField(
        label=_("amount"), max_digits=22, decimal_places=8, min_value=0, widget=UnfoldAdminTextInputWidget
    )
    reason = CharField(label=_("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)

    def __init__(self, budget: Budget, known: QuerySet[User], site: Any, *args: Any, **kwargs: Any) -> None:
        """`known` are the people whom who asks may choose."""
        super().__init__(*args, **kwargs)
        unit = budget.currency if budget.unit == Unit.MONEY else budget.get_unit_display()
        self.fields["amount"].label = gettext("amount (%(unit)s)") % {"unit": unit}
        if not budget.is_shared and budget.user_id is None:
            people = known.filter(groups=budget.group_id) if budget.group_id else known
            widget = AutocompleteSelect(Budget._meta.get_field("user"), site)
            self.fields["user"] = ModelChoiceField(people, label=_("person"), widget=widget)
            self.order_fields(("user", "amount", "reason"))


@admin.register(Budget)
class BudgetAdmin(Managed, HistoryAdmin[Budget]):
    """Limits for everybody, a group or a person."""

    purpose = _("How much people may use: messages, tokens or money, per minute, day or month.")
    managers_may = frozenset({"view"})

    list_display = ("name", "audience", "show_limit", "model_id", "is_shared", "is_active")
    list_filter = ("is_active", "unit", "period")
    list_select_related = ("user", "group")
    search_fields = ("name", "group__name", "^user__username", "model_id")
    search_help_text = _("Name, group, person or model")
    autocomplete_fields = ("user", "group")
    # Alpine's: the theme shows the field while this holds.
    conditional_fields: ClassVar[dict[str, str]] = {"currency": "unit == 'money'"}
    change_form_outer_before_template = "admin/accounts/before_budget.html"
    fieldsets = (
        (None, {"fields": ("name", "is_active")}),
        (_("For whom"), {"fields": ("group", "user", "is_shared", "model_id")}),
        (_("How much"), {"fields": ("limit", "unit", "currency", "period", "warn_percent")}),
    )

    @admin.display(description=_("for whom"))
    def audience(self, budget: Budget) -> str:
        """The person, the group, or everybody."""
        return str(budget.user or budget.group or gettext("everybody"))

    @admin.display(description=_("limit"), ordering="limit")
    def show_limit(self, budget: Budget) -> str:
        """Such as "100 messages per day"."""
        return limit_of(budget)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """The model as text, for it may come one day; those that are there are offered."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and db_field.name == "model_id":
            field.widget.attrs["list"] = "known-models"
        return field

    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        """Say when it counts nothing as things are: a limit that is none is found out too late."""
        super().save_model(request, obj, form, change)
        for sentence in known.warnings(obj):
            self.message_user(request, sentence, messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.top_up_view)
        return [path("<path:object_id>/top-up/", view, name="accounts_budget_top_up"), *super().get_urls()]

    def of_manager(self, rows: QuerySet[Budget], manager: User) -> QuerySet[Budget]:
        """Those of the manager's groups and people, and those that each person of the site has."""
        people, groups = Q(user__in=scope.people_of(manager)), Q(group__in=scope.groups_of(manager))
        return rows.filter(people | groups | Q(user=None, group=None, is_shared=False))

    def may_top_up(self, request: HttpRequest) -> bool:
        """Who may change budgets, and managers for their own people."""
        return self.has_change_permission(request) or is_managing(request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the way to top it up, for those who may."""
        context["may_top_up"] = self.may_top_up(request)
        context["known_models"] = known.models()
        return super().render_change_form(request, context, *args, **kwargs)

    def top_up_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Add to the present period."""
        if not self.may_top_up(request):
            raise PermissionDenied
        budget = self.get_object(request, unquote(object_id))
        if budget is None:
            raise Http404
        people = scope.people_of(acting(request)) if is_managing(request) else User.objects.all()
        form = TopUpForm(budget, people, self.admin_site, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                added = top_up.add(budget, by=acting(request), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.log_change(request, budget, f"Topped up by {plain(added.amount)}: {added.reason}")
                self.message_user(request, gettext("The budget was topped up."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:accounts_budget_change", args=[budget.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Top up"),
            "original": budget,
            "opts": Budget._meta,
            "budget": budget,
            "limit": limit_of(budget),
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/accounts/top_up.html", context, status=400 if form.errors else 200)


@admin.register(BudgetCounter)
class BudgetCounterAdmin(Managed, ReadOnlyAdmin[BudgetCounter]):
    """What is taken, by budget, period and person."""

    purpose = _("How much of each budget is used, in this period and in earlier ones.")
    managers_may = frozenset({"view"})
    list_display = ("budget", "whose", "window", "show_used", "show_topped_up", "show_reserved")
    list_filter = (("budget", admin.RelatedOnlyFieldListFilter), "window")
    list_select_related = ("budget", "user")
    search_fields = ("^user__username", "budget__name")
    search_help_text = _("Beginning of a username, or name of a budget")
    ordering = ("-window", "-pk")
    fields = list_display
    readonly_fields = ("whose", "show_used", "show_reserved", "show_topped_up")

    def of_manager(self, rows: QuerySet[BudgetCounter], manager: User) -> QuerySet[BudgetCounter]:
        """Of the manager's people, and what a group shares."""
        return rows.filter(_shared_or_theirs(manager))

    @admin.display(description=_("person"))
    def whose(self, counter: BudgetCounter) -> str:
        """Whose it is, or that all share it."""
        return str(counter.user or gettext("everybody together"))

    @admin.display(description=_("used"), ordering="used")
    def show_used(self, counter: BudgetCounter) -> str:
        """Of the limit, such as "20 / 100 messages"."""
        of = [_number(counter.budget, amount) for amount in (round(counter.used, 4), counter.budget.limit)]
        return f"{' / '.join(of)} {_unit(counter.budget)}"

    @admin.display(description=_("reserved"), ordering="reserved")
    def show_reserved(self, counter: BudgetCounter) -> str:
        """What answers hold that are being written."""
        return _number(counter.budget, counter.reserved)

    @admin.display(description=_("topped up"), ordering="topped_up")
    def show_topped_up(self, counter: BudgetCounter) -> str:
        """What was given beside the limit."""
        return _number(counter.budget, counter.topped_up)


@admin.register(TopUp)
class TopUpAdmin(Managed, ReadOnlyAdmin[TopUp]):
    """Who gave more to whom, and why."""

    purpose = _("What was given beside a budget, to whom and why. To give more, open the budget.")
    managers_may = frozenset({"view"})
    list_display = ("create_time", "budget_name", "show_person", "show_amount", "reason", "by_name")
    search_fields = ("reason", "^by_name", "^username")
    search_help_text = _("Reason, or beginning of a username")
    ordering = ("-pk",)
    fields = ("create_time", "budget_name", "show_person", "show_amount", "reason", "by_name")
    readonly_fields = fields

    def of_manager(self, rows: QuerySet[TopUp], manager: User) -> QuerySet[TopUp]:
        """To the manager's people, and to what a group shares."""
        return rows.filter(_shared_or_theirs(manager))

    @admin.display(description=_("amount"), ordering="amount")
    def show_amount(self, top_up: TopUp) -> str:
        """Such as "12.5 USD"."""
        return f"{_number(top_up, top_up.amount)} {_unit(top_up)}"

    @admin.display(description=_("person"), ordering="username")
    def show_person(self, top_up: TopUp) -> str:
        """Whom it was given to, or all who share the budget."""
        return top_up.username or gettext("everybody together")


def _shared_or_theirs(manager: User) -> Q:
    """A row about one of the manager's people, or about nobody and one of the manager's groups."""
    theirs = Q(user__in=scope.seen_by(manager))
    return theirs | Q(user=None, budget__group__in=scope.groups_of(manager), budget__is_shared=True)
