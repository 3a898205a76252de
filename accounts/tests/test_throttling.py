from datetime import timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts import throttling
from accounts.models import ThrottleCounter
from accounts.tests.support import in_parallel
from aihelper.lib.errors import TooManyRequests

pytestmark = pytest.mark.django_db


def hit(key: str = "key") -> None:
    throttling.hit(key, limit=3, seconds=60)


def request(peer: str = "192.0.2.9", forwarded: str | None = None) -> Any:
    headers: dict[str, Any] = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


def test_it_works() -> None:
    for _try in range(3):
        hit()
    with pytest.raises(TooManyRequests) as caught:
        hit()
    assert 55 < caught.value.extra["retry_after"] <= 60


def test_each_key_for_itself() -> None:
    for number in range(10):
        hit(f"key{number}")


def test_a_new_window() -> None:
    for _try in range(3):
        hit()
    ThrottleCounter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for _try in range(3):
        hit()
    with pytest.raises(TooManyRequests):
        hit()


def test_forget_and_forgive() -> None:
    for _try in range(3):
        hit()
    throttling.forgive("key")
    hit()
    with pytest.raises(TooManyRequests):
        hit()
    throttling.forget("key")
    hit()


def test_forgive_stops_at_nothing() -> None:
    hit()
    for _try in range(3):
        throttling.forgive("key")
    assert ThrottleCounter.objects.get().count == 0


def test_keys_are_not_stored(db: None) -> None:
    hit("login:192.0.2.1:alice" + "x" * 10_000 + "\ud800")
    assert "alice" not in str(list(ThrottleCounter.objects.values()))


def test_counters_that_are_over_are_swept_away(monkeypatch: pytest.MonkeyPatch) -> None:
    hit("old")
    ThrottleCounter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(throttling, "SWEEPER", "")
    hit("new")
    assert ThrottleCounter.objects.count() == 1


def test_two_queries_and_one_when_refused(django_assert_num_queries: Any) -> None:
    hit()
    with django_assert_num_queries(2):
        hit()
    hit()
    with django_assert_num_queries(1), pytest.raises(TooManyRequests):
        hit()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stale", [False, True])
def test_at_once(stale: bool) -> None:
    if stale:
        hit()
        ThrottleCounter.objects.update(expires_at=timezone.now() - timedelta(seconds=1), count=3)
    answers = in_parallel(hit, times=60, threads=12)
    assert answers.count(None) == 3
    assert sum(isinstance(answer, TooManyRequests) for answer in answers) == 57


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.9"),
        (1, None, "192.0.2.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.9.8.7, 198.51.100.1", "198.51.100.1"),
        (2, "10.9.8.7, 198.51.100.1, 203.0.113.5", "198.51.100.1"),
        (2, "203.0.113.5", "192.0.2.9"),
        (1, "nonsense", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "198.51.100.1, ", "192.0.2.9"),
        (1, "<script>", "192.0.2.9"),
    ],
)
def test_whose_address_it_is(settings: Any, trusted: int, forwarded: str | None, expected: str) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert throttling.client_address(request(forwarded=forwarded)) == expected


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("", "unknown"),
    ],
)
def test_what_one_customer_holds(address: str, prefix: str) -> None:
    assert throttling.client_prefix(request(address)) == prefix
