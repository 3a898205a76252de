"""Two months of the ledger: busy on school days, quiet at weekends."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from aihelper.tests.administration.school.people import School
from chat.models import UsageRecord
from providers.models import ModelConfig, ModelPrice
from providers.prices import cost

DAYS = 62
# How often each model is asked, in the order of offers.OFFERS.
WEIGHTS = (20, 34, 3, 30, 9, 14, 4, 2, 6)
FAILURES = ("rate_limited", "rate_limited", "upstream_timeout", "upstream_unavailable", "content_refused")
DICE = Random(23)


def fill(school: School, models: list[ModelConfig]) -> None:
    """One line for each call; the last ones are of this minute's past."""
    prices = {model.pk: ModelPrice.objects.filter(model=model).order_by("-valid_from").first() for model in models}
    today, now = timezone.localdate(), timezone.now()
    rows = []
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        calls = DICE.randrange(4, 12) if day.weekday() > 4 else DICE.randrange(48, 92) - back // 2
        # Lessons and homework: from half past seven until nine in the evening.
        moments = sorted(DICE.uniform(7.5, 21) for _call in range(calls))
        for hour in moments:
            moment = timezone.make_aware(datetime.combine(day, time.min)) + timedelta(hours=hour)
            if moment < now:
                rows.append(_call(school, models, prices, moment))
    UsageRecord.objects.bulk_create(rows, batch_size=500)


def _call(school: School, models: list[ModelConfig], prices: dict[int, Any], moment: datetime) -> UsageRecord:
    people = school.people
    # The first of the list ask more than the last.
    person = people[min(int(DICE.expovariate(0.12)), len(people) - 1)]
    model = DICE.choices(models, WEIGHTS)[0]
    price, dice = prices[model.pk], DICE.random()
    kind = "title" if dice < 0.18 else "chat"
    failed, stopped = dice > 0.975, 0.95 < dice <= 0.965
    asked = DICE.randrange(180, 2_600)
    answered = 0 if failed else DICE.randrange(6, 14) if kind == "title" else DICE.randrange(60, 1_400)
    first = None if failed else int(DICE.lognormvariate(6.5, 0.45))
    return UsageRecord(
        user=person, username=person.username, kind=kind, model_id=model.model_id, provider_name=model.provider.name,
        key_label="" if model.provider.name == "School server" else "Budget of the school",
        state="failed" if failed else "stopped" if stopped else "completed",
        error_code=DICE.choice(FAILURES) if failed else "",
        prompt_tokens=None if failed else asked, completion_tokens=None if failed else answered,
        cost=cost(price, asked, answered) if price and not failed else None,
        currency=price.currency if price and not failed else "",
        first_token_ms=first, duration_ms=(first or 9_000) + answered * 14, create_time=moment,
    )  # fmt: skip
