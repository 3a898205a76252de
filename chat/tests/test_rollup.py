"""The ledger added up by days: it adds up exactly, whoever does it and however often."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from accounts.models import ThrottleCounter, User
from aihelper.lib import days
from aihelper.lib.db import run_db
from chat.engine import rollup
from chat.engine.supervisor import Supervisor
from chat.models import ActiveMonth, UsageDay, UsageRecord, UsageSpeed
from chat.selectors import figures
from chat.tests.commands import facts, refused
from providers.health import figures as times

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 28)
LAST = date(2026, 3, 10)


def line(username: str, moment: datetime, **fields: Any) -> UsageRecord:
    values = {"model_id": "m", "provider_name": "up", "state": "completed", **fields}
    return UsageRecord(username=username, create_time=moment, **values)


def any_lines(dice: random.Random, count: int) -> list[UsageRecord]:
    """Lines of all kinds, as the engine could have written them."""
    begin = days.begin(FIRST)
    span = int((days.end(LAST) - begin).total_seconds())
    made = []
    for _ in range(count):
        state, code = dice.choice(
            [
                ("completed", ""),
                ("stopped", ""),
                ("failed", "rate_limited"),
                ("failed", "upstream_timeout"),
                ("interrupted", ""),
            ]
        )
        paid = dice.random() < 0.6
        made.append(
            line(
                f"p{dice.randrange(9)}",
                begin + timedelta(seconds=dice.randrange(span)),
                kind=dice.choice(["chat", "chat", "title", "attempt"]),
                model_id=f"m{dice.randrange(3)}",
                provider_name=f"up{dice.randrange(2)}",
                state=state,
                error_code=code,
                prompt_tokens=dice.choice([None, dice.randrange(10**6)]),
                completion_tokens=dice.choice([None, dice.randrange(10**6)]),
                cost=Decimal(dice.randrange(10**9)) / 10**8 if paid else None,
                currency=dice.choice(["USD", "CNY"]) if paid else "",
                first_token_ms=dice.choice([None, dice.randrange(90_000)]),
            )
        )
    return UsageRecord.objects.bulk_create(made)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_it_adds_up_exactly(seed: int, zone: str, settings: Any) -> None:
    settings.TIME_ZONE = zone
    dice = random.Random(seed)
    rows = any_lines(dice, 120)
    half = list(days.between(FIRST, LAST))
    dice.shuffle(half)
    for _day in rollup.compute(half[: len(half) // 2]):
        pass
    rows += any_lines(dice, 40)
    for _day in rollup.compute(list(days.between(FIRST, LAST))):
        pass
    first, last = sorted(dice.sample(list(days.between(FIRST, LAST)), 2))
    chosen = [row for row in rows if first <= days.of(row.create_time) <= last]
    chats = [row for row in chosen if row.kind == "chat"]
    found = figures.read(first, last)
    assert found.total.messages == len(chats)
    assert found.total.failed == sum(row.state in {"failed", "interrupted"} for row in chats)
    assert found.total.tokens == sum((row.prompt_tokens or 0) + (row.completion_tokens or 0) for row in chosen)
    cost: Counter[str] = Counter()
    for row in chosen:
        if row.currency and row.cost is not None:
            cost[row.currency] += row.cost  # type: ignore[assignment]
    assert dict(found.total.cost) == dict(cost)
    assert found.people == len({row.username for row in chats})
    assert list(found.days) == list(days.between(first, last))
    assert {day: sums.messages for day, sums in found.days.items() if sums.messages} == Counter(
        days.of(row.create_time) for row in chats
    )
    assert {model: sums.messages for model, sums in found.models if sums.messages} == Counter(
        row.model_id for row in chats
    )
    reasons: Counter[tuple[str, str]] = Counter()
    for row in chosen:
        if row.state in {"failed", "interrupted"}:
            reasons[row.provider_name, row.error_code or "interrupted"] += 1
    assert {(each.name, code): count for each in found.providers for code, count in each.reasons} == reasons
    histogram = times.empty()
    for row in chats:
        if row.first_token_ms is not None:
            histogram[times.bucket(row.first_token_ms)] += 1
    assert (found.p50, found.p95) == (times.quantile(histogram, 0.5), times.quantile(histogram, 0.95))


def test_a_day_of_23_hours_is_a_whole_day(settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    UsageRecord.objects.bulk_create(
        line("p", moment)
        for moment in (
            datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC),
            datetime(2026, 3, 8, 5, tzinfo=UTC),
            datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC),
            datetime(2026, 3, 9, 4, tzinfo=UTC),
        )
    )
    list(rollup.compute([date(2026, 3, 8)]))
    assert UsageDay.objects.get().calls == 2


# --- The sweep ---------------------------------------------------------------------------------------
def test_today_and_yesterday_are_computed_again() -> None:
    now = timezone.now()
    UsageRecord.objects.bulk_create([line("p", now - timedelta(days=1)), line("p", now)])
    assert rollup.sweep() >= 2
    UsageRecord.objects.bulk_create([line("q", now - timedelta(days=1)), line("q", now)])
    assert rollup.sweep() == 0, "another process just has"
    ThrottleCounter.objects.all().delete()
    assert rollup.sweep() == 2
    assert sorted(UsageDay.objects.values_list("calls", "people")) == [(2, 2), (2, 2)]
    assert ActiveMonth.objects.aggregate(Sum("days"))["days__sum"] > 0


def test_days_on_which_no_server_ran_are_made_up_for() -> None:
    now = timezone.now()
    UsageRecord.objects.bulk_create([line("p", now - timedelta(days=9))])
    assert rollup.sweep() == 10, "nobody ever was here"
    UsageRecord.objects.bulk_create([line("p", now - timedelta(days=9)), line("p", now - timedelta(days=5))])
    ThrottleCounter.objects.all().delete()
    rollup.sweep()
    assert UsageDay.objects.aggregate(Sum("calls"))["calls__sum"] == 3


def test_an_empty_ledger_is_no_trouble() -> None:
    assert rollup.sweep() == 2
    found = figures.read(days.today() - timedelta(days=6), days.today())
    assert (found.total.messages, found.people, found.p50, found.computed_at) == (0, 0, None, None)
    assert len(found.days) == 7


@pytest.mark.asyncio
async def test_the_engine_comes_by(engine: Supervisor) -> None:
    await run_db(lambda: UsageRecord.objects.bulk_create([line("p", timezone.now())]))
    await engine._add_up()
    assert await run_db(lambda: UsageDay.objects.get().calls) == 1


# --- The command -------------------------------------------------------------------------------------
def test_it_builds_anew() -> None:
    now = timezone.now()
    UsageRecord.objects.bulk_create([line("p", now - timedelta(days=40), first_token_ms=80), line("p", now)])
    UsageDay.objects.create(
        day=days.today(), model_id="of another zone", kind="chat", calls=7, people=1, update_time=now
    )
    told = facts("usage_rollup", "--all")
    assert told["days"] == 41
    assert sorted(UsageDay.objects.values_list("model_id", "calls")) == [("m", 1), ("m", 1)]
    assert (UsageSpeed.objects.count(), ActiveMonth.objects.values("month").distinct().count()) == (1, 2)


def test_the_last_days() -> None:
    UsageRecord.objects.bulk_create([line("p", timezone.now() - timedelta(days=2))])
    assert facts("usage_rollup")["days"] == 2
    assert not UsageDay.objects.exists()
    assert facts("usage_rollup", "--days", "3")["days"] == 3
    assert UsageDay.objects.count() == 1


def test_wrong_use() -> None:
    assert refused("usage_rollup", "--days", "0") == 2


def test_figures_stay_when_people_go(alice: User) -> None:
    UsageRecord.objects.create(user=alice, username="alice", model_id="m", state="completed")
    list(rollup.compute([days.today()]))
    alice.delete()
    assert figures.people(days.today(), days.today()) == 1
