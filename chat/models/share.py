"""Shares: a conversation as it was at one moment, behind a link."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib import numbers


def new_token() -> str:
    """What stands in a link: 24 random bytes, so that nobody finds one by trying."""
    return secrets.token_urlsafe(24)


class ShareAudience(models.TextChoices):
    """Who may open a link."""

    PRIVATE = "private", _("only the owner")
    MEMBERS = "members", _("everybody who is signed in")
    PUBLIC = "public", _("everybody with the link")


class Share(models.Model):
    """A snapshot of one branch of a session. It changes only when its owner updates it; revoking deletes it."""

    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares", verbose_name=_("user"))
    session = models.ForeignKey("chat.Session", models.CASCADE, related_name="shares", verbose_name=_("chat"))
    audience = models.CharField(_("audience"), max_length=16, choices=ShareAudience, default=ShareAudience.PRIVATE)
    title = models.CharField(_("title"), max_length=200, blank=True, default="")
    show_name = models.BooleanField(_("with the owner's name"), default=False)
    show_reasoning = models.BooleanField(_("with what the models thought"), default=False)
    snapshot = models.JSONField(default=dict)
    message_count = models.PositiveIntegerField(_("messages"), default=0)
    views = models.PositiveIntegerField(_("views"), default=0)
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    update_time = models.DateTimeField(_("updated"), default=timezone.now)

    class Meta:
        db_table = "chat_shares"
        verbose_name = _("shared link")
        verbose_name_plural = _("shared links")
        indexes = (
            models.Index(fields=("user", "create_time"), name="share_by_time"),
            # The order of the administration's list and what it is filtered by: without reading the snapshots.
            models.Index(fields=("create_time",), name="share_by_age"),
            models.Index(fields=("audience", "create_time"), name="share_by_audience"),
        )

    def __str__(self) -> str:
        # Never the title: it is made of what somebody wrote.
        return gettext("link of %(time)s") % {"time": numbers.moment(self.create_time)}
