"""The ledger: what is written into it, that nobody changes it, and its file for spreadsheets."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from accounts.groups.models import GroupPolicy
from accounts.models import User
from aihelper.lib.append_only import Kept
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, signed_in
from chat.engine import recovery, store
from chat.engine.log import Piece
from chat.engine.supervisor import Supervisor
from chat.exports import tables
from chat.models import UsageRecord
from chat.selectors import usage
from chat.services.send import SendRequest, send
from chat.tests.conftest import Ask, follow, until
from chat.tests.upstream import Upstream
from providers.models import ModelConfig, Provider

pytestmark = pytest.mark.django_db(transaction=True)


def line(user: User, **fields: Any) -> UsageRecord:
    values = {"model_id": "m", "state": "completed", "provider_name": "up", **fields}
    return UsageRecord.objects.create(user=user, username=user.username, **values)


def written() -> list[tuple[str, str, str, str]]:
    rows = UsageRecord.objects.exclude(kind="title").order_by("pk")
    return list(rows.values_list("kind", "provider_name", "state", "error_code"))


# --- What is written ---------------------------------------------------------------------------------
@pytest.mark.asyncio
async def test_an_answer_has_its_line(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Yes.")
    call.finish(usage=(7, 11))
    await follow(engine, started.generation_id)
    row = await run_db(UsageRecord.objects.get, kind="chat")
    assert (row.state, row.error_code, row.prompt_tokens, row.completion_tokens) == ("completed", "", 7, 11)
    assert row.first_token_ms is not None and row.duration_ms is not None
    assert row.first_token_ms <= row.duration_ms


@pytest.mark.asyncio
async def test_a_failed_question_has_a_line_for_each_call(
    engine: Supervisor, ask: Ask, upstream: Upstream, model: ModelConfig
) -> None:
    def second() -> None:
        other = Provider.objects.create(name="Other", base_url="https://other.example.com/v1", priority=9)
        ModelConfig.objects.create(provider=other, model_id="test-model", model_name="Test")

    await run_db(second)
    upstream.refuse = lambda _request: httpx.Response(401, json={"error": "no"})
    started = await ask()
    await follow(engine, started.generation_id)
    assert sorted(await run_db(written)) == [
        ("attempt", "Other", "failed", "authentication_failed"),
        ("chat", "Test", "failed", "authentication_failed"),
    ] or sorted(await run_db(written)) == [
        ("attempt", "Test", "failed", "authentication_failed"),
        ("chat", "Other", "failed", "authentication_failed"),
    ]


@pytest.mark.asyncio
async def test_what_broke_off_says_why(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Half an ans")
    call.cut()
    await follow(engine, started.generation_id)
    assert await run_db(written) == [("chat", "Test", "failed", "upstream_unavailable")]


@pytest.mark.asyncio
async def test_a_question_that_was_taken_back_was_asked(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    """A provider may bill what it was asked, even if nobody waits for its first word."""
    started = await ask()
    await upstream.call()
    engine.stop(started.generation_id, None)
    await follow(engine, started.generation_id)
    assert await run_db(written) == [("chat", "Test", "stopped", "")]


@pytest.mark.asyncio
async def test_a_refused_title_is_a_line_too(engine: Supervisor, ask: Ask, upstream: Upstream) -> None:
    def refuse(asked: dict[str, Any]) -> httpx.Response | None:
        is_title = asked["messages"][0]["content"].startswith("Write a title")
        return httpx.Response(401, json={}) if is_title else None

    upstream.refuse = refuse
    started = await ask()
    (await upstream.call()).finish()
    await follow(engine, started.generation_id)
    await until(lambda: UsageRecord.objects.filter(kind="title").exists())
    row = await run_db(UsageRecord.objects.get, kind="title")
    assert (row.state, row.error_code) == ("failed", "authentication_failed")


def test_a_run_whose_process_died_has_a_line_if_it_had_text(model: ModelConfig, alice: User) -> None:
    silent, begun = (send(alice, SendRequest(message="Hello?")) for _ in range(2))
    store.write_tick({begun.generation_id: [Piece(0, "content", "Half")]}, [], "nobody", beat=False)
    assert recovery.reap("somebody", older_than=-1) == 2
    row = UsageRecord.objects.get()
    assert (row.message_id, row.state, row.model_id) == (begun.message_id, "interrupted", "test-model")
    assert silent.message_id != begun.message_id


# --- That nobody changes it --------------------------------------------------------------------------
def test_it_is_kept_as_it_was_written(alice: User) -> None:
    row = line(alice)
    for change in (row.save, row.delete, UsageRecord.objects.all().delete):
        with pytest.raises(Kept):
            change()
    with pytest.raises(Kept):
        UsageRecord.objects.update(cost=0)
    alice.delete()
    assert UsageRecord.objects.get(user=None).username == "alice"


def test_the_administration_does_not_change_it_either(alice: User, client: Client) -> None:
    row = line(alice, state="failed", error_code="rate_limited")
    client.force_login(User.objects.create_superuser("root"))
    page = f"/admin/chat/usagerecord/{row.pk}"
    assert client.post(f"{page}/change/", {"cost": 0}).status_code == 403
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert "rate_limited" not in client.get("/admin/chat/usagerecord/").content.decode().split("<tbody")[1]
    UsageRecord.objects.get()


# --- The file ----------------------------------------------------------------------------------------
async def fetch(user: User, query: str = "") -> tuple[int, dict[str, str], bytes]:
    async with Exchange("GET", f"/api/usage/export{query}", await signed_in(user)) as answer:
        return answer.status, answer.headers, await answer.body()


def table(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.fixture
def root(transactional_db: None) -> User:
    return User.objects.create_superuser("root")


@pytest.mark.asyncio
async def test_it_works(engine: Supervisor, root: User, alice: User) -> None:
    when = datetime(2026, 11, 3, 12, tzinfo=UTC)
    await run_db(lambda: line(alice, create_time=when, cost=Decimal("0.00000003"), currency="USD", prompt_tokens=5))
    status, headers, body = await fetch(root, "?from=2026-11-01&to=2026-11-30")
    assert status == 200
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-disposition"] == 'attachment; filename="aihelper-usage-2026-11-01-2026-11-30.csv"'
    assert body.startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8 by this mark"
    (row,) = table(body)
    assert list(row) == list(tables.COLUMNS)
    assert (row["create_time"], row["username"]) == ("2026-11-03T12:00:00.000Z", "alice")
    assert (row["cost"], row["currency"], row["prompt_tokens"]) == ("0.00000003", "USD", "5")
    assert (row["completion_tokens"], row["first_token_ms"]) == ("", "")


@pytest.mark.asyncio
async def test_days_and_filters(engine: Supervisor, root: User, alice: User, bob: User, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"

    def fill() -> None:
        # Midnight in Shanghai is 16:00 the day before in UTC.
        line(alice, create_time=datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC))
        line(alice, create_time=datetime(2026, 10, 31, 16, tzinfo=UTC), model_id="first")
        line(bob, create_time=datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC), kind="title")
        line(bob, create_time=datetime(2026, 11, 30, 16, tzinfo=UTC))

    await run_db(fill)
    month = "?from=2026-11-01&to=2026-11-30"
    assert [row["username"] for row in table((await fetch(root, month))[2])] == ["alice", "bob"]
    assert [row["username"] for row in table((await fetch(root, f"{month}&model_id=first"))[2])] == ["alice"]
    assert [row["username"] for row in table((await fetch(root, f"{month}&kind=title"))[2])] == ["bob"]
    assert table((await fetch(root, f"{month}&username=nobody"))[2]) == []
    assert len(table((await fetch(root))[2])) == 4
    report = await run_db(lambda: list(usage.usage(datetime(2026, 11, 1).date(), datetime(2026, 11, 30).date(), "day")))
    assert [(each.key, each.calls) for each in report] == [("2026-11-01", 1), ("2026-11-30", 1)]


@pytest.mark.asyncio
async def test_nobody_writes_formulas_into_it(engine: Supervisor, root: User, alice: User) -> None:
    evil = ['=cmd|" /C calc"', "+1", "-1", "@x", "\t=1", "＝1"]
    await run_db(lambda: [line(alice, model_id=name) for name in evil])
    assert [row["model_id"] for row in table((await fetch(root))[2])] == [f"'{name}" for name in evil]


@pytest.mark.asyncio
async def test_it_is_for_whoever_may_look_at_the_ledger(engine: Supervisor, alice: User) -> None:
    def allow() -> None:
        alice.user_permissions.add(Permission.objects.get(codename="view_usagerecord"))

    def staff() -> None:
        User.objects.filter(pk=alice.pk).update(is_staff=True)

    assert (await fetch(alice))[0] == 403
    await run_db(allow)
    assert (await fetch(alice))[0] == 403, "not one of the administration"
    await run_db(staff)
    assert (await fetch(alice))[0] == 200


@pytest.mark.asyncio
async def test_a_manager_of_a_group_gets_the_lines_of_its_people(engine: Supervisor, alice: User, bob: User) -> None:
    def fill() -> User:
        line(alice)
        line(bob)
        policy = GroupPolicy.objects.create(group=Group.objects.create(name="class 7"))
        alice.groups.add(policy.group)
        manager = User.objects.create_user("manager", is_staff=True)
        policy.managers.add(manager)
        return manager

    manager = await run_db(fill)
    status, _headers, body = await fetch(manager)
    assert (status, [row["username"] for row in table(body)]) == (200, ["alice"])


@pytest.mark.asyncio
async def test_no_link_of_another_site_starts_it(engine: Supervisor, root: User) -> None:
    headers = await signed_in(root) | {"sec-fetch-site": "cross-site"}
    async with Exchange("GET", "/api/usage/export", headers) as answer:
        assert answer.status == 403


@pytest.mark.asyncio
@pytest.mark.parametrize("query", ["?from=yesterday", "?to=2026-13-01", "?from=2026-11-02&to=2026-11-01"])
async def test_days_that_are_none(engine: Supervisor, root: User, query: str) -> None:
    status, _headers, body = await fetch(root, query)
    assert (status, b"invalid_period" in body) == (400, True)


def test_a_long_one_takes_no_more_memory_and_agrees_with_the_report(alice: User) -> None:
    """Of 20,000 lines many have the same time."""
    now = timezone.now()
    for start in range(0, 20_000, 10_000):
        UsageRecord.objects.bulk_create(
            UsageRecord(
                user=alice,
                username="alice",
                model_id=f"m-{number % 7}",
                state="completed",
                create_time=now - timedelta(minutes=number // 3000),
                cost=Decimal(number) / 10**8,
                currency="USD",
            )
            for number in range(start, start + 10_000)
        )
    total, count = Decimal(0), -1
    tracemalloc.start()
    for piece in tables.ledger(UsageRecord.objects.all(), None, None, {}):
        rows = list(csv.reader(io.StringIO(piece.decode())))
        count += len(rows)
        total += sum((Decimal(row[10]) for row in rows if row[10] != "cost"), Decimal(0))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert most < 15_000_000
    assert usage.totals(None, None) == {"USD": total}


def test_the_page_offers_it(root: User, client: Client) -> None:
    client.force_login(root)
    page = client.get("/admin/chat/usagerecord/", {"model_id": "m", "kind__exact": "title"}).content.decode()
    assert 'action="/api/usage/export"' in page
    assert '<input type="hidden" name="kind" value="title">' in page
    assert '<input type="hidden" name="model_id" value="m">' in page
