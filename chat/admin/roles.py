"""The roles that people talk to."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import Managed
from accounts.groups import scope
from accounts.holds import rules
from accounts.models import User
from aihelper.lib.history import HistoryAdmin
from chat.forms import RoleForm
from chat.models import Role


@admin.register(Role)
class RoleAdmin(Managed, HistoryAdmin[Role]):
    """Whom people can talk to. Chinese texts are optional: where one is empty, the English stands."""

    purpose = _(
        "Whom people can talk to: a name, and instructions that the model gets. Of people's own roles no "
        "words are shown."
    )
    form = RoleForm
    list_display = ("title", "for_whom", "owner", "is_active", "sort_order")
    list_editable = ("is_active", "sort_order")
    list_filter = ("is_active", "groups", ("owner", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    # Not by names: those of people's own roles are theirs, and could be guessed by looking for them.
    search_fields = ("slug", "^owner__username")
    search_help_text = _("Identifier, or beginning of the owner's username")
    autocomplete_fields = ("groups", "owner")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("create_time", "update_time")
    fieldsets = (
        (None, {"fields": ("name", ("slug", "emoji"), ("is_active", "sort_order"), "groups", "owner")}),
        (_("Texts"), {"fields": ("description", "welcome_message", "system_prompt", "suggestions")}),
        (
            _("Texts for people who read Chinese"),
            {
                "description": _("Where one is empty, the text above stands."),
                "fields": ("name_zh", "description_zh", "welcome_message_zh", "system_prompt_zh", "suggestions_zh"),
            },
        ),
        (_("Model"), {"fields": ("model_id", "parameters")}),
        (_("Dates"), {"fields": ("create_time", "update_time")}),
    )
    # Of a role that somebody made for himself: whose it is, and that it can be switched off.
    OF_PEOPLE = ("slug", "owner", "is_active", "create_time", "update_time")

    def of_manager(self, rows: QuerySet[Role], manager: User) -> QuerySet[Role]:
        """Those for everybody, and those of the manager's people."""
        return rows.filter(Q(owner=None) | Q(owner__in=scope.seen_by(manager)))

    @admin.display(description=_("name"), ordering="name")
    def title(self, role: Role) -> str:
        """The name of a role for everybody; what people call their own is theirs."""
        return gettext("(their own)") if role.owner_id else str(role.text("name"))

    @admin.display(description=_("for whom"))
    def for_whom(self, role: Role) -> str:
        """The names of the groups."""
        if role.owner_id:
            return "-"
        return ", ".join(group.name for group in role.groups.all()) or gettext("everybody")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        """With the groups, which the list names."""
        rows: QuerySet[Role] = super().get_queryset(request)
        return rows.prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        """Not what belongs to somebody who is under legal hold. With their account, the account says so."""
        match = request.resolver_match
        own = match is not None and (match.url_name or "").startswith("chat_role_")
        held = own and obj is not None and obj.owner is not None and rules.is_held(obj.owner)
        return super().has_delete_permission(request, obj) and not held

    def get_fieldsets(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """The words of people's own roles are as private as their chats."""
        return [(None, {"fields": self.OF_PEOPLE})] if _of_somebody(obj) else super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """Of people's own roles only the switch can be moved."""
        fields = [name for name in self.OF_PEOPLE if name != "is_active"]
        return fields if _of_somebody(obj) else super().get_readonly_fields(request, obj)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """An identifier that is shown only cannot be filled in."""
        return {} if _of_somebody(obj) else super().get_prepopulated_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Role | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The plain form for people's own roles: the other one asks for their words."""
        if _of_somebody(obj):
            kwargs["form"] = ModelForm
        return super().get_form(request, obj, change, **kwargs)


def _of_somebody(role: Role | None) -> bool:
    return role is not None and role.owner_id is not None
