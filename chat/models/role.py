"""Roles: who the model is asked to be."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Role(models.Model):
    """A persona with its system prompt, in English and in Chinese.

    An empty Chinese text falls back to the English one. The built-in roles are ordinary rows, made once
    and then the administrator's to change.
    """

    slug = models.SlugField(_("identifier"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80, blank=True, default="")
    emoji = models.CharField(_("emoji"), max_length=16, blank=True, default="")
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    description_zh = models.CharField(_("description (Chinese)"), max_length=300, blank=True, default="")
    welcome_message = models.TextField(_("welcome message"), max_length=2000, blank=True, default="")
    welcome_message_zh = models.TextField(_("welcome message (Chinese)"), max_length=2000, blank=True, default="")
    system_prompt = models.TextField(_("system prompt"), max_length=20_000, blank=True, default="")
    system_prompt_zh = models.TextField(_("system prompt (Chinese)"), max_length=20_000, blank=True, default="")
    suggestions = models.JSONField(
        _("suggestions"), blank=True, default=list, help_text=_("A list of short questions.")
    )
    suggestions_zh = models.JSONField(_("suggestions (Chinese)"), blank=True, default=list)
    model_id = models.CharField(_("model"), max_length=200, blank=True, default="")
    parameters = models.JSONField(_("parameters"), blank=True, default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("owner"),
        help_text=_("Empty: for everybody."),
    )
    groups = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        db_table="chat_role_groups",
        verbose_name=_("groups"),
        help_text=_("Empty: for everybody."),
    )
    is_active = models.BooleanField(_("active"), default=True, db_column="status")
    sort_order = models.IntegerField(_("order"), default=0)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)
    update_time = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        db_table = "chat_roles"
        ordering = ("sort_order", "id")
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        # Django admin writes this into titles and logs: what somebody calls a role of his own is his.
        return self.slug if self.owner_id else str(self.text("name"))

    def text(self, field: str, language: str | None = None) -> Any:
        """The field in the language given (or the active one), with English where the Chinese is empty."""
        chinese = (language or get_language() or "").startswith("zh")
        return (getattr(self, f"{field}_zh") if chinese else None) or getattr(self, field)
