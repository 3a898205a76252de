"""The policy of a group. Groups themselves are Django's."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class GroupPolicy(models.Model):
    """What holds for the people of a group. Who is in several groups obeys the strictest of their policies."""

    group = models.OneToOneField("auth.Group", models.CASCADE, related_name="policy", verbose_name=_("group"))
    managers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="managed_groups",
        verbose_name=_("managers"),
        help_text=_("They see and look after the people of this group in the administration, and nobody else."),
    )
    may_delete = models.BooleanField(
        _("people may delete their chats"),
        default=True,
        help_text=_("Off: chats and messages stay, as schools need it."),
    )
    retention_days = models.PositiveIntegerField(
        _("days that chats are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36_500)],
        help_text=_("Empty: as long as everybody's."),
    )
    may_be_read = models.BooleanField(
        _("administrators may read chats"),
        default=False,
        help_text=_("With a reason, which the person sees. The people of the group are told that this is possible."),
    )
    notice = models.TextField(
        _("notice"),
        max_length=1000,
        blank=True,
        help_text=_("What the people of the group are told about it, in your own words."),
    )

    class Meta:
        db_table = "group_policies"
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        permissions = (("read_chats", gettext_noop("Can read chats where the policy allows it")),)

    def __str__(self) -> str:
        return str(self.group)
