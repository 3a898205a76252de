"""The tables of legal holds. A hold and its end are a row each, and neither is ever changed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, SET_NULL, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aihelper.lib.append_only import AppendOnly


def keep_held(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """What the database's own cascade does with somebody who is held: nothing, whoever asks for it.

    Raises ProtectedError. Django admin shows the hold then, in the place of its button.
    """
    if held := list(sub_objs.filter(hold__end=None)):
        raise ProtectedError("Somebody is under legal hold.", set(held))
    CASCADE(collector, field, sub_objs, using)


def keep_held_group(collector: Any, field: Any, sub_objs: "QuerySet[Hold]", using: str) -> None:
    """Likewise for a group. Holds that have ended stay, with its name."""
    if held := list(sub_objs.filter(end=None)):
        raise ProtectedError("This group is under legal hold.", set(held))
    SET_NULL(collector, field, sub_objs, using)


class Hold(AppendOnly):
    """Of whom or what nothing is destroyed, since when, and why. Without a HoldEnd it is on."""

    # The name of the person or the group, or the id of the chat with its person's name: it outlives them.
    subject = models.CharField(_("who or what"), max_length=200)
    group = models.ForeignKey("auth.Group", keep_held_group, null=True, related_name="+", verbose_name=_("group"))
    # Of one chat alone: its session_id. The account of its person cannot be deleted meanwhile.
    session_key = models.CharField(_("chat"), max_length=36, blank=True, db_index=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    create_time = models.DateTimeField(_("held since"), default=timezone.now)

    class Meta:
        db_table = "legal_holds"
        default_permissions = ("add", "view")
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")

    def __str__(self) -> str:
        return self.subject


class HoldEnd(AppendOnly):
    """A hold has ended."""

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="end")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    create_time = models.DateTimeField(_("ended"), default=timezone.now)

    class Meta:
        db_table = "legal_hold_ends"
        default_permissions = ()

    def __str__(self) -> str:
        return f"end of {self.hold_id}"


class HeldPerson(AppendOnly):
    """Somebody whom a hold is about. Of a group: who was in it at any time since it began."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, keep_held, related_name="+")

    class Meta:
        db_table = "legal_hold_people"
        default_permissions = ()
        verbose_name = _("legal hold")
        constraints = (models.UniqueConstraint(fields=("hold", "user"), name="held_person"),)

    def __str__(self) -> str:
        return str(self.hold)
