"""What an answer takes of tokens and money: guessed with all that is sent, and counted when it breaks off, too."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.db import connection

from accounts.budgets import known
from accounts.budgets.ledger import QuotaExceeded
from accounts.budgets.models import Budget, BudgetCounter, Unit
from accounts.models import User
from aihelper.lib.db import run_db
from chat.engine import recovery
from chat.engine.supervisor import Supervisor
from chat.models import Generation, GenerationChunk, Message
from chat.services import tree
from chat.services.send import SendRequest, send
from chat.tests.conftest import Ask, follow, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.django_db(transaction=True)

# 300 words: about 430 tokens, in USD some 0.43 where a million costs 1,000.
LONG = "word " * 300


def make(**fields: Any) -> Budget:
    return Budget.objects.create(**{"name": "Budget", "limit": 1_000_000, "unit": Unit.TOKENS, **fields})


def money(**fields: Any) -> Budget:
    ModelConfig.objects.get().prices.create(input_price=Decimal(1000), output_price=Decimal(1000), currency="USD")
    return make(unit=Unit.MONEY, currency="USD", **fields)


def counted() -> tuple[float, float]:
    """What is used and what is reserved of the one budget."""
    row = BudgetCounter.objects.get()
    return float(row.used), float(row.reserved)


@pytest.mark.asyncio
async def test_an_answer_that_is_stopped_before_its_figures_costs_what_was_read(
    engine: Supervisor, ask: Ask, upstream: Upstream
) -> None:
    await run_db(money)
    started = await ask(LONG)
    (await upstream.call(1)).say(LONG)
    await until_stored(started.generation_id, len(LONG))
    engine.stop(started.generation_id, None)
    await follow(engine, started.generation_id)
    used, reserved = await run_db(counted)
    # The question and the answer, each about 0.43, and what the role says.
    assert 0.8 < used < 1.2
    assert reserved == 0


@pytest.mark.asyncio
async def test_to_take_back_what_one_has_read_saves_nothing(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    await run_db(make)
    started = await ask("Hi")
    (await upstream.call(1)).say(LONG)
    await until_stored(started.generation_id, len(LONG))
    engine.stop(started.generation_id, 0)
    await follow(engine, started.generation_id)
    assert (await run_db(Message.objects.get, pk=started.message_id)).content == ""
    used, _reserved = await run_db(counted)
    assert used > 400


def test_a_process_that_died_leaves_its_money_counted(model: ModelConfig, alice: User) -> None:
    money()
    started = send(alice, SendRequest(message="Hi"))
    GenerationChunk.objects.create(generation_id=started.generation_id, start=0, kind="content", text=LONG, at_ms=0)
    Generation.objects.update(stop_requested_at="2026-01-01T00:00:00Z", stop_offset=0)
    assert recovery.reap("somebody", older_than=-1) == 1
    used, reserved = counted()
    assert 0.4 < used < 0.6
    assert reserved == 0


@pytest.mark.asyncio
async def test_a_continuation_counts_what_is_new_in_it(
    engine: Supervisor, ask: Ask, upstream: Upstream, alice: User
) -> None:
    started = await ask("Hi")
    (await upstream.call(1)).say(LONG)
    await until_stored(started.generation_id, len(LONG))
    engine.stop(started.generation_id, None)
    await follow(engine, started.generation_id)
    await run_db(make)
    again = await run_db(tree.continue_, alice, started.message_id)
    engine.start(again.generation_id)
    (await upstream.call(2)).say("more")
    await until_stored(again.generation_id, len(LONG) + 4)
    engine.stop(again.generation_id, None)
    await follow(engine, again.generation_id)
    used, _reserved = await run_db(counted)
    # What is sent has the text so far in it, with the role; what comes is a word, and not that text again.
    assert 430 < used < 800


@pytest.mark.asyncio
async def test_a_continuation_that_nobody_answers_takes_nothing(
    engine: Supervisor, ask: Ask, upstream: Upstream, alice: User
) -> None:
    started = await ask("Hi")
    (await upstream.call(1)).say(LONG)
    await until_stored(started.generation_id, len(LONG))
    engine.stop(started.generation_id, None)
    await follow(engine, started.generation_id)
    await run_db(lambda: make(unit=Unit.MESSAGES, limit=5))
    upstream.refuse = lambda _request: httpx.Response(401, json={"error": "no"})
    again = await run_db(tree.continue_, alice, started.message_id)
    engine.start(again.generation_id)
    await follow(engine, again.generation_id)
    assert await run_db(counted) == (0, 0)


def test_what_went_before_is_reserved_with_a_question(model: ModelConfig, alice: User) -> None:
    make()
    first = send(alice, SendRequest(message=LONG * 4))
    _used, alone = counted()
    recovery.reap("somebody", older_than=-1)
    BudgetCounter.objects.all().delete()
    send(alice, SendRequest(message="And?", session_id=first.session_id))
    _used, after = counted()
    # 1,714 tokens of the question before, and 1,000 for the answer.
    assert alone == pytest.approx(after, abs=50)
    assert after > 2600


@pytest.mark.parametrize("unit", [Unit.TOKENS, Unit.MONEY])
def test_twenty_at_once_do_not_pass_a_limit_by_more_than_one(unit: str, model: ModelConfig, alice: User) -> None:
    """Of tokens and money as of messages, as long as answers are as long as the model's longest."""
    ModelConfig.objects.update(max_tokens=2000)
    session = send(alice, SendRequest(message=LONG * 4)).session_id
    recovery.reap("somebody", older_than=-1)
    # Each takes some 3,730 tokens with what went before, or 3.73 USD: three begin within 10,000.
    (money(limit=10) if unit == Unit.MONEY else make(limit=10_000))

    def one(_number: int) -> bool:
        try:
            send(alice, SendRequest(message="And?", session_id=session))
        except QuotaExceeded:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(20))) == 3
    assert 3 * 3500 < counted()[1] * (1000 if unit == Unit.MONEY else 1) < 3 * 3900


def test_the_office_hears_of_budgets_that_count_nothing(model: ModelConfig) -> None:
    model.prices.create(input_price=Decimal(1), output_price=Decimal(1), currency="USD")
    assert list(known.models()) == ["test-model"]
    assert not known.warnings(Budget(model_id="test-model", unit=Unit.MONEY, currency="USD"))
    assert len(known.warnings(Budget(model_id="tset-model", unit=Unit.MONEY, currency="EUR"))) == 2


def test_tenths_add_up_to_the_limit(model: ModelConfig, alice: User) -> None:
    """In binary fractions 0.7 and 0.1 are less than 0.8."""
    made = money(limit=Decimal("0.8"))
    send(alice, SendRequest(message="Hi"))
    BudgetCounter.objects.filter(budget=made).update(used=Decimal("0.7"), reserved=Decimal("0.1"))
    with pytest.raises(QuotaExceeded):
        send(alice, SendRequest(message="Hi"))
