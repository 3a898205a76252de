"""The ledger added up by days, so that figures of years cost no more than a few thousand rows (chat.engine.rollup)."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.usage import UsageKind


class UsageDay(models.Model):
    """The calls of one day that have the same model, provider, kind, reason of failure and currency.

    Days are those of aihelper.lib.days. All numbers but `people` may be added up over any rows: that one is of this row
    alone, since a person of two rows would count twice (`ActiveMonth` knows how many they are together).
    """

    day = models.DateField(_("day"))
    model_id = models.CharField(_("model"), max_length=200)
    provider_name = models.CharField(_("provider"), max_length=100, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=16, choices=UsageKind)
    # Why the calls failed; empty for those that did not.
    error_code = models.CharField(_("reason"), max_length=64, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    calls = models.PositiveIntegerField(_("calls"))
    people = models.PositiveIntegerField(_("people"))
    prompt_tokens = models.PositiveBigIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveBigIntegerField(_("completion tokens"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=22, decimal_places=8, default=Decimal(0))
    update_time = models.DateTimeField(_("computed"))

    class Meta:
        db_table = "usage_days"
        # Whoever may look at the ledger may look at its sums.
        default_permissions = ()
        verbose_name = _("day of use")
        verbose_name_plural = _("days of use")
        constraints = (
            models.UniqueConstraint(
                fields=("day", "model_id", "provider_name", "kind", "error_code", "currency"), name="usage_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.model_id} {self.kind}"


class UsageSpeed(models.Model):
    """How many answers of a day began within a time: `bucket` is a place in providers.health.figures.BOUNDS."""

    day = models.DateField(_("day"))
    model_id = models.CharField(_("model"), max_length=200)
    provider_name = models.CharField(_("provider"), max_length=100, blank=True, default="")
    bucket = models.PositiveSmallIntegerField()
    calls = models.PositiveIntegerField(_("calls"))

    class Meta:
        db_table = "usage_speeds"
        default_permissions = ()
        verbose_name = _("times to the first token")
        verbose_name_plural = _("times to the first token")
        constraints = (
            models.UniqueConstraint(fields=("day", "model_id", "provider_name", "bucket"), name="usage_speed"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.model_id} {self.bucket}"


class ActiveMonth(models.Model):
    """On which days of a month a person asked anything: bit 0 of `days` is the first (docs/decisions/roll-ups.md)."""

    month = models.DateField(_("month"))
    username = models.CharField(_("username"), max_length=150)
    days = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "usage_people"
        default_permissions = ()
        verbose_name = _("month of a person")
        verbose_name_plural = _("months of people")
        constraints = (models.UniqueConstraint(fields=("month", "username"), name="usage_person_month"),)

    def __str__(self) -> str:
        return f"{self.username} {self.month:%Y-%m}"
