"""Prompts: texts that people use again, from the composer by a slash."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.session import new_uuid


class Prompt(models.Model):
    """A saved text; `{{name}}` in it is asked for when it is used. Without an owner it is for everybody."""

    prompt_id = models.CharField(max_length=36, unique=True, default=new_uuid, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="prompts",
        verbose_name=_("owner"),
        help_text=_("Empty: for everybody."),
    )
    command = models.SlugField(
        _("command"), max_length=64, allow_unicode=True, help_text=_("What is typed after the slash.")
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=20_000)
    groups = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        db_table="chat_prompt_groups",
        verbose_name=_("groups"),
        help_text=_("Empty: for everybody."),
    )
    is_active = models.BooleanField(_("active"), default=True, db_column="status")
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    update_time = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        db_table = "chat_prompts"
        ordering = ("command", "id")
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        constraints = (models.UniqueConstraint(fields=("owner", "command"), name="prompt_command"),)

    def __str__(self) -> str:
        # What people call their own is theirs, and this lands in logs and in the admin.
        return self.prompt_id if self.owner_id else f"/{self.command}"
