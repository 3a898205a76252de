"""One change by an administrator."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChangeAction(models.TextChoices):
    """What was done."""

    ADDED = "added", pgettext_lazy("history", "added")
    CHANGED = "changed", pgettext_lazy("history", "changed")
    DELETED = "deleted", pgettext_lazy("history", "deleted")
    RESTORED = "restored", pgettext_lazy("history", "restored")


class SettingChange(models.Model):
    """Who changed which row when; what it was and became, as the form showed it. Append-only."""

    # Such as "chat.role", and the key of the row: it may be gone.
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    object_name = models.CharField(_("name"), max_length=200)
    action = models.CharField(_("what"), max_length=16, choices=ChangeAction.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(_("who"), max_length=64)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    create_time = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        db_table = "setting_changes"
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = (models.Index(fields=("model", "object_id", "id"), name="setting_change_of"),)

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} {self.action}"
