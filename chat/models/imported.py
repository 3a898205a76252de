"""Imports: which chats came from a file, and when, so that none comes twice and each can be taken back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.session import new_uuid


class ChatImport(models.Model):
    """One file that a person imported. `undone_at`: its chats were taken back."""

    import_id = models.CharField(_("id"), max_length=36, unique=True, default=new_uuid, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    # The names of the formats in it (chat.imports), with commas between.
    sources = models.CharField(_("formats"), max_length=100, blank=True, default="")
    imported = models.PositiveIntegerField(_("imported"), default=0)
    already = models.PositiveIntegerField(_("here already"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)
    create_time = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        db_table = "chat_imports"
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = (models.Index(fields=("user", "create_time"), name="import_by_time"),)

    def __str__(self) -> str:
        return self.import_id


class ImportedChat(models.Model):
    """A session that came from a file. `source_key` is a digest of the format and the chat's id there."""

    chat_import = models.ForeignKey(ChatImport, models.CASCADE, related_name="chats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session = models.OneToOneField("chat.Session", models.CASCADE, related_name="+")
    source_key = models.CharField(max_length=64)
    # What the session had then: with more, the person has gone on with it, and it is not taken back.
    last_seq = models.PositiveIntegerField()

    class Meta:
        db_table = "chat_imported"
        constraints = (models.UniqueConstraint(fields=("user", "source_key"), name="imported_once"),)

    def __str__(self) -> str:
        return f"imported chat {self.pk}"
