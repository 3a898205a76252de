"""Words that an administrator does not want to be sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockAction(models.TextChoices):
    """What happens to a message with the word in it."""

    BLOCK = "block", _("refuse the message")
    MASK = "mask", _("replace the word by ***")


class BlockedWord(models.Model):
    """A word or phrase, found in any case and width (NFKC, casefolded)."""

    word = models.CharField(_("word"), max_length=100, unique=True)
    action = models.CharField(_("action"), max_length=8, choices=BlockAction, default=BlockAction.BLOCK)
    is_active = models.BooleanField(_("active"), default=True)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "chat_blocked_words"
        ordering = ("word",)
        verbose_name = _("blocked word")
        verbose_name_plural = _("blocked words")

    def __str__(self) -> str:
        return self.word
