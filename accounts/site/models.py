"""The one row of settings that administrators change while the site runs."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME = "AI Helper"
MAX_TRASH_DAYS = 3650
MAX_RETENTION_DAYS = 36_500


class RegistrationMode(models.TextChoices):
    """Who may sign up."""

    OPEN = "open", _("Open: whoever signs up may sign in at once")
    APPROVAL = "approval", _("Approval: an administrator approves each new user")
    CLOSED = "closed", _("Closed: only administrators add users")


class Sharing(models.TextChoices):
    """To whom people may open links, from nobody to everybody."""

    OFF = "off", _("Nobody: sharing is switched off")
    MEMBERS = "members", _("People who are signed in")
    PUBLIC = "public", _("Anybody who has the link")


class SiteSettings(models.Model):
    """The one row; what is empty is as the server's own settings say."""

    RegistrationMode = RegistrationMode
    Sharing = Sharing

    site_name = models.CharField(_("site name"), max_length=40, default=NAME)
    # The file's name in site.logo.FOLDER.
    logo = models.CharField(_("logo"), max_length=64, blank=True, default="", editable=False)
    welcome = models.CharField(
        _("welcome text"), max_length=300, blank=True, default="", help_text=_("Shown in an empty chat.")
    )
    welcome_zh = models.CharField(
        _("welcome text (Chinese)"), max_length=300, blank=True, default="", help_text=_("Empty: as in English.")
    )
    suggestions = models.JSONField(_("suggested questions"), default=list, blank=True)
    suggestions_zh = models.JSONField(_("suggested questions (Chinese)"), default=list, blank=True)
    registration_mode = models.CharField(
        _("registration"), max_length=16, choices=RegistrationMode.choices, default=RegistrationMode.OPEN
    )
    sharing = models.CharField(_("shared links"), max_length=16, choices=Sharing.choices, default=Sharing.PUBLIC)
    trash_days = models.PositiveIntegerField(
        _("days in the trash"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_TRASH_DAYS)],
        help_text=_("0: until people delete their chats for good. Empty: as the server is set up."),
    )
    retention_days = models.PositiveIntegerField(
        _("days that chats are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_RETENTION_DAYS)],
        help_text=_(
            "After so many days without a message a chat goes. Empty: never. Groups can have their own number."
        ),
    )
    retention_at_once = models.BooleanField(
        _("old chats are deleted at once"), default=False, help_text=_("Off: they go to the trash first.")
    )

    class Meta:
        db_table = "site_settings"
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")

    def __str__(self) -> str:
        return str(_("Site settings"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the settings, always as the same row."""
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """One line is what a name is: it stands in titles and headers."""
        self.site_name = " ".join(self.site_name.split())

    @classmethod
    def load(cls) -> Self:
        """The settings in force; the defaults as long as nobody has changed any."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def sharing_in_force(self) -> str:
        """The narrower of what the operator (SHARING) and the administrator allow."""
        order = Sharing.values
        if settings.SHARING not in order:
            return Sharing.OFF
        return str(min(settings.SHARING, self.sharing, key=order.index))

    @property
    def trash_days_in_force(self) -> int:
        """Days that chats stay in the trash; 0: until their person deletes them for good."""
        return settings.TRASH_DAYS if self.trash_days is None else self.trash_days
