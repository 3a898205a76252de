"""Messages: the nodes of a session's tree."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageRole(models.TextChoices):
    """Who wrote a message."""

    USER = "user", _("person")
    ASSISTANT = "assistant", _("assistant")


class MessageStatus(models.TextChoices):
    """What became of a message. A person's message is always completed; an answer follows its generation."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("being written")
    COMPLETED = "completed", _("complete")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("failed")
    INTERRUPTED = "interrupted", _("interrupted")


class Message(models.Model):
    """One message. Once final its text never changes: regenerate, edit and continue make siblings."""

    session = models.ForeignKey("chat.Session", models.CASCADE, related_name="messages", verbose_name=_("session"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    # Not CASCADE: Django would collect a long chain by recursion, one level per message.
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    seq = models.PositiveIntegerField(editable=False)
    client_id = models.CharField(max_length=64, null=True, blank=True, editable=False)
    role = models.CharField(_("from"), max_length=16, choices=MessageRole)
    content = models.TextField(_("text"), blank=True, default="")
    reasoning = models.TextField(_("reasoning"), blank=True, default="")
    status = models.CharField(
        _("status"), max_length=16, choices=MessageStatus, default=MessageStatus.COMPLETED, db_column="status"
    )
    finish_reason = models.CharField(max_length=32, blank=True, default="")
    error_code = models.CharField(max_length=64, blank=True, default="")
    model_id = models.CharField(_("model"), max_length=200, blank=True, default="")
    provider_name = models.CharField(_("served by"), max_length=100, blank=True, default="")
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    first_token_ms = models.PositiveIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    rating = models.SmallIntegerField(null=True, blank=True)
    create_time = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        db_table = "ai_chat_messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            models.UniqueConstraint(fields=("session", "seq"), name="message_seq"),
            models.UniqueConstraint(fields=("user", "client_id"), name="message_client_id"),
        )
        indexes = (
            models.Index(fields=("user", "create_time"), name="message_by_time"),
            # For counting: with it the rows themselves, with their long texts, are not read.
            models.Index(fields=("user", "role"), name="message_by_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.seq}"
