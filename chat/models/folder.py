"""Folders: how a person groups sessions. A session is in one folder or in none."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.session import new_uuid


class Folder(models.Model):
    """A named group in a person's list. Deleting it leaves its sessions, in no folder."""

    folder_id = models.CharField(_("id"), max_length=36, unique=True, default=new_uuid, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_folders", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=80)
    emoji = models.CharField(_("emoji"), max_length=16, blank=True, default="")
    sort_order = models.IntegerField(_("order"), default=0)
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        db_table = "chat_folders"
        ordering = ("sort_order", "id")
        verbose_name = _("folder")
        verbose_name_plural = _("folders")

    def __str__(self) -> str:
        # Never the name: it is private, and this lands in logs and in the admin.
        return self.folder_id
