"""The ledger of what was asked of providers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aihelper.lib import numbers
from aihelper.lib.append_only import AppendOnly


class UsageKind(models.TextChoices):
    """What a call to a provider was for."""

    CHAT = "chat", _("chat")
    TITLE = "title", _("title")
    # A try beside the call that answered: it failed, or another one was faster.
    ATTEMPT = "attempt", _("try")


class UsageState(models.TextChoices):
    """How a call ended; of an answer the words of its message."""

    COMPLETED = "completed", _("completed")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("failed")
    INTERRUPTED = "interrupted", _("interrupted")


class UsageRecord(AppendOnly):
    """One call to a provider. It outlives the chat and the person: names are copied, not referred to.

    An answer has one line of the kind "chat", and one of the kind "attempt" for each further call that was made for it.
    Of a line that did not end well `error_code` says why (providers.health.words).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    username = models.CharField(_("username"), max_length=150)
    kind = models.CharField(_("kind"), max_length=16, choices=UsageKind, default=UsageKind.CHAT)
    model_id = models.CharField(_("model"), max_length=200)
    provider_name = models.CharField(_("provider"), max_length=100, blank=True, default="")
    # Which of the provider's keys, by its name for people.
    key_label = models.CharField(_("key"), max_length=100, blank=True, default="")
    message_id = models.BigIntegerField(null=True, editable=False)
    state = models.CharField(_("outcome"), max_length=16, choices=UsageState)
    error_code = models.CharField(_("reason"), max_length=64, blank=True, default="")
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), null=True)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), null=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=8, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    first_token_ms = models.PositiveIntegerField(_("first token (ms)"), null=True)
    duration_ms = models.PositiveIntegerField(_("duration (ms)"), null=True)
    create_time = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        db_table = "usage_records"
        verbose_name = _("usage record")
        verbose_name_plural = _("usage records")
        indexes = (
            models.Index(fields=("user", "create_time"), name="usage_by_user"),
            models.Index(fields=("model_id", "create_time"), name="usage_by_model"),
            # For the roll-ups and for exports, which take days.
            models.Index(fields=("create_time",), name="usage_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.username} · {self.model_id} · {numbers.moment(self.create_time)}"
