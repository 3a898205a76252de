"""More of a budget for its present period."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.audit import log
from accounts.audit.models import What
from accounts.budgets import ledger
from accounts.budgets.models import Budget, BudgetCounter, TopUp
from accounts.models import User


@transaction.atomic
def add(budget: Budget, *, amount: Decimal, reason: str, by: User, user: User | None = None) -> TopUp:
    """Give `amount` more in the present period: to `user`, or to all who share the budget, who then need not be named.

    Raises ValidationError for an amount that is not positive, an empty reason, and a person where there has to be one.
    """
    who = budget.user or user
    if amount <= 0:
        raise ValidationError({"amount": _("Please enter an amount above zero.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    if who is None and not budget.is_shared:
        raise ValidationError({"user": _("Each person has this budget: say whose it is.")})
    counter = ledger.counter_of(budget, who.pk if who else 0, timezone.now())
    BudgetCounter.objects.filter(pk=counter.pk).update(topped_up=Round(F("topped_up") + amount, ledger.DIGITS))
    if who is not None:
        notes.touch(who, "user")
    log.note(What.TOPPED_UP, person=who, by=by, object=budget.name, reason=reason.strip())
    return TopUp.objects.create(
        budget=budget,
        budget_name=budget.name,
        user=who,
        username=who.username if who else "",
        amount=amount,
        unit=budget.unit,
        currency=budget.currency,
        reason=reason.strip(),
        by=by,
        by_name=by.username,
    )
