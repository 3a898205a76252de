"""GET /api/chat/sessions."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from aihelper.lib.testing.patience import Stopwatch
from chat.cursors import SessionCursor
from chat.models import Session
from chat.tests import make

URL = "/api/chat/sessions"
pytestmark = pytest.mark.django_db


def _titles(client: APIClient, **query: Any) -> list[str]:
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return [session["title"] for session in answer.json()["sessions"]]


def _walk(client: APIClient, url: str, limit: int) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while True:
        page = client.get(url, {"limit": str(limit), "cursor": cursor}).json()
        ids += [session["session_id"] for session in page["sessions"]]
        if page["next"] is None:
            return ids
        assert len(page["sessions"]) == limit
        cursor = page["next"]


def test_it_works(alice: Any, alice_api: APIClient) -> None:
    first, _second, third = make.many(alice, 3)
    Session.objects.filter(pk=first.pk).update(pinned=True)
    assert _titles(alice_api) == ["chat 0", "chat 2", "chat 1"]
    row = alice_api.get(URL).json()["sessions"][1]
    assert row["session_id"] == third.session_id
    assert row["update_time"] == "2026-03-01T12:02:00.000Z"
    assert row["generating"] is None


def test_an_answer_under_way_is_shown(alice: Any, alice_api: APIClient) -> None:
    generation = make.running(make.session(alice))
    assert alice_api.get(URL).json()["sessions"][0]["generating"] == generation.id
    generation.state = "completed"
    generation.save()
    assert alice_api.get(URL).json()["sessions"][0]["generating"] is None


def test_pages_join_without_gaps_or_doubles(alice: Any, alice_api: APIClient) -> None:
    sessions = make.many(alice, 23)
    # Ties in time, and pinned ones on both sides of a page's edge.
    Session.objects.filter(pk__in=[session.pk for session in sessions[5:15]]).update(update_time=make.NOON)
    Session.objects.filter(pk__in=[session.pk for session in sessions[::3]]).update(pinned=True)
    wanted = list(Session.objects.order_by("-pinned", "-update_time", "-pk").values_list("session_id", flat=True))
    for limit in (1, 4, 7, 23, 100):
        assert _walk(alice_api, URL, limit) == wanted


def test_a_session_that_moves_up_meanwhile_hides_no_other(alice: Any, alice_api: APIClient) -> None:
    make.many(alice, 6)
    first = alice_api.get(URL, {"limit": 3}).json()
    Session.objects.filter(title="chat 1").update(update_time=make.NOON + timedelta(hours=9))
    rest = alice_api.get(URL, {"limit": 10, "cursor": first["next"]}).json()
    assert [session["title"] for session in rest["sessions"]] == ["chat 2", "chat 0"]


def test_the_archive_is_a_list_of_its_own(alice: Any, alice_api: APIClient) -> None:
    make.session(alice, title="old", archived=True)
    make.session(alice, title="new")
    assert _titles(alice_api) == ["new"]
    assert _titles(alice_api, archived="true") == ["old"]


def test_the_trash_is_not_listed(alice: Any, alice_api: APIClient) -> None:
    make.session(alice, deleted_at=make.NOON)
    assert _titles(alice_api) == []


def test_everybody_sees_their_own_only(
    alice: Any, alice_api: APIClient, bob_api: APIClient, admin_api: APIClient
) -> None:
    make.session(alice, title="hers")
    cursor = SessionCursor(True, make.NOON + timedelta(days=9999), 2**62).encode()
    for client in (bob_api, admin_api):
        assert _titles(client) == []
        assert _titles(client, cursor=cursor) == []


def test_nobody_is_asked_to_sign_in(api: APIClient) -> None:
    assert api.get(URL).status_code == 401


def test_disabled_people_see_nothing(disabled_user: Any, api: APIClient) -> None:
    api.force_login(disabled_user)
    assert api.get(URL).status_code == 401


@pytest.mark.parametrize(
    "cursor",
    ["x", "!", "é", "\x00", "AAAA", "bnVsbA", "W10", "WzEsMl0", "x" * 300, "W1tbW1tbW1tb", "eyJhIjoxfQ",
     "WzEsIm5vdyIsMV0", "WzEsIjIwMjYtMDEtMDFUMDA6MDA6MDAiLDFd", "WzcsIjIwMjYtMDEtMDFUMDA6MDA6MDBaIiwxXQ",
     "WzEsIjIwMjYtMDEtMDFUMDA6MDA6MDBaIiwtMV0", "WzEsNSw1XQ"],
)  # fmt: skip
def test_a_cursor_that_is_not_ours(alice_api: APIClient, cursor: str) -> None:
    answer = alice_api.get(URL, {"cursor": cursor})
    assert answer.status_code == 400
    assert set(answer.json()) >= {"detail", "code"}


def test_a_cursor_survives_its_text() -> None:
    cursor = SessionCursor(True, make.NOON, 5)
    assert SessionCursor.decode(cursor.encode()) == cursor


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"limit": -1}, {"archived": "maybe"}])
def test_bad_input(alice_api: APIClient, query: dict[str, Any]) -> None:
    answer = alice_api.get(URL, query)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == list(query)


@pytest.mark.parametrize("count", [5, 500])
def test_it_costs_the_same_whatever_the_length(
    alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any, count: int
) -> None:
    make.many(alice, count, role=make.role())
    make.running(make.session(alice))
    # The browser's session (from Redis, where there is one), its user, the page with its roles, the live generations.
    with django_assert_max_num_queries(4):
        assert len(alice_api.get(URL, {"limit": 100}).json()["sessions"]) == min(count + 1, 100)


def test_a_page_of_5000_sessions_is_quick(alice: Any, bob: Any, alice_api: APIClient) -> None:
    make.many(alice, 5000)
    make.many(bob, 1000)
    watch = Stopwatch()
    first = alice_api.get(URL, {"limit": 100}).json()
    second = alice_api.get(URL, {"limit": 100, "cursor": first["next"]}).json()
    assert watch.net < 1.5
    assert [session["title"] for session in second["sessions"][:2]] == ["chat 4899", "chat 4898"]
