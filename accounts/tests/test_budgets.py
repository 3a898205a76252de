"""Budgets: who is held by which, periods, reserving and settling, what is left."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.budgets import ledger, periods, status
from accounts.budgets.ledger import QuotaExceeded, Spent
from accounts.budgets.models import Budget, BudgetCounter, Period, Reservation, Unit
from accounts.models import LiveNote, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("alice")


def budget(**fields: object) -> Budget:
    made = Budget(**{"name": "Everybody", "limit": 3, **fields})
    made.full_clean()
    made.save()
    return made


def take(user: User, key: str, *, model_id: str = "m", **spent: object) -> None:
    with transaction.atomic():
        ledger.reserve(user.pk, model_id, lambda: Spent(**spent), key=key)  # type: ignore[arg-type]


def test_a_limit_is_kept_and_told_in_a_sentence(user: User) -> None:
    budget(limit=2)
    take(user, "a")
    take(user, "b")
    with pytest.raises(QuotaExceeded) as refused:
        take(user, "c")
    error = refused.value.as_json()
    assert error["code"] == "quota_exceeded"
    assert error["unit"] == Unit.MESSAGES
    assert error["detail"].startswith("Your 2 messages are used up. There are more from ")
    assert datetime.fromisoformat(error["resets_at"]) > timezone.now()
    assert 0 < error["retry_after"] <= 86_401
    assert not Reservation.objects.filter(key="c").exists()


def test_the_sentence_is_there_in_chinese(user: User) -> None:
    budget(limit=0)
    with translation.override("zh-hans"), pytest.raises(QuotaExceeded) as refused:
        take(user, "a")
    assert "用完" in refused.value.as_json()["detail"]


def test_each_has_his_own_unless_it_is_shared(user: User) -> None:
    other = User.objects.create_user("bob")
    own = budget(limit=1)
    take(user, "a")
    take(other, "b")
    own.delete()
    budget(limit=1, is_shared=True)
    take(user, "c")
    with pytest.raises(QuotaExceeded):
        take(other, "d")


def test_it_holds_for_its_person_its_group_and_its_model_only(user: User) -> None:
    other, group = User.objects.create_user("bob"), Group.objects.create(name="7b")
    other.groups.add(group)
    budget(limit=0, group=group, model_id="dear")
    take(other, "a", model_id="cheap")
    take(user, "b", model_id="dear")
    with pytest.raises(QuotaExceeded):
        take(other, "c", model_id="dear")
    budget(limit=0, user=user)
    with pytest.raises(QuotaExceeded):
        take(user, "d")
    take(other, "e", model_id="cheap")


def test_one_that_has_no_room_takes_from_none(user: User) -> None:
    first, second = budget(limit=5), budget(limit=0, name="Nothing")
    with pytest.raises(QuotaExceeded):
        take(user, "a")
    assert not BudgetCounter.objects.filter(budget__in=(first, second)).exclude(reserved=0).exists()


def test_an_inactive_one_holds_nobody(user: User) -> None:
    budget(limit=0, is_active=False)
    take(user, "a")


def test_settling_counts_what_it_really_took_once(user: User) -> None:
    made = budget(limit=1000, unit=Unit.TOKENS)
    take(user, "a", tokens=700)
    for _again in range(2):
        ledger.settle("a", Spent(tokens=120))
    counter = BudgetCounter.objects.get(budget=made)
    assert (counter.used, counter.reserved) == (120, 0)
    # What was held is free again.
    take(user, "b", tokens=900)


def test_the_page_hears_of_it_when_little_is_left(user: User) -> None:
    budget(limit=4, warn_percent=75)
    for key, heard in (("a", False), ("b", False), ("c", True)):
        take(user, key)
        ledger.settle(key, Spent())
        assert LiveNote.objects.filter(user=user, what="user").exists() is heard


def test_what_failed_takes_nothing(user: User) -> None:
    budget(limit=1)
    take(user, "a")
    ledger.settle("a", ledger.NOTHING)
    take(user, "b")


def test_money_counts_in_its_own_currency(user: User) -> None:
    made = budget(limit=1, unit=Unit.MONEY, currency="eur")
    assert made.currency == "EUR"
    for key, money, currency in (("a", "0.4", "EUR"), ("b", "9", "USD"), ("c", "0.7", "EUR")):
        take(user, key)
        ledger.settle(key, Spent(money=Decimal(money), currency=currency))
    assert BudgetCounter.objects.get().used == Decimal("1.1")
    with pytest.raises(QuotaExceeded) as refused:
        take(user, "d")
    assert "budget of 1 EUR" in refused.value.as_json()["detail"]


def test_what_nobody_asked_for_is_counted_and_never_refused(user: User) -> None:
    budget(limit=10, unit=Unit.TOKENS)
    ledger.charge(user.pk, "m", Spent(messages=0, tokens=50))
    assert BudgetCounter.objects.get().used == 50


@pytest.mark.parametrize(
    ("period", "now", "first", "over"),
    [
        (Period.MINUTE, "2026-03-04T10:20:30Z", "2026-03-04T10:20:00Z", "2026-03-04T10:21:00Z"),
        # In Berlin: the day of the change has 23 hours.
        (Period.DAY, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        (Period.DAY, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (Period.MONTH, "2026-01-31T23:30:00Z", "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z"),
        (Period.MONTH, "2026-12-31T10:00:00Z", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
    ],
)
def test_periods_follow_the_calendar_of_the_site(period: str, now: str, first: str, over: str) -> None:
    moment = datetime.fromisoformat(now)
    with timezone.override("Europe/Berlin"):
        assert periods.begin(period, moment).astimezone(UTC) == datetime.fromisoformat(first)
        assert periods.end(period, moment).astimezone(UTC) == datetime.fromisoformat(over)


def test_a_new_period_begins_anew(user: User) -> None:
    made = budget(limit=1)
    take(user, "a")
    BudgetCounter.objects.filter(budget=made).update(
        window=periods.begin(Period.DAY, timezone.now() - timedelta(days=2))
    )
    take(user, "b")


def test_what_is_left_most_pressing_first(user: User) -> None:
    budget(limit=10, name="Messages")
    budget(limit=1000, name="Tokens", unit=Unit.TOKENS, warn_percent=50)
    take(user, "a", tokens=600)
    tokens, messages = status.of(user)
    assert (tokens["name"], tokens["used"], tokens["remaining"], tokens["warn"]) == ("Tokens", 600, 400, True)
    assert (messages["remaining"], messages["warn"]) == (9, False)
    assert status.quota(user) == tokens
    assert status.quota(User.objects.create_user("bob")) is not None


def test_nobody_without_budgets_has_a_quota(user: User) -> None:
    assert status.quota(user) is None


def test_what_is_held_by_the_lost_is_given_back(user: User) -> None:
    budget(limit=2)
    take(user, "lost")
    take(user, "live")
    Reservation.objects.update(create_time=timezone.now() - timedelta(hours=2))
    assert ledger.release_lost(lambda keys: {"live"} & set(keys)) == 1
    assert BudgetCounter.objects.get().reserved == 1


@pytest.mark.parametrize(
    "fields", [{"limit": -1}, {"unit": Unit.MONEY}, {"warn_percent": 0}, {"warn_percent": 101}, {"period": "year"}]
)
def test_a_wrong_budget_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        budget(**fields)


def test_a_person_and_a_group_at_once_is_refused(user: User) -> None:
    with pytest.raises(ValidationError):
        budget(user=user, group=Group.objects.create(name="7b"))


@pytest.fixture
def many(transactional_db: None) -> Iterator[list[User]]:
    yield [User.objects.create_user(f"p{number}") for number in range(5)]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_limit(many: list[User]) -> None:
    made = budget(limit=20, is_shared=True)
    passed: list[str] = []
    start = threading.Barrier(10)

    def storm(thread: int) -> None:
        start.wait()
        try:
            for number in range(10):
                key = f"{thread}-{number}"
                try:
                    take(many[thread % 5], key)
                    passed.append(key)
                except QuotaExceeded:
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=storm, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 20
    assert BudgetCounter.objects.get(budget=made).reserved == 20
