"""Invitations, and who came by them. What is in a link is not stored, only its digest."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib import numbers

MAX_USES = 1000


class Invitation(models.Model):
    """A link for so many people, until a day. With a `person` it sets the password of that account, once."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    groups: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "auth.Group", blank=True, related_name="+", verbose_name=_("groups")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    max_uses = models.PositiveIntegerField(
        _("for so many people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_USES)]
    )
    uses = models.PositiveIntegerField(_("used"), default=0)
    create_time = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    # Empty where the command line did it.
    invited_by_name = models.CharField(_("by"), max_length=150, blank=True)

    class Meta:
        db_table = "invitations"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (models.CheckConstraint(condition=Q(uses__lte=F("max_uses")), name="invitation_uses"),)

    def __str__(self) -> str:
        return self.email or gettext("link of %(time)s") % {"time": numbers.moment(self.create_time)}

    @property
    def reference(self) -> str:
        """What it is called in records, in any language: the address, or when it was made."""
        return self.email[:200] or f"{timezone.localtime(self.create_time):%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether the link still lets somebody in, as far as its row says."""
        return self.revoked_at is None and self.expires_at > timezone.now() and self.uses < self.max_uses


class InvitationUse(models.Model):
    """Somebody came by an invitation. It outlives the person."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="used_by")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    username = models.CharField(_("person"), max_length=150)
    create_time = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        db_table = "invitation_uses"
        verbose_name = _("use of an invitation")
        verbose_name_plural = _("use of invitations")

    def __str__(self) -> str:
        return self.username
