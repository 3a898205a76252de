"""Invitations in Django admin: making one, whose link is told once, taking one back, and who has come."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.forms import EmailField, Form, IntegerField, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
)

from accounts.admin.managed import Managed, may_bring_in
from accounts.admin.rights import acting
from accounts.groups import scope
from accounts.invitations import giving, mail
from accounts.invitations.models import MAX_USES, Invitation
from accounts.models import User
from aihelper.lib import confirm
from aihelper.lib.admin import ReadOnlyAdmin
from aihelper.lib.enumeration import listed


class InviteForm(Form):
    """Whom, into which groups, and for how long."""

    email = EmailField(
        label=_("e-mail"),
        required=False,
        widget=UnfoldAdminEmailInputWidget,
        help_text=_("Of one person, whose account gets it. Empty: whoever has the link."),
    )
    groups = ModelMultipleChoiceField(
        Group.objects.none(), label=_("Groups"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    max_uses = IntegerField(
        label=_("for how many people"),
        initial=1,
        min_value=1,
        max_value=MAX_USES,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("A link for a whole class can be passed on: take as many as there are people."),
    )
    days = IntegerField(
        label=_("valid for how many days"),
        initial=7,
        min_value=1,
        max_value=giving.MAX_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, groups: QuerySet[Group], *args: Any, **kwargs: Any) -> None:
        """`groups` are those that who asks may fill."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["groups"]
        field.queryset = groups.order_by("name")


class StateFilter(admin.SimpleListFilter):
    """Those that still let somebody in, or not."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two."""
        return [("open", _("open")), ("over", _("used, expired or revoked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        """Those in that state."""
        over = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now()) | Q(uses__gte=1, max_uses=1)
        if self.value() == "over":
            return queryset.filter(over)
        return queryset.exclude(over) if self.value() == "open" else queryset


@admin.register(Invitation)
class InvitationAdmin(Managed, ReadOnlyAdmin[Invitation]):
    """Whom somebody invited, and who came. Links are not here: they are told once."""

    purpose = _(
        "Links by which people make their own account or choose a password. A link is shown once, when it is made."
    )
    managers_may = frozenset({"view"})
    change_form_outer_before_template = "admin/accounts/before_invitation.html"
    list_display = ("name", "state", "used", "in_groups", "expires_at", "invited_by_name")
    list_filter = (StateFilter, "create_time")
    list_select_related = ("person",)
    search_fields = ("email", "^invited_by_name", "^person__username")
    search_help_text = _("E-mail, or beginning of a username")
    ordering = ("-pk",)
    fields = (
        "name",
        "state",
        "used",
        "came",
        "in_groups",
        "expires_at",
        "invited_by_name",
        "create_time",
        "revoked_at",
    )
    readonly_fields = fields
    actions = ("revoke_invitations",)

    @admin.display(description=_("for whom"))
    def name(self, invitation: Invitation) -> str:
        """The account, the address, or everybody with the link."""
        if invitation.person:
            return gettext("password of %(name)s") % {"name": invitation.person.username}
        return invitation.email or gettext("whoever has the link")

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        """One word."""
        if invitation.is_open:
            return gettext("open")
        if invitation.revoked_at:
            return gettext("revoked")
        return gettext("used") if invitation.uses >= invitation.max_uses else gettext("expired")

    @admin.display(description=_("used"), ordering="uses")
    def used(self, invitation: Invitation) -> str:
        """By how many of how many."""
        return f"{invitation.uses} / {invitation.max_uses}"

    @admin.display(description=_("Groups"))
    def in_groups(self, invitation: Invitation) -> str:
        """Which groups people join by it."""
        return listed(sorted(group.name for group in invitation.groups.all())) or "-"

    @admin.display(description=_("who came"))
    def came(self, invitation: Invitation) -> str:
        """The last hundred of them."""
        rows = invitation.used_by.order_by("-pk").values_list("username", "create_time")[:100]
        told = ((date_format(timezone.localtime(when), "SHORT_DATETIME_FORMAT"), name) for name, when in rows)
        return format_html_join("", "<p>{} · {}</p>", told) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """With the names of the groups."""
        rows: QuerySet[Invitation] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("groups", Group.objects.only("name")))

    def of_manager(self, rows: QuerySet[Invitation], manager: User) -> QuerySet[Invitation]:
        """Into the manager's groups and no others, and for the manager's people."""
        joined = Invitation.groups.through.objects.filter(invitation=OuterRef("pk"))
        own = scope.groups_of(manager).values("pk")
        into = Exists(joined.filter(group__in=own)) & ~Exists(joined.exclude(group__in=own))
        return rows.filter(Q(person__in=scope.people_of(manager)) | Q(into))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may bring people in."""
        return may_bring_in(request)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Who may invite."""
        return self.has_add_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask for whom; then the page with the link, this once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        by, posted = acting(request), request.method == "POST"
        form = InviteForm(scope.groups_to_fill(by), request.POST if posted else None)
        given = None
        if posted and form.is_valid():
            try:
                given = giving.invite(by=by, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Invite people"),
            "opts": Invitation._meta,
            "form": form,
            "media": form.media,
        }
        if given is not None:
            link = request.build_absolute_uri(given.path)
            context |= {"link": link, "invitation": given.invitation, "sent": mail.send(given.invitation, link)}
        return TemplateResponse(request, "admin/accounts/invite.html", context, status=400 if form.errors else 200)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the way to take it back."""
        invitation = context.get("original")
        context["may_revoke"] = invitation is not None and invitation.is_open and self.has_revoke_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=_("Revoke the selected invitations"), permissions=["revoke"])
    def revoke_invitations(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> HttpResponse | None:
        """Make their links void."""
        question = _("Nobody can come by these links any more. Who has come stays.")
        if (page := confirm.ask(self, request, queryset, question=question, does=_("Revoke"), hurts=True)) is not None:
            return page
        rows = [row for row in queryset if row.revoked_at is None]
        for row in rows:
            giving.revoke(row, by=acting(request))
            self.log_change(request, row, gettext_noop("Revoked."))
        done = ngettext("%(count)d invitation was revoked.", "%(count)d invitations were revoked.", len(rows))
        messages.success(request, done % {"count": len(rows)})
        return None
