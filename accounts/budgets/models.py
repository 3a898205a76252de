"""Budgets, what is taken of them in each period, and by which answers."""

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aihelper.lib import numbers
from aihelper.lib.amounts import plain
from aihelper.lib.append_only import AppendOnly

_CURRENCY = re.compile(r"[A-Z]{3}")
# The subject of a counter that all people of a budget share.
EVERYBODY = "*"


def amount(label: Any = "", **options: Any) -> "models.DecimalField[Any, Any]":
    """A number of messages, tokens or money; room for a company's tokens of a year, and for a millionth of a cent."""
    return models.DecimalField(label, max_digits=22, decimal_places=8, **options)


class Period(models.TextChoices):
    """How often a budget begins anew, in the site's time zone."""

    MINUTE = "minute", _("minute")
    DAY = "day", _("day")
    MONTH = "month", _("month")


class Unit(models.TextChoices):
    """What is counted."""

    MESSAGES = "messages", _("messages")
    TOKENS = "tokens", _("tokens")
    MONEY = "money", _("money")


class Budget(models.Model):
    """A limit: so much of a unit in each period, for whom and for which model.

    It holds for one person, for the people of one group, or for everybody; each of them has it for himself, or they
    share it. Of several that hold, each one has to have room.
    """

    name = models.CharField(_("name"), max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="budgets",
        verbose_name=_("person"),
    )
    group = models.ForeignKey(
        "auth.Group",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="budgets",
        verbose_name=_("group"),
        help_text=_("With neither a person nor a group it is for everybody."),
    )
    is_shared = models.BooleanField(
        _("shared"), default=False, help_text=_("All of them together have it once, instead of each of them.")
    )
    model_id = models.CharField(
        _("model"), max_length=200, blank=True, help_text=_("Only answers of this model count. Empty: of all models.")
    )
    limit = amount(_("limit"), validators=[MinValueValidator(0)])
    unit = models.CharField(_("unit"), max_length=16, choices=Unit, default=Unit.MESSAGES)
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("Of money: only answers with prices in it count.")
    )
    period = models.CharField(_("period"), max_length=16, choices=Period, default=Period.DAY)
    warn_percent = models.PositiveSmallIntegerField(
        _("warn at"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Percent. From then on people see what is left."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        db_table = "budgets"
        ordering = ("name", "pk")
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = (
            models.CheckConstraint(condition=Q(limit__gte=0), name="budget_limit_range"),
            models.CheckConstraint(condition=Q(user=None) | Q(group=None), name="budget_one_audience"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for a person and a group at once, money without its currency, and another unit.

        What was counted so far would be taken for so much of the other unit: 50,000 tokens for as many messages.
        """
        if self.user_id and self.group_id:
            raise ValidationError({"group": _("Choose a person or a group, not both.")})
        self.currency = self.currency.strip().upper()
        if self.unit == Unit.MONEY and not _CURRENCY.fullmatch(self.currency):
            raise ValidationError({"currency": _("Money needs its currency, such as USD or CNY.")})
        if self.unit != Unit.MONEY:
            self.currency = ""
        was = Budget.objects.filter(pk=self.pk).values_list("unit", "currency").first()
        if was is not None and was != (self.unit, self.currency) and self.counters.exists():
            raise ValidationError(
                {"unit": _("Something has been counted in another unit. Switch this budget off, and make a new one.")}
            )

    def subject(self, user_id: int) -> str:
        """Whose counter an answer of this person is counted on."""
        return EVERYBODY if self.is_shared else str(user_id)


class BudgetCounter(models.Model):
    """What is taken of a budget in one period, by one person or by all who share it."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="counters", verbose_name=_("budget"))
    # Unique with the rest, which a person that may be missing is not: EVERYBODY, or the person's id.
    subject = models.CharField(max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    window = models.DateTimeField(_("period from"))
    used = amount(_("used"), default=Decimal(0))
    # Taken for answers that are still being written.
    reserved = amount(_("reserved"), default=Decimal(0))
    topped_up = amount(_("topped up"), default=Decimal(0))

    class Meta:
        db_table = "budget_counters"
        verbose_name = _("use of a budget")
        verbose_name_plural = _("use of budgets")
        constraints = (models.UniqueConstraint(fields=("budget", "subject", "window"), name="budget_counter"),)
        indexes = (models.Index(fields=("window",), name="budget_counter_by_time"),)

    def __str__(self) -> str:
        return f"{self.budget} · {numbers.moment(self.window)}"


class Reservation(models.Model):
    """What one answer holds of one counter, until it is settled. `key` is the answer's, by its caller."""

    key = models.CharField(max_length=64)
    counter = models.ForeignKey(BudgetCounter, models.CASCADE, related_name="reservations")
    amount = amount()
    create_time = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "budget_reservations"
        constraints = (models.UniqueConstraint(fields=("key", "counter"), name="budget_reservation"),)
        indexes = (models.Index(fields=("settled_at", "create_time"), name="budget_reservation_open"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.amount}"


class TopUp(AppendOnly):
    """More for the present period: for whom, by whom and why. It outlives all three."""

    budget = models.ForeignKey(Budget, models.SET_NULL, null=True, related_name="+", verbose_name=_("budget"))
    budget_name = models.CharField(_("budget"), max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    username = models.CharField(_("person"), max_length=150, blank=True)
    amount = amount(_("amount"))
    unit = models.CharField(_("unit"), max_length=16, choices=Unit)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    create_time = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        db_table = "budget_top_ups"
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")

    def __str__(self) -> str:
        return f"{self.budget_name}: {plain(self.amount)}"
