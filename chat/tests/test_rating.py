"""POST /api/chat/messages/{id}/rating: good or bad, why, and what administrators see of it."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import LiveNote
from chat.models import Message
from chat.tests import make

pytestmark = pytest.mark.django_db


class TestRating:
    """POST /api/chat/messages/{id}/rating."""

    def _rate(self, client: APIClient, message_id: object, body: Any) -> Any:
        return client.post(f"/api/chat/messages/{message_id}/rating", body, format="json")

    @pytest.mark.parametrize(("rating", "stored"), [(1, 1), (-1, -1), (0, None)])
    def test_it_works(self, alice: Any, alice_api: APIClient, rating: int, stored: int | None) -> None:
        answer = make.chain(make.session(alice), ["q", "a"], rating=1, rating_reason="length")[1]
        response = self._rate(alice_api, answer.pk, {"rating": rating})
        said = {"rating_reason": None, "rating_comment": None}
        assert (response.status_code, response.json()) == (200, {"message_id": answer.pk, "rating": stored, **said})
        answer.refresh_from_db()
        assert answer.rating == stored

    def test_only_answers(self, alice: Any, alice_api: APIClient) -> None:
        question = make.add(make.session(alice), None, "q")
        assert self._rate(alice_api, question.pk, {"rating": 1}).json()["code"] == "not_an_answer"

    @pytest.mark.parametrize("body", [{}, {"rating": 2}, {"rating": "1"}, {"rating": True}, {"rating": None}, []])
    def test_bad_input(self, alice: Any, alice_api: APIClient, body: Any) -> None:
        answer = make.chain(make.session(alice), ["q", "a"])[1]
        assert self._rate(alice_api, answer.pk, body).status_code == 400

    def test_only_yours(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        answer = make.chain(make.session(alice), ["q", "a"])[1]
        deleted = make.chain(make.session(alice, deleted_at=make.NOON), ["q", "a"])[1]
        for client in (bob_api, admin_api):
            ids = (answer.pk, deleted.pk, 2**62, 2**63, "x", "-1", "1.5", "007", "٣", "9" * 50)
            responses = [self._rate(client, message_id, {"rating": 5}) for message_id in ids]
            assert {response.status_code for response in responses} == {404}
            assert len({response.content for response in responses}) == 1
        assert self._rate(api, answer.pk, {"rating": 1}).status_code == 401
        answer.refresh_from_db()
        assert answer.rating is None


class TestReason:
    """Why an answer was good or bad."""

    def _rate(self, client: APIClient, message: Message, **body: Any) -> Any:
        return client.post(f"/api/chat/messages/{message.pk}/rating", body, format="json")

    def test_it_is_stored_changed_and_taken_back(self, alice: Any, alice_api: APIClient) -> None:
        answer = make.chain(make.session(alice), ["q", "a"])[1]
        for body, stored in (
            (
                {"rating": -1, "reason": "inaccurate", "comment": " The year is wrong. "},
                (-1, "inaccurate", "The year is wrong."),
            ),
            ({"rating": -1, "reason": "length"}, (-1, "length", "")),
            ({"rating": 1, "comment": "x" * 500}, (1, "", "x" * 500)),
            ({"rating": 0, "reason": "other", "comment": "ignored"}, (None, "", "")),
        ):
            assert self._rate(alice_api, answer, **body).status_code == 200
            answer.refresh_from_db()
            assert (answer.rating, answer.rating_reason, answer.rating_comment) == stored

    def test_the_conversation_shows_it_and_other_tabs_hear_of_it(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        answer = make.chain(session, ["q", "a"])[1]
        self._rate(alice_api, answer, rating=-1, reason="unsafe")
        row = alice_api.get(f"/api/chat/session/{session.session_id}").json()["messages"][1]
        assert (row["rating"], row["rating_reason"], row["rating_comment"]) == (-1, "unsafe", None)
        assert LiveNote.objects.filter(user=alice, what=f"tree:{session.session_id}").exists()

    @pytest.mark.parametrize(
        "body", [{"reason": "nonsense"}, {"reason": 5}, {"comment": "x" * 501}, {"comment": 5}, {"comment": None}]
    )
    def test_bad_input(self, alice: Any, alice_api: APIClient, body: Any) -> None:
        answer = make.chain(make.session(alice), ["q", "a"], rating=1)[1]
        assert self._rate(alice_api, answer, **({"rating": -1} | body)).status_code == 400
        answer.refresh_from_db()
        assert answer.rating == 1


class TestAdministration:
    """What an administrator sees: ratings by model, without a word of the chat."""

    @pytest.fixture
    def page(self, admin: Any) -> Client:
        client = Client()
        client.force_login(admin)
        return client

    def test_ratings_are_counted_by_model(self, alice: Any, page: Client) -> None:
        make.offered_model("model-1")
        session = make.session(alice)
        for rating, model in ((1, "model-1"), (-1, "model-1"), (-1, "model-2"), (None, "model-1")):
            make.chain(session, ["secret question", "secret answer"], rating=rating, model_id=model)
        Message.objects.filter(role="user").update(rating=None)
        everything = page.get("/admin/chat/ratedanswer/")
        assert "secret" not in everything.content.decode()
        assert everything.context["cl"].result_count == 3
        bad = page.get("/admin/chat/ratedanswer/", {"rating": "-1", "model_id": "model-1"})
        assert bad.context["cl"].result_count == 1

    def test_the_list_costs_the_same_for_many(
        self, alice: Any, page: Client, django_assert_max_num_queries: Any
    ) -> None:
        session = make.session(alice)
        for _number in range(30):
            make.chain(session, ["q", "a"], rating=1, model_id="model-1")
        with django_assert_max_num_queries(14):
            assert page.get("/admin/chat/ratedanswer/").status_code == 200
