"""The tables of announcements."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

MAX_CHARS = 600
VERSION_CHARS = 8


class Level(models.TextChoices):
    """How it is drawn."""

    INFO = "info", _("Information")
    WARNING = "warning", _("Warning")


class Announcement(models.Model):
    """A few sentences for everybody or for groups, from a moment until another."""

    text = models.TextField(
        _("text"),
        max_length=MAX_CHARS,
        blank=True,
        default="",
        help_text=_("Emphasis, links and lists in Markdown are shown as such. Empty: as in Chinese."),
    )
    text_zh = models.TextField(
        _("text (Chinese)"), max_length=MAX_CHARS, blank=True, default="", help_text=_("Empty: as in English.")
    )
    level = models.CharField(_("kind"), max_length=16, choices=Level.choices, default=Level.INFO)
    groups = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        db_table="announcement_groups",
        verbose_name=_("groups"),
        help_text=_("Empty: everybody sees it."),
    )
    in_chat = models.BooleanField(_("above the chats"), default=True)
    at_sign_in = models.BooleanField(
        _("on the sign-in page"), default=False, help_text=_("Whoever opens the site can read it there.")
    )
    is_dismissible = models.BooleanField(
        _("people may close it"), default=True, help_text=_("It comes back to them when its text changes.")
    )
    starts_at = models.DateTimeField(_("shown from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_at = models.DateTimeField(
        _("shown until"), null=True, blank=True, help_text=_("Empty: until it is switched off.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, db_column="status", help_text=_("Off: a draft, which only its preview shows.")
    )
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        db_table = "announcements"
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = (
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="announcement_times"
            ),
        )

    def __str__(self) -> str:
        texts = (self.text_zh, self.text) if get_language() == "zh-hans" else (self.text, self.text_zh)
        # Without the stars of Markdown, which a title would show as such.
        words = " ".join((texts[0] or texts[1]).replace("**", "").split())
        return words if len(words) <= 60 else words[:60] + "…"

    def clean(self) -> None:
        """Raises ValidationError for one without words, without a place, or that is over before it begins."""
        if not (self.text.strip() or self.text_zh.strip()):
            raise ValidationError({"text": _("Write the text in one language at least.")})
        if not (self.in_chat or self.at_sign_in):
            raise ValidationError({"in_chat": _("Choose at least one place where it is shown.")})
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be later than the beginning.")})

    @property
    def version(self) -> str:
        """Another one when it says something else: who has closed it, sees it again."""
        said = "\0".join((self.text, self.text_zh, self.level))
        return hashlib.sha256(said.encode()).hexdigest()[:VERSION_CHARS]


class Dismissal(models.Model):
    """Somebody has closed an announcement, in the version that it had."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="dismissals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    version = models.CharField(max_length=VERSION_CHARS)

    class Meta:
        db_table = "announcement_dismissals"
        constraints = (models.UniqueConstraint(fields=("announcement", "user"), name="announcement_dismissal"),)

    def __str__(self) -> str:
        return f"dismissal {self.pk}"
