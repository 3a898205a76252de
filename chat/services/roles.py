"""Roles: which ones a person may choose, and the built-in ones of a new site."""

from typing import Any

from django.apps import apps as all_apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Role
from chat.selectors.groups import offered_to
from chat.services.builtin_roles import BUILTIN, DEFAULT_SLUG


def create_builtin(using: str = DEFAULT_DB_ALIAS, apps: Any = all_apps, **_kwargs: Any) -> None:
    """Handler of post_migrate: create the built-in roles on a site that has no role at all.

    So what an administrator changed stays changed, and what they deleted stays deleted.
    """
    try:
        # The model as far as it was migrated: the table may not be there (yet, or any more).
        model = apps.get_model("chat", "Role")
    except LookupError:
        return
    rows = model._default_manager.using(using)
    if not rows.exists():
        rows.bulk_create([model(**fields) for fields in BUILTIN])


def visible_roles(user: User) -> list[Role]:
    """The roles that the person may choose, in the administrator's order."""
    return list(
        Role.objects.filter(offered_to(user, Role) | Q(owner=user), is_active=True).order_by("sort_order", "pk")
    )


def default_of(roles: list[Role]) -> Role | None:
    """The role of those who choose none: the assistant, else the first."""
    return next((role for role in roles if role.slug == DEFAULT_SLUG), next(iter(roles), None))


def role_for(user: User, slug: str | None) -> Role | None:
    """The role of that name, or the default without one (None only when the site has no role).

    Raises NotFound (role_not_found) for one that the person may not choose.
    """
    roles = visible_roles(user)
    if not slug:
        return default_of(roles)
    found = next((role for role in roles if role.slug == slug), None)
    if found is None:
        raise NotFound(_("This role does not exist. Please choose another one."), code="role_not_found")
    return found
