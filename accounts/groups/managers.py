"""Who is named as a manager may enter the administration, as long as there is something in it for them."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from accounts.audit import log
from accounts.audit.models import What
from accounts.models import User


def of(groups: Iterable[Group]) -> list[User]:
    """Whom the policies of these groups name."""
    return list(User.objects.filter(managed_groups__group__in=[group.pk for group in groups]).distinct())


@transaction.atomic
def let_in(group: Group, *, by: User) -> list[User]:
    """Open the administration to the managers of a group; returns those to whom it was shut."""
    return [_set(user, True, group.name, by) for user in of([group]) if not user.is_staff]


@transaction.atomic
def let_out(people: Iterable[User], *, by: User) -> list[User]:
    """Shut it for those of these people who manage nothing any more and have no right of their own there.

    Returns them. Else somebody stays an administrator who sees nothing, whom no manager may look after.
    """
    return [_set(user, False, "", by) for user in people if _has_nothing(user)]


def _has_nothing(user: User) -> bool:
    user.refresh_from_db(fields=["is_staff", "is_superuser"])
    if not user.is_staff or user.is_superuser or user.managed_groups.exists():
        return False
    return not Permission.objects.filter(Q(user=user) | Q(group__user=user)).exists()


def _set(user: User, may: bool, group: str, by: User) -> User:
    user.is_staff = may
    user.save(update_fields=["is_staff"])
    log.note(What.ADMIN_MADE if may else What.ADMIN_ENDED, person=user, by=by, object=group)
    return user
