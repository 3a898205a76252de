"""GET /api/chat/history, and DELETE /api/chat/history/{id}."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat.models import Generation, Message, Session
from chat.tests import make

URL = "/api/chat/history"
pytestmark = pytest.mark.django_db


def _titles(client: APIClient, **query: Any) -> set[str]:
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return {session["title"] for session in answer.json()["sessions"]}


def test_it_lists_sessions(alice: Any, alice_api: APIClient) -> None:
    make.session(alice, title="new")
    make.session(alice, title="old", archived=True)
    body = alice_api.get(URL).json()
    assert set(body) == {"sessions", "next"}
    assert _titles(alice_api) == {"new", "old"}
    assert _titles(alice_api, archived="false") == {"new"}


def test_it_shows_a_conversation(alice: Any, alice_api: APIClient) -> None:
    session = make.session(alice, title="T")
    make.chain(session, ["hello", "hi"])
    body = alice_api.get(URL, {"session_id": session.session_id}).json()
    assert set(body) == {"session", "conversation", "next"}
    assert body["session"]["title"] == "T"
    assert [(row["role"], row["content"]) for row in body["conversation"]] == [("user", "hello"), ("assistant", "hi")]
    assert body["conversation"][0]["timestamp"] == body["conversation"][0]["create_time"]


def test_a_foreign_conversation_answers_like_an_unknown_one(
    alice: Any, bob_api: APIClient, admin_api: APIClient
) -> None:
    session = make.session(alice)
    for client in (bob_api, admin_api):
        foreign = client.get(URL, {"session_id": session.session_id})
        unknown = client.get(URL, {"session_id": make.UNKNOWN_ID})
        malformed = client.get(URL, {"session_id": "' OR 1=1"})
        empty = client.get(URL, {"session_id": ""})
        assert foreign.status_code == 404
        assert foreign.content == unknown.content == malformed.content == empty.content


def test_search_finds_titles_and_texts(alice: Any, bob: Any, alice_api: APIClient, bob_api: APIClient) -> None:
    make.session(alice, title="About Whales")
    make.chain(make.session(alice, title="other"), ["question", "Answer on whales"])
    make.chain(make.session(bob, title="his whales"), ["whales"])
    make.session(alice, title="deleted whales", deleted_at=make.NOON)
    assert _titles(alice_api, q="whale") == {"About Whales", "other"}
    assert _titles(alice_api, q="WHALE") == {"About Whales", "other"}
    assert _titles(bob_api, q="whale") == {"his whales"}


@pytest.mark.parametrize(
    ("q", "found"), [("100%", {"100% sure"}), ("%", {"100% sure"}), ("_", {"a_b"}), ("\\", {"c\\d"})]
)
def test_search_takes_wildcards_literally(alice: Any, alice_api: APIClient, q: str, found: set[str]) -> None:
    for title in ("100% sure", "a_b", "c\\d", "axb"):
        make.session(alice, title=title)
    assert _titles(alice_api, q=q) == found


def test_search_is_limited(alice_api: APIClient) -> None:
    assert alice_api.get(URL, {"q": "x" * 201}).status_code == 400
    assert {alice_api.get(URL, {"q": "x"}).status_code for _ in range(61)} == {200, 429}
    # Only the search waits, not the list.
    assert alice_api.get(URL).status_code == 200


def test_model_and_role(alice: Any, alice_api: APIClient) -> None:
    make.session(alice, title="a", model_id="m-1", role=make.role("poet"))
    make.session(alice, title="b", model_id="m-2")
    assert _titles(alice_api, model="m-1") == {"a"}
    assert _titles(alice_api, role="poet") == {"a"}
    assert _titles(alice_api, role="poet", model="m-2") == set()


def test_from_and_to(alice: Any, alice_api: APIClient) -> None:
    for day in (1, 2, 3):
        moment = make.NOON + timedelta(days=day)
        make.session(alice, title=f"day {day}", create_time=moment, update_time=moment)
    assert _titles(alice_api, **{"from": "2026-03-03"}) == {"day 2", "day 3"}
    assert _titles(alice_api, to="2026-03-03") == {"day 1", "day 2"}
    assert _titles(alice_api, **{"from": "2026-03-03", "to": "2026-03-03"}) == {"day 2"}
    assert alice_api.get(URL, {"from": "2026-03-03", "to": "2026-03-02"}).json()["code"] == "invalid_period"


def test_nobody_is_asked_to_sign_in(api: APIClient) -> None:
    assert api.get(URL).status_code == 401


@pytest.mark.parametrize("count", [5, 500])
def test_a_search_costs_the_same_whatever_the_length(
    alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any, count: int
) -> None:
    for session in make.many(alice, count)[:3]:
        make.chain(session, ["chat", "chat"])
    alice_api.get(URL, {"q": "first"})
    # The list's four, the search's four, and two of the counter of searches.
    with django_assert_max_num_queries(10):
        alice_api.get(URL, {"q": "chat", "from": "2020-01-01", "model": "", "limit": "100"})


def test_clear_deletes_the_messages_and_keeps_the_session(alice: Any, alice_api: APIClient) -> None:
    session = make.session(alice, title="T", preview="hello")
    make.chain(session, ["hello", "hi", "more", "yes"])
    other = make.chain(make.session(alice), ["stays"])
    answer = alice_api.delete(f"{URL}/{session.session_id}")
    assert answer.status_code == 200
    assert answer.json()["message"]
    assert list(Message.objects.values_list("pk", flat=True)) == [other[0].pk]
    cleared = Session.objects.get(pk=session.pk)
    assert (cleared.title, cleared.preview, cleared.current_message_id) == ("T", "", None)
    assert cleared.changed_at > session.changed_at
    assert cleared.last_seq == 4
    assert alice_api.delete(f"{URL}/{session.session_id}").status_code == 200


def test_clear_deletes_what_ended_runs_left(alice: Any, alice_api: APIClient) -> None:
    session = make.session(alice)
    generation = make.running(session, ("content", "text"))
    Generation.objects.update(state="completed")
    assert alice_api.delete(f"{URL}/{session.session_id}").status_code == 200
    assert not Generation.objects.filter(pk=generation.pk).exists()


def test_clear_waits_for_an_answer_under_way(alice: Any, alice_api: APIClient) -> None:
    session = make.session(alice)
    make.running(session)
    answer = alice_api.delete(f"{URL}/{session.session_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "still_generating")
    assert Message.objects.count() == 2


def test_clear_of_a_long_chain_works(alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any) -> None:
    session = make.session(alice)
    make.long_chain(session, 1500)
    with django_assert_max_num_queries(80):
        assert alice_api.delete(f"{URL}/{session.session_id}").status_code == 200
    assert not Message.objects.exists()


def test_clear_only_what_is_yours(alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
    session = make.session(alice)
    make.chain(session, ["hello"])
    for client in (bob_api, admin_api):
        foreign = client.delete(f"{URL}/{session.session_id}")
        assert foreign.status_code == 404
        assert foreign.content == client.delete(f"{URL}/{make.UNKNOWN_ID}").content
    assert api.delete(f"{URL}/{session.session_id}").status_code == 401
    assert Message.objects.count() == 1
