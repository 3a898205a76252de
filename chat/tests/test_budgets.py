"""Budgets in the chat: what a question takes, what is refused, and that the books agree."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.db import connection
from django.db.models import Sum
from django.test import override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.budgets.ledger import QuotaExceeded
from accounts.budgets.models import Budget, BudgetCounter, Reservation, Unit
from accounts.models import User
from aihelper.lib.db import run_db
from chat.engine import recovery
from chat.engine.supervisor import Supervisor
from chat.models import Generation, Message, Session, UsageRecord
from chat.services import tree
from chat.services.answers import Started
from chat.services.send import SendRequest, send
from chat.tests.conftest import Ask, follow, until, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig, Provider

pytestmark = pytest.mark.django_db(transaction=True)


def make(**fields: Any) -> Budget:
    return Budget.objects.create(**{"name": "Budget", "limit": 1, **fields})


def counted() -> tuple[float, float]:
    """What is used and what is reserved of the one budget."""
    row = BudgetCounter.objects.get()
    return float(row.used), float(row.reserved)


@pytest.mark.asyncio
async def test_a_question_beyond_the_budget_is_refused_and_leaves_nothing(
    engine: Supervisor, ask: Ask, upstream: Upstream
) -> None:
    await run_db(make)
    started = await ask()
    with pytest.raises(QuotaExceeded):
        await ask("More?")
    assert await run_db(Session.objects.count) == 1
    assert not await run_db(Message.objects.filter(content="More?").exists)
    assert await run_db(counted) == (0, 1)
    (await upstream.call(1)).finish()
    await follow(engine, started.generation_id)
    assert await run_db(counted) == (1, 0)


@pytest.mark.asyncio
async def test_the_same_send_again_takes_no_second_place(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    await run_db(make)
    first = await ask(client_id="one")
    again = await ask(client_id="one")
    assert (again.created, again.generation_id) == (False, first.generation_id)
    assert await run_db(counted) == (0, 1)


@pytest.mark.asyncio
async def test_what_the_provider_refused_takes_nothing(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    upstream.refuse = lambda _request: httpx.Response(401, json={"error": "no"})
    await run_db(make)
    started = await ask()
    await follow(engine, started.generation_id)
    assert await run_db(counted) == (0, 0)
    await ask("Again?")


@pytest.mark.asyncio
async def test_tokens_count_with_those_of_the_title(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    await run_db(lambda: make(unit=Unit.TOKENS, limit=100_000))
    started = await ask()
    call = await upstream.call(1)
    call.say("Hello")
    call.finish(usage=(70, 30))
    await follow(engine, started.generation_id)
    # The upstream says 7 + 11 for each title.
    await until(lambda: counted() == (118, 0))


@pytest.mark.asyncio
async def test_a_stopped_answer_without_figures_counts_by_its_length(
    engine: Supervisor, ask: Ask, upstream: Upstream
) -> None:
    await run_db(lambda: make(unit=Unit.TOKENS, limit=100_000))
    started = await ask()
    (await upstream.call(1)).say("word " * 300)
    await until_stored(started.generation_id, 1500)
    engine.stop(started.generation_id, None)
    await follow(engine, started.generation_id)
    used, reserved = await run_db(counted)
    assert 200 < used < 600
    assert reserved == 0


def test_a_run_whose_process_died_settles(model: ModelConfig, alice: User) -> None:
    make()
    started = send(alice, SendRequest(message="Hello?"))
    assert counted() == (0, 1)
    assert recovery.reap("somebody", older_than=-1) == 1
    assert Generation.objects.get(pk=started.generation_id).state == "interrupted"
    assert counted() == (0, 0)
    assert not Reservation.objects.filter(settled_at=None).exists()


@pytest.mark.asyncio
async def test_what_is_held_for_answers_that_are_gone_is_given_back_by_the_hourly_sweep(
    engine: Supervisor, ask: Ask, model: ModelConfig
) -> None:
    def lose() -> str:
        """An answer that goes with its person."""
        make(limit=10, is_shared=True)
        gone = send(User.objects.create_user("gone"), SendRequest(message="Hello?"))
        User.objects.get(username="gone").delete()
        assert not Generation.objects.filter(pk=gone.generation_id).exists()
        return gone.generation_id

    gone = await run_db(lose)
    written = await ask()
    await run_db(lambda: Reservation.objects.update(create_time=timezone.now() - timedelta(hours=2)))
    await engine._tidy()
    rows = await run_db(lambda: dict(Reservation.objects.values_list("key", "settled_at")))
    assert rows[gone] is not None
    assert rows[written.generation_id] is None
    assert await run_db(counted) == (0, 1)


def test_money_is_counted_by_the_models_prices(model: ModelConfig, alice: User) -> None:
    ModelConfig.objects.update(max_tokens=1_000_000)
    model.prices.create(input_price=Decimal(2), output_price=Decimal(6), currency="EUR")
    make(unit=Unit.MONEY, currency="EUR", limit=6)
    send(alice, SendRequest(message="Hello?"))
    used, reserved = counted()
    assert used == 0
    assert 6 < reserved < 6.1
    with pytest.raises(QuotaExceeded):
        send(alice, SendRequest(message="Again?"))


def test_the_composer_hears_what_is_left(model: ModelConfig, alice: User, alice_api: APIClient) -> None:
    assert alice_api.get("/api/user/info").json()["quota"] is None
    make(limit=5)
    send(alice, SendRequest(message="Hello?"))
    quota = alice_api.get("/api/user/info").json()["quota"]
    assert (quota["limit"], quota["used"], quota["remaining"], quota["unit"]) == (5, 1, 4, "messages")
    assert quota["resets_at"]


def test_writing_anew_takes_one_too(model: ModelConfig, alice: User) -> None:
    make(limit=1)
    started = send(alice, SendRequest(message="Hello?"))
    recovery.reap("somebody", older_than=-1)
    # The one that was interrupted gave its place back; this one takes it.
    tree.regenerate(alice, started.message_id)
    with pytest.raises(QuotaExceeded):
        tree.regenerate(alice, started.message_id)


def test_the_api_says_when_there_is_more(model: ModelConfig, alice: User) -> None:
    make(limit=0)
    with pytest.raises(QuotaExceeded) as refused:
        send(alice, SendRequest(message="Hello?"))
    assert refused.value.status == 429
    assert {"detail", "code", "resets_at", "retry_after", "unit"} <= set(refused.value.as_json())


@pytest.mark.asyncio
@pytest.mark.timeout(900)
@override_settings(MAX_RUNS_PER_USER=1000)
async def test_a_thousand_at_once_do_not_pass_a_limit_of_a_hundred(
    engine: Supervisor, model: ModelConfig, upstream: Upstream
) -> None:
    """Issue: 100 to 101 pass, and the ledger adds up to what the provider counted."""
    await run_db(lambda: make(limit=100, is_shared=True))
    # The provider answers when all have asked: on a busy machine after minutes. What fails is given back, and taken.
    await run_db(lambda: Provider.objects.update(first_token_timeout=3600, total_timeout=3600))
    await run_db(lambda: model.prices.create(input_price=Decimal(2), output_price=Decimal(6), currency="EUR"))
    people = await run_db(lambda: [User.objects.create_user(f"p{number}") for number in range(20)])

    def one(number: int) -> Started | None:
        try:
            started = send(people[number % 20], SendRequest(message=f"Question {number}"))
            engine.start_soon(started.generation_id)
            return started
        except QuotaExceeded:
            return None
        finally:
            connection.close()

    # Threads of its own: the engine's are for the answers. Few, or the answers' writes wait for theirs on SQLite.
    with ThreadPoolExecutor(4) as threads:
        loop = asyncio.get_running_loop()
        results = await asyncio.gather(*(loop.run_in_executor(threads, one, number) for number in range(1000)))
    begun = [started for started in results if started is not None]
    assert 100 <= len(begun) <= 101
    async with asyncio.timeout(600):
        while len(upstream.calls) < len(begun):  # noqa: ASYNC110 - the upstream has a lock for one who waits, not for a hundred
            await asyncio.sleep(0.05)
    told = 0
    for number, call in enumerate(upstream.calls, 1):
        call.say("Yes.")
        call.finish(usage=(number, 2 * number))
        told += 3 * number
    for started in begun:
        await follow(engine, started.generation_id)
    lines = UsageRecord.objects.filter(kind="chat")
    sums = await run_db(lambda: lines.aggregate(a=Sum("prompt_tokens"), b=Sum("completion_tokens"), cost=Sum("cost")))
    assert sums["a"] + sums["b"] == told
    # Each answer's own figures, and to the last digit what they cost: 2 a million in, 6 a million out.
    numbers = range(1, len(begun) + 1)
    assert await run_db(lambda: set(lines.values_list("prompt_tokens", flat=True))) == set(numbers)
    assert sums["cost"] == sum(Decimal(14 * number) for number in numbers) / 1_000_000
    assert await run_db(UsageRecord.objects.filter(kind="chat").count) == len(begun) == len(upstream.calls)
    assert await run_db(counted) == (len(begun), 0)
