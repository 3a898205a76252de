"""POST /api/chat/history/time-range and /date-range."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from aihelper.lib.errors import AppError
from chat.api.periods import EARLIEST, LATEST, period
from chat.tests import make

URL = "/api/chat/history/time-range"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "zone", "first", "after"),
    [
        ("2026-03-01", "2026-03-01", "", "2026-03-01 00:00", "2026-03-02 00:00"),
        ("2026-03-01", "2026-03-01", "Asia/Shanghai", "2026-02-28 16:00", "2026-03-01 16:00"),
        ("2026-03-01 10:00:00", "2026-03-01 10:00:00", "", "2026-03-01 10:00:00", "2026-03-01 10:00:01"),
        ("2026-03-01T10:00:00Z", "2026-03-01T12:00:00+02:00", "Asia/Tokyo", "2026-03-01 10:00", "2026-03-01 10:00:01"),
        ("2026-03-01T10:00", "2026-03-01 10:00:00.5", "UTC", "2026-03-01 10:00", "2026-03-01 10:00:00.500001"),
        # The night on which Berlin's clocks go forward: that day has 23 hours.
        ("2026-03-29", "2026-03-29", "Europe/Berlin", "2026-03-28 23:00", "2026-03-29 22:00"),
        ("2024-02-29", "2024-02-29", "UTC", "2024-02-29 00:00", "2024-03-01 00:00"),
    ],
)
def test_a_period_in_utc(start: str, end: str, zone: str, first: str, after: str) -> None:
    assert period(start, end, zone) == (_moment(first), _moment(after))


def test_open_and_endless_periods() -> None:
    assert period(None, "", None) == (None, None)
    assert period("0001-01-01", "9999-12-31", "Asia/Tokyo") == (EARLIEST, LATEST)
    assert period("0001-01-01 00:00:00", "9999-12-31 23:59:59", "America/New_York") == (EARLIEST, LATEST)


@pytest.mark.parametrize(
    ("start", "end", "zone", "code"),
    [
        ("2026-03-02", "2026-03-01", "", "invalid_period"),
        ("yesterday", "2026-03-01", "", "invalid_time"),
        ("2026-13-01", "2026-03-01", "", "invalid_time"),
        ("2026-02-30", "2026-03-01", "", "invalid_time"),
        ("2026-03-01", "2026-03-01 25:00:00", "", "invalid_time"),
        ("2026-W10", "2026-03-01", "", "invalid_time"),
        ("٢٠٢٦-03-01", "2026-03-01", "", "invalid_time"),
        ("2026-03-01", "2026-03-01", "Mars/Base", "invalid_time_zone"),
        ("2026-03-01", "2026-03-01", "../../etc/passwd", "invalid_time_zone"),
        ("2026-03-01", "2026-03-01", "America", "invalid_time_zone"),
        ("2026-03-01", "2026-03-01", "/etc/localtime", "invalid_time_zone"),
        ("2026-03-01", "2026-03-01", "a\x00b", "invalid_time_zone"),
    ],
)
def test_what_is_no_period(start: str, end: str, zone: str, code: str) -> None:
    with pytest.raises(AppError) as caught:
        period(start, end, zone)
    assert caught.value.code == code


def _titles(client: APIClient, start: str, end: str, url: str = URL, **more: Any) -> set[str]:
    answer = client.post(url, {"start_time": start, "end_time": end, **more}, format="json")
    assert answer.status_code == 200, answer.content
    return {session["title"] for session in answer.json()["sessions"]}


@pytest.fixture
def sessions(alice: Any, bob: Any) -> None:
    """Sessions that touch the first of March, each in its own way, and two that do not."""
    old = {"create_time": LONG_AGO, "update_time": LONG_AGO}
    make.session(alice, title="begun", **(old | {"create_time": make.NOON}))
    make.session(alice, title="changed", **(old | {"update_time": make.NOON}))
    make.add(make.session(alice, title="spoken", **old), None, "hello", create_time=make.NOON)
    make.session(alice, title="old", **old)
    make.session(alice, title="deleted", deleted_at=make.NOON, create_time=make.NOON)
    make.session(bob, title="bob's", create_time=make.NOON)


@pytest.mark.django_db
@pytest.mark.usefixtures("sessions")
class TestRoute:
    """The routes themselves."""

    def test_it_works(self, alice_api: APIClient) -> None:
        wanted = {"begun", "changed", "spoken"}
        assert _titles(alice_api, "2026-03-01", "2026-03-01") == wanted
        assert _titles(alice_api, "2026-03-01 11:59:59", "2026-03-01 12:00:00") == wanted
        assert _titles(alice_api, "2026-03-01", "2026-03-01", "/api/chat/history/date-range") == wanted
        assert _titles(alice_api, "2026-03-01 12:00:01", "2026-03-02") == set()
        assert _titles(alice_api, "2020-01-01", "2020-01-01") == {"begun", "changed", "spoken", "old"}

    def test_the_time_zone_counts(self, alice_api: APIClient) -> None:
        assert _titles(alice_api, "2026-03-02", "2026-03-02", time_zone="Pacific/Auckland") == {
            "begun",
            "changed",
            "spoken",
        }
        assert _titles(alice_api, "2026-03-02", "2026-03-02") == set()

    def test_it_has_pages(self, alice_api: APIClient) -> None:
        body = {"start_time": "2019-01-01", "end_time": "2027-01-01", "limit": 3}
        first = alice_api.post(URL, body, format="json").json()
        second = alice_api.post(URL, body | {"cursor": first["next"]}, format="json").json()
        titles = [session["title"] for page in (first, second) for session in page["sessions"]]
        assert sorted(titles) == ["begun", "changed", "old", "spoken"]
        assert second["next"] is None

    def test_everybody_sees_their_own(self, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        assert _titles(bob_api, "2026-03-01", "2026-03-01") == {"bob's"}
        assert _titles(admin_api, "2026-03-01", "2026-03-01") == set()
        assert api.post(URL, {}, format="json").status_code == 401

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"start_time": "2026-03-01"},
            {"start_time": "2026-03-01", "end_time": None},
            {"start_time": 1, "end_time": "2026-03-01"},
            {"start_time": ["2026-03-01"], "end_time": "2026-03-01"},
            {"start_time": "2026-03-02", "end_time": "2026-03-01"},
            {"start_time": "x" * 65, "end_time": "2026-03-01"},
            {"start_time": "2026-03-01", "end_time": "2026-03-01", "time_zone": "Mars"},
            {"start_time": "2026-03-01", "end_time": "2026-03-01", "limit": 101},
            {"start_time": "2026-03-01", "end_time": "2026-03-01", "limit": "5"},
            {"start_time": "2026-03-01", "end_time": "2026-03-01", "cursor": "x"},
            [],
            "text",
        ],
    )
    def test_bad_input(self, alice_api: APIClient, body: Any) -> None:
        answer = alice_api.post(URL, body, format="json")
        assert answer.status_code == 400
        assert set(answer.json()) >= {"detail", "code"}

    @pytest.mark.parametrize("count", [5, 500])
    def test_it_costs_the_same_whatever_the_length(
        self, alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any, count: int
    ) -> None:
        make.many(alice, count)
        body = {"start_time": "2019-01-01", "end_time": "2027-01-01", "limit": 100}
        with django_assert_max_num_queries(4):
            alice_api.post(URL, body, format="json")
