"""GET /metrics."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.budgets.ledger import QuotaExceeded
from accounts.budgets.models import Budget
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, signed_in
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine import meters
from chat.engine.supervisor import Supervisor
from chat.models import ProcessNumbers
from chat.services.send import SendRequest, send
from chat.tests.conftest import follow
from chat.tests.upstream import Upstream
from providers.models import ModelConfig, Provider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
TOKEN = "a-token-of-monitoring-5d1f"
MODEL = "model-of-metrics"


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


async def ask_for(token: str | None) -> tuple[int, dict[str, str], str]:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    async with Exchange("GET", "/metrics", headers) as answer:
        return answer.status, answer.headers, (await answer.body()).decode()


async def values() -> dict[tuple[str, ...], float]:
    """The samples by name and labels, but for the process."""
    _status, _headers, text = await ask_for(TOKEN)
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = (f"{name}={value}" for name, value in sorted(sample.labels.items()) if name != "process")
            key = (sample.name, *labels)
            found[key] = found.get(key, 0) + sample.value
    return found


async def asked(engine: Supervisor, user: User) -> str:
    started = await run_db(send, user, SendRequest(message="A secret of Alice's", model_id=MODEL))
    engine.start(started.generation_id)
    return started.generation_id


def offer() -> None:
    provider = Provider.objects.create(name="Up", base_url="https://models.example.com/v1")
    ModelConfig.objects.create(provider=provider, model_id=MODEL, model_name="M")


async def test_it_is_off_until_there_is_a_token(engine: Supervisor, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for token in (None, "", TOKEN):
        assert (await ask_for(token))[0] == 404
    await engine._tell_numbers()
    assert not meters.is_on()


async def test_only_the_token_opens_it(engine: Supervisor, alice: User) -> None:
    for token in (None, "", "wrong", TOKEN[:-1], f"{TOKEN}x", "ü"):
        status, _headers, text = await ask_for(token)
        assert (status, "aihelper_" in text) == (401, False)
    await run_db(lambda: User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True))
    async with Exchange("GET", "/metrics", await signed_in(alice)) as answer:
        assert answer.status == 401, "an administrator's cookie is no token"
    async with Exchange("POST", "/metrics", {"authorization": f"Bearer {TOKEN}"}) as answer:
        assert answer.status in {403, 405}


async def test_it_works(engine: Supervisor, upstream: Upstream, alice: User) -> None:
    await run_db(offer)
    before = await values()
    generation_id = await asked(engine, alice)
    call = await upstream.call()
    assert (await values())["aihelper_answers_running",] == 1
    call.say("Yes.")
    call.finish(usage=(7, 11))
    await follow(engine, generation_id)
    await engine.flusher.tick()
    after = await values()

    def grown(name: str, *labels: str) -> float:
        return after.get((name, *labels), 0) - before.get((name, *labels), 0)

    # The answer, and its title a moment later.
    async with asyncio.timeout(HANG_SECONDS):
        while grown("aihelper_provider_calls_total", "code=answered", "provider=Up") < 2:
            await asyncio.sleep(0.01)
            after = await values()
    of = (f"model={MODEL}", "provider=Up")
    assert grown("aihelper_answers_total", of[0], "outcome=completed", "provider=Up", "reason=") == 1
    assert grown("aihelper_first_token_seconds_count", *of) == 1
    # As much again for the title.
    assert grown("aihelper_tokens_total", "direction=asked", *of) == 2 * 7
    assert grown("aihelper_tokens_total", "direction=answered", *of) == 2 * 11
    assert grown("aihelper_flush_seconds_count") >= 1
    assert after["aihelper_answers_running",] == 0
    assert after["process_resident_memory_bytes",] > 0


async def test_failures_and_refusals_count(engine: Supervisor, upstream: Upstream, alice: User) -> None:
    await run_db(offer)
    upstream.refuse = lambda _request: httpx.Response(401, json={})
    before = await values()
    await follow(engine, await asked(engine, alice))
    await run_db(lambda: Budget.objects.create(name="none", limit=0))
    with pytest.raises(QuotaExceeded):
        await run_db(send, alice, SendRequest(message="Hello?", model_id=MODEL))
    after = await values()
    failed = ("aihelper_provider_calls_total", "code=authentication_failed", "provider=Up")
    refused = ("aihelper_budget_refusals_total", "unit=messages")
    assert [after[key] - before.get(key, 0) for key in (failed, refused)] == [1, 1]


async def test_one_process_answers_for_all(engine: Supervisor) -> None:
    told = [["aihelper_sockets_open", "Open.", "gauge", [["aihelper_sockets_open", {}, 41.0]]]]

    def others() -> None:
        now = timezone.now()
        ProcessNumbers.objects.create(owner="elsewhere:1", numbers=told, update_time=now)
        ProcessNumbers.objects.create(owner="gone:2", numbers=told, update_time=now - timedelta(minutes=5))
        ProcessNumbers.objects.create(owner="old:3", numbers=told, update_time=now - timedelta(days=1))

    await run_db(others)
    own = (await values())["aihelper_sockets_open",] - 41
    assert own >= 0
    await engine._tell_numbers()
    owners = await run_db(lambda: sorted(ProcessNumbers.objects.values_list("owner", flat=True)))
    assert owners == sorted(["elsewhere:1", "gone:2", engine.owner])
    text = (await ask_for(TOKEN))[2]
    assert text.count("# TYPE aihelper_sockets_open gauge") == 1
    assert 'process="elsewhere:1"' in text and 'process="gone:2"' not in text


async def test_it_tells_of_nobody(engine: Supervisor, upstream: Upstream, alice: User) -> None:
    await run_db(offer)
    generation_id = await asked(engine, alice)
    (await upstream.call()).finish()
    await follow(engine, generation_id)
    status, headers, text = await ask_for(TOKEN)
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    for secret in ("alice", "secret", generation_id, TOKEN):
        assert secret not in text


async def test_django_alone_serves_it_too(transactional_db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    response = await run_db(lambda: Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}))
    assert response.status_code == 200
