"""Who may touch whom: superusers are changed by superusers only."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

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
    """Whether who asks may change this person, or people at all (None)."""
    return user is None or not user.is_superuser or is_superuser(request)
