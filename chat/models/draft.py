"""Drafts: what a person has written and not sent, on every device the same."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Draft(models.Model):
    """The unsent text of one session (`session_key` is its session_id; empty: of the next new one).

    `version` grows with each write: who writes on an older one is told so, and nothing is overwritten unseen.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=36, blank=True, default="")
    text = models.TextField(blank=True, default="")
    attachments = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    update_time = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "chat_drafts"
        constraints = (models.UniqueConstraint(fields=("user", "session_key"), name="draft_of_session"),)

    def __str__(self) -> str:
        return f"draft {self.pk}"
