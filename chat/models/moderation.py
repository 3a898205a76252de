"""Words that an administrator does not want to be sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aihelper.lib import numbers


class BlockAction(models.TextChoices):
    """What happens to a message with the word in it."""

    BLOCK = "block", _("refuse the message")
    MASK = "mask", _("replace the word by ***")
    WARN = "warn", _("ask whether to send it anyway")


class BlockedWord(models.Model):
    """A word or phrase, found in any case and width (NFKC, casefolded)."""

    word = models.CharField(_("word"), max_length=100, unique=True)
    action = models.CharField(_("action"), max_length=8, choices=BlockAction, default=BlockAction.BLOCK)
    is_active = models.BooleanField(_("active"), default=True)
    # Of the list that it came with (chat.services.word_lists); empty for what was typed in.
    batch = models.CharField(max_length=36, blank=True, default="", editable=False, db_index=True)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)
    # By it other processes notice a change.
    update_time = models.DateTimeField(_("changed"), auto_now=True, db_index=True)

    class Meta:
        db_table = "chat_blocked_words"
        ordering = ("word",)
        verbose_name = _("blocked word")
        verbose_name_plural = _("blocked words")

    def __str__(self) -> str:
        return self.word


class TakenBackWord(models.Model):
    """A word of a list that was taken back, as it was: so that the list can come again."""

    batch = models.CharField(max_length=36)
    word = models.CharField(max_length=100)
    action = models.CharField(max_length=8, choices=BlockAction)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "chat_taken_back_words"
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("batch", "word"), name="taken_back_word"),)

    def __str__(self) -> str:
        return self.word


class WordWarning(models.Model):
    """Somebody sent a message anyway that a word had warned of: who, which word, when. Not what the message says."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    word = models.CharField(_("word"), max_length=100)
    message_id = models.BigIntegerField(editable=False)
    create_time = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        db_table = "chat_word_warnings"
        verbose_name = _("word warning")
        verbose_name_plural = _("word warnings")

    def __str__(self) -> str:
        return f"{self.word} · {numbers.moment(self.create_time)}"
