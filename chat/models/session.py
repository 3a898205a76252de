"""Sessions: one conversation each."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# `deleted_at` of what shall not come back: it is in no list, and the next sweep of the trash takes it.
GIVEN_UP = datetime(1970, 1, 1, tzinfo=UTC)


def new_uuid() -> str:
    """A random UUID as text: native UUID columns differ between MySQL and MariaDB and do not travel."""
    return str(uuid.uuid4())


class Session(models.Model):
    """A conversation: a tree of messages, of which `current_message` names the branch on show.

    `update_time` is the time of the last message and orders lists; `changed_at` moves with every change
    (a title, a pin) and is what other tabs follow.
    """

    session_id = models.CharField(_("id"), max_length=36, unique=True, default=new_uuid, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_sessions", verbose_name=_("user")
    )
    title = models.CharField(_("title"), max_length=200, blank=True, default="")
    title_is_manual = models.BooleanField(default=False)
    model_id = models.CharField(_("model"), max_length=200, blank=True, default="")
    role = models.ForeignKey(
        "chat.Role", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    current_message = models.ForeignKey(
        "chat.Message", models.SET_NULL, null=True, blank=True, related_name="+", db_column="current_message_id"
    )
    preview = models.CharField(max_length=200, blank=True, default="", editable=False)
    folder = models.ForeignKey(
        "chat.Folder", models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("folder")
    )
    pinned = models.BooleanField(_("pinned"), default=False)
    unread = models.BooleanField(_("unread"), default=False)
    archived = models.BooleanField(_("archived"), default=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    update_time = models.DateTimeField(_("last message"), default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "chat_sessions"
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        indexes = (
            models.Index(fields=("user", "deleted_at", "pinned", "update_time"), name="session_list"),
            models.Index(fields=("user", "changed_at"), name="session_changes"),
            models.Index(fields=("deleted_at",), name="session_trash"),
            # The order of the administration's list, and what retention asks for.
            models.Index(fields=("update_time",), name="session_by_time"),
        )

    def __str__(self) -> str:
        # Never the title: it is made of what somebody wrote, and this lands in logs and in the admin.
        return self.session_id
