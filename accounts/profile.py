"""What a user is told about himself, and the place where other apps add to it.

Accounts knows no other app (invariant I8): an app that has something to say registers a function.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from accounts.avatars import url_of
from accounts.budgets import status
from accounts.groups import policy
from accounts.models import User

# What the API promises even when nobody has registered it.
_extras: dict[str, Callable[[User], Any]] = {"message_count": lambda user: 0}


def register_extra(name: str, function: Callable[[User], Any]) -> None:
    """Add the field `name` to the profile. To be called from AppConfig.ready."""
    _extras[name] = function


def describe(user: User) -> dict[str, Any]:
    """The body of /api/user/info."""
    own: dict[str, Any] = {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "avatar": url_of(user),
        "is_admin": user.is_staff,
        "locale": user.locale,
        "preferences": user.preferences,
        "create_time": user.create_time,
        "quota": status.quota(user),
        "policy": asdict(policy.of(user)),
    }
    return own | {name: function(user) for name, function in _extras.items()}
