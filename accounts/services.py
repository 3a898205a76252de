"""What changes who may sign in, and with what. The API, Django admin and the commands call these.

Sessions, access tokens, refresh tokens and tickets all carry the user's token_version: whoever adds one to
it ends them all, without looking for them. Sockets and running streams ask `selectors.credentials` again
every two seconds.
"""

import json
import random
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import avatars, notes, sign_ins, throttling, tokens
from accounts.audit import log
from accounts.audit.models import What
from accounts.backends import verify
from accounts.devices import device_of
from accounts.groups import policy
from accounts.holds import rules
from accounts.models import RefreshToken, SignIn, SiteSettings, SocketTicket, User, username_key
from accounts.sessions import stored_key
from aihelper.lib.errors import Conflict, Forbidden, NotSignedIn

BACKEND = "accounts.backends.UsernameBackend"
# About every hundredth sign-in tidies up.
PURGE_CHANCE = 0.01
# Of our own: the one that all of Python shares belongs to nobody.
_dice = random.Random()  # noqa: S311 - chance, not secrecy
# Bytes of JSON, enough for 50 favourite models with long names and every shortcut.
MAX_PREFERENCES = 16 * 1024


def register(username: str, password: str, email: str = "") -> User:
    """Sign up as the administrator's settings allow. In approval mode the user waits (`is_approved` is false).

    Raises Forbidden(registration_closed), or ValidationError with sentences for each field.
    """
    mode = SiteSettings.load().registration_mode
    if mode == SiteSettings.RegistrationMode.CLOSED:
        raise Forbidden(_("Sign-up is closed. Please ask an administrator."), code="registration_closed")
    user = prepared(username, password, email)
    user.is_approved = mode == SiteSettings.RegistrationMode.OPEN
    return store_new(user)


def prepared(username: str, password: str, email: str = "") -> User:
    """Somebody who is not stored yet, with the hash of the password. Raises ValidationError with all that is wrong."""
    user = User(username=User.normalize_username(username), email=User.objects.normalize_email(email))
    _validate(user, password)
    user.set_password(password)
    return user


def store_new(user: User) -> User:
    """Store a prepared user. Raises ValidationError when the name was taken meanwhile."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error
    return user


def sign_in(request: HttpRequest, username: str, password: str, new_password: str = "") -> User:
    """Whose name and password these are. Raises NotSignedIn(invalid_credentials), TooManyRequests or Forbidden.

    Unknown name and wrong password are one answer; only who knows the password learns that he has to wait.
    Who has to choose a new password (password_change_required) sends it along. Raises ValidationError for a bad one.
    """
    user = verify(request, username, password)
    if user is None:
        raise NotSignedIn(_("The name or the password is wrong."), code="invalid_credentials")
    if not user.is_active:
        raise Forbidden(_("This account has been disabled. Please ask an administrator."), code="account_disabled")
    if not user.is_approved:
        raise Forbidden(_("An administrator has to approve this account first."), code="pending_approval")
    if user.password_change_required:
        _renew_password(user, password, new_password)
    return user


def issue_tokens(user: User) -> tokens.TokenPair:
    """Tokens for a program that has signed in just now."""
    if _dice.random() < PURGE_CHANCE:
        purge_expired()
    return tokens.issue(user)


def start_session(request: HttpRequest, user: User) -> tokens.TokenPair:
    """Sign this browser in, under a new session key; the tokens belong to the same sign-in."""
    pair = issue_tokens(user)
    login(request, user, BACKEND)
    request.session[sign_ins.FAMILY_KEY] = pair.family.hex
    return pair


def start_program(request: HttpRequest, user: User) -> tokens.TokenPair:
    """Sign a program in: tokens of a new family, listed among the person's sign-ins."""
    pair = issue_tokens(user)
    sign_ins.record_tokens(request, user, pair.family)
    return pair


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """List the browser, through whichever door it came (the API, Django admin)."""
    sign_ins.record_session(request, user)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, **_kwargs: Any) -> None:
    """End the tokens that were handed out with the session, and take it off the list."""
    if family := request.session.get(sign_ins.FAMILY_KEY):
        tokens.revoke(UUID(family))
    if key := request.session.session_key:
        sign_ins.forget([stored_key(key)])


def change_password(request: HttpRequest, user: User, current: str, new: str) -> tokens.TokenPair:
    """Set a new password; ends every other session and token, and keeps this browser's session.

    Raises ValidationError for either field, TooManyRequests when the current one is guessed too often, and
    Conflict when somebody else changed it at the same moment.
    """
    _prove(user, current)
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise ValidationError({"new_password": error.messages}) from error
    old = user.password
    user.set_password(new)
    if not User.objects.filter(pk=user.pk, password=old).update(
        password=user.password, token_version=F("token_version") + 1, password_change_required=False
    ):
        raise Conflict
    user.refresh_from_db()
    user.sign_ins.all().delete()
    pair = tokens.issue(user)
    if request.session.get(SESSION_KEY) == str(user.pk) and HASH_SESSION_KEY in request.session:
        update_session_auth_hash(request, user)
        request.session[sign_ins.FAMILY_KEY] = pair.family.hex
        sign_ins.record_session(request, user)
    else:
        sign_ins.record_tokens(request, user, pair.family)
    return pair


