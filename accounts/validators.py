"""What a password must be, beside Django's own rules."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User

MAX_PASSWORD = 1024


class MaximumLengthValidator:
    """Refuses what would cost time to hash and protects nobody."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        if len(password) > MAX_PASSWORD:
            raise ValidationError(_("The password is too long."), code="password_too_long")
        if "\0" in password:
            raise ValidationError(_("The password contains a character that is not allowed."), code="password_invalid")

    def get_help_text(self) -> str:
        """The rule, for people."""
        return ngettext(
            "The password has at most %(max)d character.", "The password has at most %(max)d characters.", MAX_PASSWORD
        ) % {"max": MAX_PASSWORD}
