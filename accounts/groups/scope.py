"""Whom a manager of groups looks after. This is the one place that decides it; docs/decisions/managers.md says why so.

A manager is an administrator, but no superuser, whom the policy of a group names. Nothing is kept of it but that name:
once it is taken away, the next request knows.
"""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User

_Membership = User.groups.through


def is_manager(user: User) -> bool:
    """Whether the person is held to the people of some groups. At most one query."""
    return user.may_sign_in and user.is_staff and not user.is_superuser and groups_of(user).exists()


def groups_of(manager: User) -> QuerySet[Group]:
    """The groups whose manager somebody is."""
    return Group.objects.filter(policy__managers=manager)


def people_of(manager: User) -> QuerySet[User]:
    """The people in the manager's groups: never an administrator, so that no manager has power over another."""
    theirs = _Membership.objects.filter(group__policy__managers=manager)
    return User.objects.filter(pk__in=theirs.values("user_id"), is_staff=False, is_superuser=False)


def seen_by(manager: User) -> QuerySet[User]:
    """Those people, and the manager."""
    theirs = _Membership.objects.filter(group__policy__managers=manager)
    return User.objects.filter(
        Q(pk__in=theirs.values("user_id"), is_staff=False, is_superuser=False) | Q(pk=manager.pk)
    )


def readable_by(manager: User) -> QuerySet[User]:
    """Those of the manager's people whose chats may be read: one of the manager's own groups has to allow it."""
    open_ones = _Membership.objects.filter(group__policy__managers=manager, group__policy__may_be_read=True)
    return people_of(manager).filter(pk__in=open_ones.values("user_id"))


def groups_to_fill(user: User) -> QuerySet[Group]:
    """The groups that this administrator may put people into.

    A place in a group with rights in the administration is given by superusers only.
    """
    if user.is_superuser:
        return Group.objects.all()
    right = Group.permissions.through.objects.filter(group=OuterRef("pk"))
    rows = groups_of(user) if is_manager(user) else Group.objects.all()
    return rows.exclude(Exists(right))


def may_fill(user: User, group_ids: Collection[int]) -> bool:
    """Whether this administrator may bring new people into just these groups; a manager into one at least."""
    if user.is_superuser:
        return True
    if not user.is_staff or not (set(group_ids) <= set(groups_to_fill(user).values_list("pk", flat=True))):
        return False
    return bool(group_ids) if is_manager(user) else user.has_perm("accounts.add_user")


def looks_after(user: User, person_id: int) -> bool:
    """Whether this administrator may change a person; administrators are changed by superusers only."""
    if user.is_superuser:
        return True
    if is_manager(user):
        return people_of(user).filter(pk=person_id).exists()
    plain = User.objects.filter(pk=person_id, is_staff=False, is_superuser=False)
    return user.is_staff and user.has_perm("accounts.change_user") and plain.exists()
