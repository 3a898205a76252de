"""manage.py usage_report."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from chat.models import UsageRecord
from chat.tests.commands import facts, refused, run

pytestmark = pytest.mark.django_db


def call(user: User, when: str, **fields: Any) -> None:
    values = {"model_id": "model-1", "provider_name": "up", "state": "completed", "prompt_tokens": 10, **fields}
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    UsageRecord.objects.create(user=user, username=user.username, create_time=moment, **values)


@pytest.fixture
def ledger(alice: User, bob: User) -> None:
    alice.groups.add(Group.objects.create(name="class 7"))
    call(alice, "2026-10-31T23:59:59", cost=Decimal("1.5"), currency="USD", completion_tokens=5)
    call(alice, "2026-11-01T00:00:00", cost=Decimal("2"), currency="USD", completion_tokens=7)
    call(bob, "2026-11-30T23:59:59", cost=Decimal("0.00000003"), currency="USD")
    call(bob, "2026-11-30T12:00:00", model_id="model-2", cost=Decimal("10"), currency="CNY", provider_name="other")
    call(bob, "2026-12-01T00:00:00", model_id="model-2", state="failed", prompt_tokens=None)


def lines(*args: str) -> list[tuple[Any, ...]]:
    found = facts("usage_report", *args)["lines"]
    return [
        (line["key"], line["currency"], line["calls"], line["failed"], line["people"], line["cost"]) for line in found
    ]


def test_it_works(ledger: None) -> None:
    told = facts("usage_report", "--month", "2026-11")
    assert (told["from"], told["to"], told["by"]) == ("2026-11-01", "2026-11-30", "model")
    assert told["totals"] == {"CNY": "10", "USD": "2.00000003"}
    assert told["lines"] == [
        {
            "key": "model-2", "currency": "CNY", "calls": 1, "failed": 0, "people": 1, "prompt_tokens": 10,
            "completion_tokens": 0, "cost": "10",
        },
        {
            "key": "model-1", "currency": "USD", "calls": 2, "failed": 0, "people": 2, "prompt_tokens": 20,
            "completion_tokens": 7, "cost": "2.00000003",
        },
    ]  # fmt: skip


def test_days_are_whole_and_both_are_included(ledger: None) -> None:
    assert lines("--from", "2026-12-01", "--by", "user") == [("bob", "", 1, 1, 1, "0")]
    assert lines("--to", "2026-10-31", "--by", "user") == [("alice", "USD", 1, 0, 1, "1.5")]
    assert lines("--from", "2026-11-30", "--to", "2026-11-30", "--by", "day") == [
        ("2026-11-30", "CNY", 1, 0, 1, "10"),
        ("2026-11-30", "USD", 1, 0, 1, "0.00000003"),
    ]


def test_by_provider_and_group(ledger: None) -> None:
    assert {line[:3] for line in lines("--by", "provider")} == {("up", "USD", 3), ("other", "CNY", 1), ("up", "", 1)}
    assert {line[:3] for line in lines("--by", "group")} == {
        ("class 7", "USD", 2), ("", "USD", 1), ("", "CNY", 1), ("", "", 1),
    }  # fmt: skip


def test_what_is_gone_stays_in_the_ledger(ledger: None, alice: User) -> None:
    alice.delete()
    assert ("alice", "USD", 2, 0, 1, "3.5") in lines("--by", "user")


def test_csv_and_table(ledger: None, alice: User) -> None:
    call(alice, "2026-11-02T00:00:00", model_id='=cmd|" /C calc"')
    rows = list(csv.reader(run("usage_report", "--month", "2026-11", "--csv").splitlines()))
    assert rows[0] == ["model", "currency", "calls", "failed", "people", "prompt_tokens", "completion_tokens", "cost"]
    assert rows[1][0] == '\'=cmd|" /C calc"', "a spreadsheet must not take it for a formula"
    table = run("usage_report", "--month", "2026-11", "--by", "user")
    assert table.splitlines()[0].split() == ["user", *rows[0][1:]]
    assert "Total: 2.00000003 USD\n" in table


def test_an_empty_ledger() -> None:
    assert facts("usage_report") == {"from": None, "to": None, "by": "model", "lines": [], "totals": {}}


@pytest.mark.parametrize(
    "args",
    [
        ("--month", "2026-13"),
        ("--from", "yesterday"),
        ("--by", "hair"),
        ("--month", "2026-11", "--from", "2026-11-01"),
        ("--from", "2026-11-02", "--to", "2026-11-01"),
    ],
)
def test_wrong_use(args: tuple[str, ...]) -> None:
    assert refused("usage_report", *args) != 0


def test_json_and_csv_are_not_both() -> None:
    assert refused("usage_report", "--csv", "--json") == 2
