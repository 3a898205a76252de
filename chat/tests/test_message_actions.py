"""POST /api/chat/session/{id}/branch and /api/chat/generations/{id}/stop."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from chat import selectors
from chat.models import Document, Folder, Generation, Message, Session
from chat.tests import make

pytestmark = pytest.mark.django_db


class TestBranch:
    """POST /api/chat/session/{id}/branch."""

    def _branch(self, client: APIClient, session: Session, message_id: Any) -> Any:
        url = f"/api/chat/session/{session.session_id}/branch"
        return client.post(url, {"message_id": message_id}, format="json")

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, title="T", model_id="m", role=make.role(), pinned=True)
        question, answer, _later = make.chain(
            session, ["q", "a", "later"], client_id=None, cost="0.5", model_id="m", rating=1
        )
        make.add(session, question, "other answer")
        response = self._branch(alice_api, session, answer.pk)
        assert response.status_code == 201
        row = response.json()
        assert row["session_id"] != session.session_id
        assert (row["title"], row["model_id"], row["role"], row["preview"]) == ("T", "m", "poet", "q")
        assert row["pinned"] is False
        copy = Session.objects.get(session_id=row["session_id"])
        entries = selectors.conversation(alice, copy).entries
        assert [(entry.message.seq, entry.message.content) for entry in entries] == [(1, "q"), (2, "a")]
        assert [entry.siblings for entry in entries] == [[entry.message.pk] for entry in entries]
        # Paid once and said once: the counts of the administrator must not grow by copying.
        assert {(entry.message.cost, entry.message.rating) for entry in entries} == {(None, None)}
        assert entries[0].message.create_time == question.create_time
        assert (copy.last_seq, copy.current_message_id) == (2, entries[1].message.pk)

    def test_the_documents_and_the_folder_go_along(self, alice: Any, alice_api: APIClient) -> None:
        folder = Folder.objects.create(user=alice, name="Papers")
        session = make.session(alice, folder=folder)
        question, answer = make.chain(session, ["q", "a"])
        document = Document.objects.create(user=alice, name="a.txt", media_type="text/plain", size=1, chars=1)
        question.documents.add(document)
        row = self._branch(alice_api, session, answer.pk).json()
        copy = Session.objects.get(session_id=row["session_id"])
        assert [list(message.documents.all()) for message in copy.messages.order_by("seq")] == [[document], []]
        assert copy.folder == folder

    def test_the_original_stays_as_it_was(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        messages = make.chain(session, ["q", "a"])
        before = list(Message.objects.order_by("pk").values())
        self._branch(alice_api, session, messages[-1].pk)
        assert list(Message.objects.filter(session=session).order_by("pk").values()) == before

    def test_a_long_conversation(self, alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any) -> None:
        session = make.session(alice)
        messages = make.long_chain(session, 1200)
        with django_assert_max_num_queries(60):
            row = self._branch(alice_api, session, messages[-1].pk).json()
        copy = Session.objects.get(session_id=row["session_id"])
        assert len(selectors.conversation(alice, copy, limit=2000).entries) == 1200

    def test_not_while_an_answer_is_written(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        generation = make.running(session)
        response = self._branch(alice_api, session, generation.message_id)
        assert (response.status_code, response.json()["code"]) == (409, "still_generating")
        assert Session.objects.count() == 1

    @pytest.mark.parametrize("message_id", ["1", None, True, 0, -1, 2**63, [1]])
    def test_bad_input(self, alice: Any, alice_api: APIClient, message_id: Any) -> None:
        assert self._branch(alice_api, make.session(alice), message_id).status_code == 400

    def test_only_yours(self, alice: Any, bob: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        session = make.session(alice)
        message = make.add(session, None, "q")
        his = make.session(bob)
        unknown = Session(session_id=make.UNKNOWN_ID)
        for client in (bob_api, admin_api):
            for message_id in (message.pk, "bad"):
                foreign = self._branch(client, session, message_id)
                assert foreign.status_code == 404
                assert foreign.content == self._branch(client, unknown, message_id).content
        # His own session with her message: as if that message were not there.
        assert self._branch(bob_api, his, message.pk).content == self._branch(bob_api, his, 2**62).content
        assert self._branch(api, session, message.pk).status_code == 401
        assert Session.objects.count() == 2


class TestStop:
    """POST /api/chat/generations/{id}/stop."""

    def _stop(self, client: APIClient, generation_id: str, body: Any) -> Any:
        return client.post(f"/api/chat/generations/{generation_id}/stop", body, format="json")

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        generation = make.running(make.session(alice), ("content", "so far"))
        response = self._stop(alice_api, generation.id, {"offset": 3})
        assert response.status_code == 200
        assert set(response.json()) == {"message", "state"}
        generation.refresh_from_db()
        assert generation.stop_requested_at is not None
        assert generation.stop_offset == 3

    def test_twice_is_like_once(self, alice: Any, alice_api: APIClient) -> None:
        generation = make.running(make.session(alice))
        assert self._stop(alice_api, generation.id, {}).status_code == 200
        assert self._stop(alice_api, generation.id, {"offset": 3}).status_code == 200
        generation.refresh_from_db()
        assert generation.stop_offset is None

    def test_an_ended_one_tells_its_state(self, alice: Any, alice_api: APIClient) -> None:
        generation = make.running(make.session(alice))
        Generation.objects.update(state="completed")
        assert self._stop(alice_api, generation.id, {}).json()["state"] == "completed"

    @pytest.mark.parametrize("body", [{"offset": -1}, {"offset": "3"}, {"offset": True}, {"offset": 2**31}, []])
    def test_bad_input(self, alice: Any, alice_api: APIClient, body: Any) -> None:
        generation = make.running(make.session(alice))
        assert self._stop(alice_api, generation.id, body).status_code == 400

    def test_only_yours(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        generation = make.running(make.session(alice))
        for client in (bob_api, admin_api):
            ids = (generation.id, generation.id.upper(), make.UNKNOWN_ID, "x")
            responses = [self._stop(client, generation_id, {"offset": "bad"}) for generation_id in ids]
            assert {response.status_code for response in responses} == {404}
            assert len({response.content for response in responses}) == 1
        assert self._stop(api, generation.id, {}).status_code == 401
        generation.refresh_from_db()
        assert generation.stop_requested_at is None
