"""Taking from budgets: reserved before a provider is asked, settled with what it cost.

A place is taken by one conditional UPDATE: whoever reads first and writes then lets twenty through where one may go. A
limit is passed by one answer at most: an answer may begin while anything is left, and what it will cost is not known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import notes
from accounts.budgets import periods
from accounts.budgets.models import Budget, BudgetCounter, Period, Reservation, Unit
from aihelper.lib import metrics
from aihelper.lib.amounts import plain
from aihelper.lib.errors import TooManyRequests

# What SQLite adds are binary fractions: 0.1 + 0.7 is less than 0.8 there. Rounded to the column's last digit it is not.
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Spent:
    """What an answer takes, or is thought to take. `money` by currency; None where there is no price."""

    messages: int = 1
    tokens: int = 0
    money: Decimal | None = None
    currency: str = ""

    def of(self, budget: Budget) -> Decimal:
        """How much of it this budget counts."""
        if budget.unit == Unit.MESSAGES:
            return Decimal(self.messages)
        if budget.unit == Unit.TOKENS:
            return Decimal(self.tokens)
        if self.money is None or self.currency != budget.currency:
            return Decimal(0)
        # As it is stored, so that what is given back is what was taken.
        return round(self.money, DIGITS)


NOTHING = Spent(messages=0)


class QuotaExceeded(TooManyRequests):
    code = "quota_exceeded"


def holding(user_id: int) -> QuerySet[Budget]:
    """The budgets that hold for a person, whatever the model."""
    mine = Q(user=user_id) | Q(group__user=user_id) | Q(user=None, group=None)
    return Budget.objects.filter(mine, is_active=True).order_by("pk")


def reserve(user_id: int, model_id: str, estimate: Callable[[], Spent], *, key: str) -> None:
    """Take room for an answer in every budget that holds for it, or in none. Inside the caller's transaction.

    `estimate` says what it is thought to take, and is asked only where a budget counts more than messages; `key` is the
    answer's for `settle`. Raises QuotaExceeded with the sentence for people, `resets_at` and `retry_after`.
    """
    # In the order of their ids, as everywhere: two who want the same two cannot wait for each other.
    budgets = list(holding(user_id).filter(model_id__in=("", model_id)))
    thought = estimate() if _counts_more(budgets) else Spent()
    for budget in budgets:
        _take(budget, user_id, thought.of(budget), key)


def settle(key: str, actual: Spent, exactly: Callable[[], Spent] | None = None) -> None:
    """Give back what was reserved for an answer, and count what it took. The second time it does nothing.

    `exactly` knows more than `actual` (tokens, money), and is asked only where a budget counts more than messages.
    Whoever's budget it was hears of it once so much is used that they should see what is left.
    """
    open_ones = Reservation.objects.filter(key=key, settled_at=None).select_related("counter__budget")
    rows = list(open_ones.order_by("counter_id"))
    if exactly is not None and _counts_more(row.counter.budget for row in rows):
        actual = exactly()
    for row in rows:
        if Reservation.objects.filter(pk=row.pk, settled_at=None).update(settled_at=timezone.now()):
            taken = actual.of(row.counter.budget)
            counter = BudgetCounter.objects.filter(pk=row.counter_id)
            counter.update(reserved=Round(F("reserved") - row.amount, DIGITS), used=Round(F("used") + taken, DIGITS))
            _tell(row.counter_id)


def _counts_more(budgets: Iterable[Budget]) -> bool:
    return any(budget.unit != Unit.MESSAGES for budget in budgets)


def charge(user_id: int, model_id: str, actual: Spent) -> None:
    """Count something that nobody was asked about beforehand, such as the title of a chat. It is never refused."""
    for budget in holding(user_id).filter(model_id__in=("", model_id)):
        if taken := actual.of(budget):
            counter = counter_of(budget, user_id, timezone.now())
            BudgetCounter.objects.filter(pk=counter.pk).update(used=Round(F("used") + taken, DIGITS))


def release_lost(is_open: Callable[[Iterable[str]], set[str]], *, older_than: timedelta = timedelta(hours=1)) -> int:
    """Give back what is held by answers that are gone without an end, such as those of deleted people.

    `is_open` says which of some keys are still being written. Returns how many were given back.
    """
    old = Reservation.objects.filter(settled_at=None, create_time__lt=timezone.now() - older_than)
    keys = set(old.values_list("key", flat=True)[:1000])
    lost = keys - is_open(keys)
    for key in lost:
        with transaction.atomic():
            settle(key, NOTHING)
    return len(lost)


def _take(budget: Budget, user_id: int, wanted: Decimal, key: str) -> None:
    now = timezone.now()
    counter = counter_of(budget, user_id, now)
    room = BudgetCounter.objects.filter(pk=counter.pk).annotate(
        taken=Round(F("used") + F("reserved"), DIGITS), most=Round(budget.limit + F("topped_up"), DIGITS)
    )
    if not room.filter(taken__lt=F("most")).update(reserved=Round(F("reserved") + wanted, DIGITS)):
        raise _exceeded(budget, now)
    Reservation.objects.create(key=key, counter=counter, amount=wanted)


def counter_of(budget: Budget, user_id: int, now: datetime) -> BudgetCounter:
    """What a person has taken of a budget in the period of `now`; made when it is the first to be asked for."""
    place = {"budget": budget, "subject": budget.subject(user_id), "window": periods.begin(budget.period, now)}
    counter = BudgetCounter.objects.filter(**place).first()
    if counter is None:
        try:
            with transaction.atomic():
                return BudgetCounter.objects.create(**place, user_id=None if budget.is_shared else user_id)
        except IntegrityError:
            # Somebody else has begun the same period at the same time.
            counter = BudgetCounter.objects.get(**place)
    return counter


def _tell(counter_id: int) -> None:
    counter = BudgetCounter.objects.select_related("budget").get(pk=counter_id)
    budget = counter.budget
    if counter.user_id and counter.used * 100 >= (budget.limit + counter.topped_up) * budget.warn_percent:
        notes.touch(counter.user_id, "user")


def _exceeded(budget: Budget, now: datetime) -> QuotaExceeded:
    over = periods.end(budget.period, now)
    metrics.REFUSALS.labels(budget.unit).inc()
    wait = max(1, int((over - now).total_seconds()) + 1)
    return QuotaExceeded(sentence(budget, over), retry_after=wait, resets_at=over.isoformat(), unit=budget.unit)


def sentence(budget: Budget, over: datetime) -> str:
    """What somebody is told whose budget is used up: how much it was, and when there is more."""
    number = int(budget.limit) if budget.unit != Unit.MONEY else 0
    facts = {
        "limit": f"{number:,}",
        "money": f"{plain(budget.limit)} {budget.currency}",
        "time": _time(budget, over),
    }
    texts = {
        Unit.MESSAGES: ngettext(
            "Your %(limit)s message is used up. There is more from %(time)s.",
            "Your %(limit)s messages are used up. There are more from %(time)s.",
            number,
        ),
        Unit.TOKENS: _("Your %(limit)s tokens are used up. There are more from %(time)s."),
        Unit.MONEY: _("Your budget of %(money)s is used up. There is more from %(time)s."),
    }
    return texts[Unit(budget.unit)] % facts


def _time(budget: Budget, over: datetime) -> str:
    local = timezone.localtime(over)
    if budget.period == Period.MINUTE:
        return date_format(local, "H:i")
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {date_format(local, 'H:i')}"
