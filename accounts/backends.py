"""Sign-in by name and password. Every door (API, Django admin) comes through here, so none escapes the limits."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.models import User, username_key
from accounts.validators import MAX_PASSWORD
from aihelper.lib.errors import Forbidden

# Wrong passwords for one account from one address; a right one clears the count.
GUESSES = 5
GUESS_SECONDS = 5 * 60
# Wrong passwords for any accounts from one address: a school behind one address signs in at nine o'clock,
# and only its mistakes count.
MISTAKES = 200
MISTAKE_SECONDS = 5 * 60


class UsernameBackend(ModelBackend):
    """Finds people by any spelling of their name, and honours nobody who may not sign in."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Who signs in; None for a wrong name or password or a closed account.

        Raises TooManyRequests, and Forbidden for somebody who has to choose a new password.
        """
        if username is None or password is None:
            return None
        user = verify(request, username, password)
        if user is not None and user.password_change_required:
            sentence = _("Please sign in to the chat first, and choose a new password there.")
            raise Forbidden(sentence, code="password_change_required")
        return user if user is not None and user.may_sign_in else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the sessions of this user are honoured; Django asks for each request."""
        return isinstance(user, User) and user.may_sign_in


def verify(request: HttpRequest | None, username: str, password: str) -> User | None:
    """Whose name and password these are, even if he may not sign in. Raises TooManyRequests.

    Tries are counted before the hash, and an unknown name costs as much work as a known one. Without a
    request (commands, tests) nothing is counted.
    """
    keys = _count(request, username)
    if len(password) > MAX_PASSWORD:
        return None
    user = User.objects.filter(username_key=username_key(username)).first()
    if user is None:
        User().set_password(password)
        return None
    if not user.check_password(password):
        return None
    if keys:
        throttling.forget(keys[0])
        throttling.forgive(keys[1])
    return user


def _count(request: HttpRequest | None, username: str) -> tuple[str, str] | None:
    if request is None:
        return None
    prefix = throttling.client_prefix(request)
    account, address = f"login:{prefix}:{username_key(username)}", f"login:{prefix}"
    # In this order: a storm on one account must not use up what its neighbours are allowed.
    throttling.hit(account, limit=GUESSES, seconds=GUESS_SECONDS)
    throttling.hit(address, limit=MISTAKES, seconds=MISTAKE_SECONDS)
    return account, address
