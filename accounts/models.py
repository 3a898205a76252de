"""Users, and what signing in leaves behind: refresh tokens, socket tickets and counters.

Table and column names are those that users of the original AI helper know (`status`, `is_admin`);
in Python the fields keep Django's names. No secret is stored in clear: passwords as Argon2 hashes,
tokens and tickets as SHA-256 digests.
"""

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import MinLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.devices import device_of
from accounts.fields import BinaryCharField, HexUUIDField


def username_key(username: str) -> str:
    """The form in which two spellings of one name are equal: NFKC and casefolded."""
    folded = unicodedata.normalize("NFKC", username).casefold()
    return unicodedata.normalize("NFKC", folded)


class UserManager(BaseUserManager["User"]):
    """Creates users, and finds them by any spelling of their name."""

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        """Store a new user. Raises IntegrityError when the name is taken; the password is not judged here."""
        name, address = self.model.normalize_username(username), self.normalize_email(email)
        user = self.model(username=name, email=address, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        """Store a new administrator with every right."""
        return self.create_user(username, email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of that name in any case or width. Raises DoesNotExist."""
        return self.get(username_key=username_key(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. May sign in only while active and approved."""

    MAX_USERNAME = 64
    # Case folding makes at most three characters out of one.
    MAX_USERNAME_KEY = 3 * MAX_USERNAME

    username = BinaryCharField(
        _("username"),
        max_length=MAX_USERNAME,
        unique=True,
        validators=[MinLengthValidator(2), UnicodeUsernameValidator()],
        error_messages={"unique": _("This name is taken. Please choose another one.")},
        help_text=_("2 to 64 letters, digits and @ . + - _"),
    )
    username_key = BinaryCharField(max_length=MAX_USERNAME_KEY, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    avatar = models.CharField(_("avatar"), max_length=64, blank=True, editable=False)
    create_time = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    is_active = models.BooleanField(_("active"), default=True, db_column="status")
    is_staff = models.BooleanField(_("administrator"), default=False, db_column="is_admin")
    is_approved = models.BooleanField(_("approved"), default=True)
    password_change_required = models.BooleanField(
        _("has to choose a new password"), default=False, help_text=_("At the next sign-in.")
    )
    locale = models.CharField(_("language"), max_length=16, blank=True)
    preferences = models.JSONField(_("preferences"), default=dict, blank=True)
    # Part of every session and token; adding one ends them all.
    token_version = models.PositiveIntegerField(default=0, editable=False)

    # What is stored together with a field.
    _TWINS: ClassVar[dict[str, str]] = {"username": "username_key", "password": "token_version"}

    # A new password is to be stored: what is signed in by the old one ends.
    _signed_out = False

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "users"
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the user, and with each field the one that follows it."""
        self.username_key = username_key(self.username)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields} | {self._TWINS[name] for name in fields if name in self._TWINS}
        super().save(*args, **kwargs)
        if self._signed_out:
            self._signed_out = False
            self.sign_ins.all().delete()

    def set_password(self, raw_password: str | None) -> None:
        """Take a new password; once saved, it ends every session and token of the old one."""
        super().set_password(raw_password)
        if not self._state.adding:
            self.token_version += 1
            self._signed_out = True

    @property
    def may_sign_in(self) -> bool:
        """Whether this user's credentials of any kind are honoured."""
        return self.is_active and self.is_approved

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own, over the password only, would let a session outlive the disabling of its user.
        value = f"{self.password}:{self.token_version}"
        signature = salted_hmac("accounts.models.User.session", value, secret=secret, algorithm="sha256")
        return str(signature.hexdigest())


class RefreshToken(models.Model):
    """A refresh token that was handed out. Those that came from one sign-in are one family."""

    jti_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_tokens")
    family = HexUUIDField(db_index=True)
    successor = models.CharField(max_length=64, blank=True)
    create_time = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "refresh_tokens"

    def __str__(self) -> str:
        return f"refresh token {self.pk}"


class SocketTicket(models.Model):
    """Admits its user to the socket once, within 30 seconds."""

    ticket_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_version = models.PositiveIntegerField()
    # By which its user spoke (selectors.live_sign_ins): the socket ends with it.
    sign_in = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "socket_tickets"

    def __str__(self) -> str:
        return f"socket ticket {self.pk}"


class SignIn(models.Model):
    """Where a person is signed in: a browser's session or a program's family of tokens, by what is stored of it.

    Only a list to look at and to end things from; what is honoured is decided by the session or token itself.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins", verbose_name=_("user"))
    name_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=16)
    user_agent = models.CharField(_("device"), max_length=300, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    create_time = models.DateTimeField(_("since"), default=timezone.now)
    last_seen = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        db_table = "sign_ins"
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = (models.Index(fields=("user", "last_seen"), name="sign_in_seen"),)

    def __str__(self) -> str:
        return device_of(self.user_agent)


class LiveNote(models.Model):
    """What of a person's things changed last, and when: their tabs hear of it and ask for it anew (accounts.notes)."""

    # None: of everybody.
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    what = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "live_notes"
        constraints = (models.UniqueConstraint(fields=("user", "what"), name="live_note"),)
        indexes = (models.Index(fields=("user", "changed_at"), name="live_note_changes"),)

    def __str__(self) -> str:
        return f"live note {self.pk}"


class ThrottleCounter(models.Model):
    """How often something was tried in the current window (see accounts.throttling)."""

    key_hash = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "throttle_counters"

    def __str__(self) -> str:
        return f"throttle counter {self.pk}"


# Below, because Django looks for an app's tables here.
from accounts.announcements.models import Announcement as Announcement  # noqa: E402
from accounts.announcements.models import Dismissal as Dismissal  # noqa: E402
from accounts.audit.models import AuditEntry as AuditEntry  # noqa: E402
from accounts.budgets.models import Budget as Budget  # noqa: E402
from accounts.budgets.models import BudgetCounter as BudgetCounter  # noqa: E402
from accounts.budgets.models import Reservation as Reservation  # noqa: E402
from accounts.budgets.models import TopUp as TopUp  # noqa: E402
from accounts.groups.models import GroupPolicy as GroupPolicy  # noqa: E402
from accounts.history.models import SettingChange as SettingChange  # noqa: E402
from accounts.holds.models import HeldPerson as HeldPerson  # noqa: E402
from accounts.holds.models import Hold as Hold  # noqa: E402
from accounts.holds.models import HoldEnd as HoldEnd  # noqa: E402
from accounts.invitations.models import Invitation as Invitation  # noqa: E402
from accounts.invitations.models import InvitationUse as InvitationUse  # noqa: E402
from accounts.site.models import SiteSettings as SiteSettings  # noqa: E402