def delete_account(request: HttpRequest, user: User, current: str) -> None:
    """Delete a person with all that is theirs, for good, and sign this browser out. What was used stays in the ledger.

    Raises Forbidden where the person's group keeps chats (deletion_off) or the account has to stay (kept),
    ValidationError for a wrong password, TooManyRequests when it is guessed too often, and Conflict for the last
    administrator, without whom nobody could run the site.
    """
    policy.demand_may_delete(user)
    rules.demand_account(user)
    _prove(user, current)
    erase(user, _("You are the last administrator. Give somebody else the rights first."))
    logout(request)


@transaction.atomic
def erase(user: User, last_admin: str) -> None:
    """Delete a person with all that is theirs, for good. The ledger stays.

    Raises Conflict with the sentence `last_admin` for the last administrator, and Forbidden (kept) under legal hold.
    """
    rules.demand_account(user)
    chiefs = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if user.is_superuser and list(chiefs.values_list("pk", flat=True)) == [user.pk]:
        raise Conflict(last_admin, code="last_admin")
    avatars.remove(user)
    user.delete()


def update_profile(user: User, *, preferences: dict[str, Any] | None = None, **fields: str) -> None:
    """Set e-mail and locale; merge the preferences, where None takes a name away. The person's other tabs hear of it.

    Raises ValidationError.
    """
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        for name, value in fields.items():
            setattr(stored, name, value)
        if preferences is not None:
            merged = stored.preferences | preferences
            stored.preferences = {name: value for name, value in merged.items() if value is not None}
            if len(json.dumps(stored.preferences, ensure_ascii=False).encode()) > MAX_PREFERENCES:
                raise ValidationError({"preferences": [_("The preferences take too much space.")]})
        stored.save(update_fields=["preferences", *fields])
        notes.touch(stored, "user")
    user.refresh_from_db()


def disable(user: User, *, by: User | None = None) -> None:
    """Shut a user out at once: every session, token and ticket ends, sockets within two seconds.

    Here and below, `by` is who stands in the audit log; None is the command line.
    """
    _change(user, What.DISABLED, by, is_active=False)


def enable(user: User, *, by: User | None = None) -> None:
    """Let a disabled user sign in again; what was ended stays ended."""
    _change(user, What.ENABLED, by, is_active=True)


@transaction.atomic
def approve(user: User, *, by: User | None = None) -> None:
    """Let somebody who signed up in approval mode sign in."""
    if User.objects.filter(pk=user.pk, is_approved=False).update(is_approved=True):
        log.note(What.APPROVED, person=user, by=by)
    user.is_approved = True


def require_new_password(user: User, *, by: User | None = None) -> None:
    """End everything, and ask for a new password at the next sign-in, which still takes the old one."""
    _change(user, What.PASSWORD_RESET, by, password_change_required=True)


def end_sessions(user: User, *, by: User | None = None) -> None:
    """Sign a user out everywhere."""
    _change(user, What.SIGNED_OUT, by)


@transaction.atomic
def end_sign_in(row: SignIn, *, by: User | None = None) -> None:
    """Sign somebody else out on one device."""
    sign_ins.end(row.user, row.pk)
    log.note(What.SIGN_IN_ENDED, person=row.user, by=by, object=device_of(row.user_agent))


def purge_expired() -> None:
    """Delete tokens, tickets, counters and sessions whose time is over."""
    for rows in expired().values():
        rows.delete()


def expired() -> dict[str, QuerySet[Any]]:
    """What `purge_expired` deletes, by what it is."""
    now = timezone.now()
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return {
        "tokens": RefreshToken.objects.filter(expires_at__lt=now),
        "tickets": SocketTicket.objects.filter(expires_at__lt=now),
        "sign_ins": sign_ins.expired(),
        "counters": throttling.expired(),
        "browser_sessions": sessions.objects.filter(expire_date__lt=now),
    }


def _renew_password(user: User, old: str, new: str) -> None:
    if not new:
        sentence = _("An administrator asks you to choose a new password. Please enter one.")
        raise Forbidden(sentence, code="password_change_required")
    if new == old:
        raise ValidationError({"new_password": [_("Please choose another password than the old one.")]})
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise ValidationError({"new_password": error.messages}) from error
    user.set_password(new)
    user.password_change_required = False
    user.save(update_fields=["password", "password_change_required"])


def _prove(user: User, current: str) -> None:
    """Ask a signed-in person for the password once more; tries are counted before they are judged."""
    key = f"password:{user.pk}"
    throttling.hit(key, limit=5, seconds=300)
    if not user.check_password(current):
        raise ValidationError({"current_password": [_("This is not your current password.")]})
    throttling.forget(key)


@transaction.atomic
def _change(user: User, what: What, by: User | None, **fields: Any) -> None:
    User.objects.filter(pk=user.pk).update(token_version=F("token_version") + 1, **fields)
    user.sign_ins.all().delete()
    log.note(what, person=user, by=by)
    user.refresh_from_db()


def _validate(user: User, password: str) -> None:
    """Raises ValidationError with all that is wrong, by field."""
    errors: dict[str, Any] = {}
    try:
        user.clean_fields(exclude=["password", "username_key"])
    except ValidationError as error:
        errors |= error.message_dict
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors["password"] = error.messages
    if errors:
        raise ValidationError(errors)
    # Before the hash is paid for; the unique column decides when two come at once.
    if User.objects.filter(username_key=username_key(user.username)).exists():
        raise _taken()


def _taken() -> ValidationError:
    return ValidationError({"username": [_("This name is taken. Please choose another one.")]})
