"""What limits use: budgets, what is taken of them now, and what was given beside them."""

from decimal import Decimal

from django.utils import timezone

from accounts.budgets import ledger, top_up
from accounts.budgets.models import Budget, BudgetCounter
from aihelper.tests.administration.school.people import School, change


def fill(school: School) -> None:
    """Budgets for everybody, a class, a person, and in money; some of them nearly used up."""
    _teachers, english, chinese, chess = school.groups.values()
    make = Budget.objects.create
    everybody = make(name="Everybody 每人每天", limit=60)
    of_class = make(name="Class 9A together", group=english, is_shared=True, limit=400_000, unit="tokens")
    make(name="高一（3）班 每人", group=chinese, limit=30)
    money = make(name="Whole school, a month", is_shared=True, limit=150, unit="money", currency="USD", period="month")
    one = make(name="Science fair", user=school.pupils[0], limit=2_000_000, unit="tokens", period="month")
    make(name="Slow down o4-mini", model_id="o4-mini", limit=5, period="minute")
    make(name="Chess club, last term", group=chess, limit=500, period="month", is_active=False)
    used = ((everybody, school.pupils[1], 57), (everybody, school.pupils[3], 60), (everybody, school.pupils[0], 22),
            (of_class, None, 361_420), (money, None, "83.42175"), (one, school.pupils[0], 1_204_300))  # fmt: skip
    for budget, person, amount in used:
        counter = ledger.counter_of(budget, person.pk if person else 0, timezone.now())
        BudgetCounter.objects.filter(pk=counter.pk).update(used=Decimal(amount))
    top_up.add(everybody, amount=Decimal(20), reason="比赛前多问几道题", by=school.root, user=school.pupils[3])
    top_up.add(money, amount=Decimal("12.5"), reason="Project week", by=school.root)
    change(school.root, everybody, limit=80)
