"""Django admin as managers of groups see it: the people of their groups, and what is about these people.

Every page about people takes `Managed` in. It filters the rows, so that lists, forms, histories, actions, searches and
the fields that look people up know nobody else; and it opens those pages that name what managers may do on them. Pages
that ask for Django's permissions stay shut, because managers have none: what is new is closed to them.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from accounts.admin.rights import acting
from accounts.groups import scope
from accounts.models import User

if TYPE_CHECKING:
    from aihelper.lib.admin import ModelAdmin

    Base = ModelAdmin[Any]
else:
    Base = object


def is_managing(request: HttpRequest) -> bool:
    """Whether who asks is held to the people of some groups. One query per request."""
    if not hasattr(request, "_is_managing"):
        request._is_managing = isinstance(request.user, User) and scope.is_manager(request.user)  # type: ignore[attr-defined]
    return bool(request._is_managing)  # type: ignore[attr-defined]


def may_bring_in(request: HttpRequest) -> bool:
    """Whether who asks may bring new people in: by permission, or as a manager of a group that has no rights."""
    if not hasattr(request, "_may_bring_in"):
        managing = is_managing(request) and scope.groups_to_fill(acting(request)).exists()
        may = managing if is_managing(request) else request.user.has_perm("accounts.add_user")
        request._may_bring_in = may  # type: ignore[attr-defined]
    return bool(request._may_bring_in)  # type: ignore[attr-defined]


class Managed(Base):
    """Stands before the other bases of an admin. What managers have permissions for beside it is filtered as well."""

    # The way from a row to the person whom it is about.
    person: ClassVar[str] = "user"
    # Of "view" and "change": what managers need no permission for.
    managers_may: ClassVar[frozenset[str]] = frozenset()

    def of_manager(self, rows: QuerySet[Any], manager: User) -> QuerySet[Any]:
        """The rows that a manager sees."""
        return rows.filter(**{f"{self.person}__in": scope.seen_by(manager)})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All rows, or a manager's."""
        rows = super().get_queryset(request)
        return self.of_manager(rows, acting(request)) if is_managing(request) else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it stands in the sidebar."""
        return super().has_module_permission(request) or (bool(self.managers_may) and is_managing(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By permission, or as a manager; rows of others by nothing."""
        return self._allowed(request, obj, "view", by_permission=super().has_view_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Likewise."""
        return self._allowed(request, obj, "change", by_permission=super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By permission only."""
        return super().has_delete_permission(request, obj) and self.sees(request, obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Of a row that a manager sees; also where the history outlives its row."""
        if is_managing(request) and self.get_object(request, unquote(object_id)) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """A manager chooses among own people and groups."""
        return super().formfield_for_foreignkey(db_field, request, **_narrowed(db_field, request, options))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Likewise."""
        return super().formfield_for_manytomany(db_field, request, **_narrowed(db_field, request, options))

    def sees(self, request: HttpRequest, obj: Model | None) -> bool:
        """Whether a row is among a manager's; for others always. One query for each row."""
        if obj is None or obj.pk is None or not is_managing(request):
            return True
        seen: dict[Any, bool] = request.__dict__.setdefault("_seen", {})
        key = (obj._meta.label_lower, obj.pk)
        if key not in seen:
            seen[key] = self.get_queryset(request).filter(pk=obj.pk).exists()
        return seen[key]

    def _allowed(self, request: HttpRequest, obj: Any, what: str, *, by_permission: bool) -> bool:
        if not is_managing(request):
            return by_permission
        return (by_permission or what in self.managers_may) and self.sees(request, obj)


def _narrowed(db_field: Any, request: HttpRequest, options: dict[str, Any]) -> dict[str, Any]:
    """The options of a form's field, with only those people and groups to choose from that a manager looks after."""
    if not is_managing(request):
        return options
    if issubclass(db_field.related_model, User):
        return options | {"queryset": scope.seen_by(acting(request))}
    if issubclass(db_field.related_model, Group):
        return options | {"queryset": scope.groups_to_fill(acting(request))}
    return options
