"""The ledger of what was asked of providers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UsageKind(models.TextChoices):
    """What a call to a provider was for."""

    CHAT = "chat", _("chat")
    TITLE = "title", _("title")


class UsageRecord(models.Model):
    """One call to a provider. Append-only, and it outlives the chat: names are copied, not referred to."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    username = models.CharField(_("username"), max_length=150)
    kind = models.CharField(_("kind"), max_length=16, choices=UsageKind, default=UsageKind.CHAT)
    model_id = models.CharField(_("model"), max_length=200)
    provider_name = models.CharField(_("provider"), max_length=100, blank=True, default="")
    message_id = models.BigIntegerField(null=True, editable=False)
    state = models.CharField(_("outcome"), max_length=16)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), null=True)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), null=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=8, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    duration_ms = models.PositiveIntegerField(null=True)
    create_time = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        db_table = "usage_records"
        verbose_name = _("usage record")
        verbose_name_plural = _("usage records")
        indexes = (
            models.Index(fields=("user", "create_time"), name="usage_by_user"),
            models.Index(fields=("model_id", "create_time"), name="usage_by_model"),
        )

    def __str__(self) -> str:
        return f"{self.username} {self.model_id} {self.create_time:%Y-%m-%d %H:%M}"
