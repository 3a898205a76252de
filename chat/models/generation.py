"""Generations: the runs that write answers, and the log of what they wrote so far."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.message import MessageStatus
from chat.models.session import new_uuid

LIVE_STATES = (MessageStatus.QUEUED, MessageStatus.RUNNING)


class GenerationKind(models.TextChoices):
    """Why an answer is written."""

    ANSWER = "answer", _("answer")
    CONTINUE = "continue", _("continuation")


class Generation(models.Model):
    """One run. queued -> running -> completed | stopped | failed | interrupted, each by a conditional UPDATE.

    `owner` is the process that runs it, `heartbeat_at` its sign of life; together they are the lease that
    `chat.engine.recovery` looks at. `offset` and `segments` are written at the end: the length of the log,
    and the order of its kinds as [[kind, length], ...], from which any part of the log can be replayed
    out of the message's two texts after the chunks are gone.
    """

    id = models.CharField(_("id"), primary_key=True, max_length=36, default=new_uuid, editable=False)
    message = models.OneToOneField("chat.Message", models.CASCADE, related_name="generation")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    kind = models.CharField(_("kind"), max_length=16, choices=GenerationKind, default=GenerationKind.ANSWER)
    state = models.CharField(_("state"), max_length=16, choices=MessageStatus, default=MessageStatus.QUEUED)
    owner = models.CharField(_("process"), max_length=120, blank=True, default="")
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    offset = models.PositiveIntegerField(_("length"), default=0)
    segments = models.JSONField(default=list)
    stop_requested_at = models.DateTimeField(_("stop asked for"), null=True, blank=True)
    stop_offset = models.PositiveIntegerField(null=True, blank=True)
    error_code = models.CharField(_("error code"), max_length=64, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    # Who was asked, and what came of it: [{"provider", "key", "code", "ms"}]; codes as in providers.wire.gate.
    tried = models.JSONField(default=list)
    create_time = models.DateTimeField(_("created"), default=timezone.now)
    end_time = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        db_table = "generations"
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        indexes = (
            models.Index(fields=("state", "heartbeat_at"), name="generation_lease"),
            models.Index(fields=("user", "state"), name="generation_by_user"),
            # The order of the administration's list.
            models.Index(fields=("create_time",), name="generation_by_time"),
            # What its search asks for.
            models.Index(fields=("error_code",), name="generation_by_error"),
        )

    def __str__(self) -> str:
        return self.id

    @property
    def is_live(self) -> bool:
        """Whether the run has not ended."""
        return self.state in LIVE_STATES


class ChunkKind(models.TextChoices):
    """What a piece of the log is. An event holds JSON and counts one character."""

    CONTENT = "content"
    REASONING = "reasoning"
    EVENT = "event"


class GenerationChunk(models.Model):
    """A piece of a live log, from character `start` on. Folded into the message and deleted at the end."""

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="chunks")
    start = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=ChunkKind)
    text = models.TextField()
    # When its first character came, by the log's clock (chat.engine.log), in milliseconds.
    at_ms = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "generation_chunks"
        constraints = (models.UniqueConstraint(fields=("generation", "start"), name="chunk_start"),)

    def __str__(self) -> str:
        return f"{self.generation_id}@{self.start}"
