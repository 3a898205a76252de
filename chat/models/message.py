"""Messages: the nodes of a session's tree."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aihelper.lib import numbers


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


class RatingReason(models.TextChoices):
    """What was wrong with an answer, or what a person's comment is about."""

    INACCURATE = "inaccurate", _("not correct")
    NOT_HELPFUL = "not_helpful", _("not helpful")
    LENGTH = "length", _("too long or too short")
    INSTRUCTIONS = "instructions", _("did not follow the instructions")
    UNSAFE = "unsafe", _("offensive or unsafe")
    OTHER = "other", _("something else")


# Written so that SQLite uses the index: of a plain False Django makes NOT.
NOT_INDEXED = models.Q(indexed__in=(False,))


class Message(models.Model):
    """One message. Once final its text never changes: regenerate, edit and continue make siblings."""

    session = models.ForeignKey("chat.Session", models.CASCADE, related_name="messages", verbose_name=_("chat"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    # Not CASCADE: Django would collect a long chain by recursion, one level per message.
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    seq = models.PositiveIntegerField(editable=False)
    client_id = models.CharField(max_length=64, null=True, blank=True, editable=False)
    role = models.CharField(pgettext_lazy("message", "from"), max_length=16, choices=MessageRole)
    content = models.TextField(_("text"), blank=True, default="")
    reasoning = models.TextField(_("reasoning"), blank=True, default="")
    status = models.CharField(
        _("status"), max_length=16, choices=MessageStatus, default=MessageStatus.COMPLETED, db_column="status"
    )
    finish_reason = models.CharField(max_length=32, blank=True, default="")
    error_code = models.CharField(max_length=64, blank=True, default="")
    model_id = models.CharField(_("model"), max_length=200, blank=True, default="")
    provider_name = models.CharField(_("served by"), max_length=100, blank=True, default="")
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    first_token_ms = models.PositiveIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(_("milliseconds"), null=True, blank=True)
    # From the first thought to the answer's first words; of a continued answer, of all its parts.
    reasoning_ms = models.PositiveIntegerField(null=True, blank=True)
    rating = models.SmallIntegerField(_("rating"), null=True, blank=True)
    rating_reason = models.CharField(_("reason"), max_length=32, choices=RatingReason, blank=True, default="")
    rating_comment = models.CharField(_("comment"), max_length=500, blank=True, default="")
    # The answer of another model to the same question, beside which this one is shown.
    beside = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    documents = models.ManyToManyField(
        "chat.Document", blank=True, related_name="messages", db_table="ai_chat_message_documents"
    )
    # Whether the search has it (chat.engine.indexer). False for all that is new, by whatever way it came.
    indexed = models.BooleanField(default=False, editable=False)
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
            # With all that ratings are counted and searched by, so that they are without their texts, too.
            models.Index(
                fields=("rating", "model_id", "rating_reason", "create_time", "user"), name="message_by_rating"
            ),
            # What the search does not have yet: a few rows, of all and of one person.
            models.Index(fields=("indexed", "user"), name="message_unindexed"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.seq}"


class RatedAnswer(Message):
    """An answer as an administrator sees it who wants to know which models serve people well: its rating, no text."""

    class Meta:
        proxy = True
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")

    def __str__(self) -> str:
        return f"{self.model_id} · {numbers.moment(self.create_time)}"
