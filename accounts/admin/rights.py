"""Who may touch whom: administrators are changed by superusers only."""

from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def is_superuser(request: HttpRequest) -> bool:
    """Whether a superuser asks."""
    return isinstance(request.user, User) and request.user.is_superuser


def acting(request: HttpRequest) -> User:
    """Who asks, for the audit log. Django admin has seen to it that it is somebody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def may_touch(request: HttpRequest, user: User | None) -> bool:
    """Whether who asks may change this person, or people at all (None).

    Who could set an administrator's password could sign in with the rights of that one: superusers do, and for
    themselves all of them.
    """
    if user is None or is_superuser(request):
        return True
    himself = user.pk == request.user.pk
    return not user.is_superuser and (himself or not user.is_staff)


# What Django makes for every table, in words that have a translation: its own names are stored in English.
_KINDS = {"add": _("add"), "change": _("change"), "delete": _("delete"), "view": _("view")}


def permission_name(permission: Permission) -> str:
    """Such as "Accounts | user | view", in the language of the page."""
    kind = permission.codename.partition("_")[0]
    plain = permission.codename == f"{kind}_{permission.content_type.model}"
    name = _KINDS[kind] if plain and kind in _KINDS else gettext(permission.name)
    return f"{permission.content_type} | {name}"


def named(field: Any) -> Any:
    """A form's field of permissions, with names that can be read."""
    if field is not None:
        field.label_from_instance = permission_name
    return field
