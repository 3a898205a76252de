"""DELETE /api/chat/messages/{id}: what goes, what stays, and what is shown then."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import LiveNote
from chat import selectors
from chat.engine import plan, prompt
from chat.models import Document, Message, Session, UsageRecord
from chat.tests import make

pytestmark = pytest.mark.django_db


def _delete(client: APIClient, message: Any) -> Any:
    return client.delete(f"/api/chat/messages/{getattr(message, 'pk', message)}")


def _shown(session: Session) -> list[str]:
    """The texts of the branch on show."""
    session.refresh_from_db()
    return [entry.message.content for entry in selectors.conversation(session.user, session).entries]


class TestAnswer:
    """An answer goes alone."""

    def test_the_last_one_leaves_its_question(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, preview="q")
        answer = make.chain(session, ["q", "a"])[1]
        response = _delete(alice_api, answer)
        assert (response.status_code, response.json()["deleted"]) == (200, [answer.pk])
        assert _shown(session) == ["q"]
        assert session.preview == "q"
        assert LiveNote.objects.filter(user=alice, what=f"tree:{session.session_id}").exists()

    def test_another_version_takes_its_place(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, _first = make.chain(session, ["q", "first"])
        second, third = (make.add(session, question, text) for text in ("second", "third"))
        _delete(alice_api, third)
        assert _shown(session) == ["q", "second"]
        session.current_message_id = second.pk
        session.save()
        _delete(alice_api, second)
        assert _shown(session) == ["q", "first"]

    def test_what_followed_stays_under_the_version_before(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, _first = make.chain(session, ["q", "first"])
        second = make.add(session, question, "second")
        follow_up = make.add(session, second, "q2")
        make.add(session, follow_up, "a2")
        _delete(alice_api, second)
        assert _shown(session) == ["q", "first", "q2", "a2"]

    def test_without_a_version_before_it_follows_the_question(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, first = make.chain(session, ["q", "first"])
        later = make.add(session, question, "a later version")
        follow_up = make.add(session, first, "q2")
        end = make.add(session, follow_up, "a2")
        _delete(alice_api, first)
        assert _shown(session) == ["q", "q2", "a2"]
        # Within reach by the arrows between versions.
        assert selectors.conversation(alice, session).entries[1].siblings == [later.pk, follow_up.pk]
        # One turn for the model, which must not read two questions in a row.
        message = Message.objects.select_related("session").get(pk=end.pk)
        history = plan.read_history(message, 8000)
        assert [(entry.role, entry.content) for entry in history] == [("user", "q"), ("user", "q2")]
        assert [entry.content for entry in prompt.fit("", history, context_window=8000, reply_tokens=100)] == [
            "q\n\nq2"
        ]


class TestQuestion:
    """A question goes with its answers."""

    def test_the_last_exchange(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        _q, _a, question, answer = make.chain(session, ["q", "a", "q2", "a2"])
        other = make.add(session, question, "a2 again")
        response = _delete(alice_api, question)
        assert response.json()["deleted"] == [question.pk, answer.pk, other.pk]
        assert _shown(session) == ["q", "a"]
        assert session.preview == "q"

    def test_one_in_the_middle(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        messages = make.chain(session, ["q1", "a1", "q2", "a2", "q3", "a3"])
        _delete(alice_api, messages[2])
        assert _shown(session) == ["q1", "a1", "q3", "a3"]
        _delete(alice_api, messages[0])
        assert _shown(session) == ["q3", "a3"]
        assert Message.objects.filter(session=session, parent=None).count() == 1

    def test_another_version_takes_its_place(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        _q, answer, question, _a2 = make.chain(session, ["q", "a", "q2", "a2"])
        edited = make.add(session, answer, "q2 edited")
        make.add(session, edited, "a2 of the edited")
        _delete(alice_api, edited)
        assert _shown(session) == ["q", "a", "q2", "a2"]

    def test_the_only_one(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, preview="q")
        _delete(alice_api, make.chain(session, ["q", "a"])[0])
        assert _shown(session) == []
        assert (session.current_message_id, session.preview) == (None, "")

    def test_a_branch_that_is_not_shown_stays_within_reach(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, answer = make.chain(session, ["q", "a"])
        follow_up = make.add(session, answer, "q2")
        make.add(session, follow_up, "a2")
        make.add(session, question, "another answer")
        _delete(alice_api, question)
        assert _shown(session) == ["q2", "a2"]


class TestAround:
    """What hangs on a message."""

    def test_documents_go_along_and_the_ledger_stays(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, answer = make.chain(session, ["q", "a"])
        other = make.add(session, None, "q edited")
        lone, shared = (
            Document.objects.create(user=alice, name=name, media_type="text/plain", size=1, chars=1)
            for name in ("a.txt", "b.txt")
        )
        question.documents.add(lone, shared)
        other.documents.add(shared)
        record = UsageRecord.objects.create(user=alice, username="alice", model_id="m", message_id=answer.pk)
        _delete(alice_api, question)
        record.refresh_from_db()
        assert record.message_id == answer.pk
        assert list(Document.objects.all()) == [shared]
        assert list(other.documents.all()) == [shared]

    def test_of_two_side_by_side_the_other_stays(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, first = make.chain(session, ["q", "first"])
        second = make.add(session, question, "second", beside=first)
        session.current_message = first
        session.save()
        _delete(alice_api, first)
        assert _shown(session) == ["q", "second"]
        second.refresh_from_db()
        assert second.beside_id is None

    def test_not_while_it_is_written(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        generation = make.running(session, ("content", "so far"))
        for message in (generation.message_id, generation.message.parent_id):
            response = _delete(alice_api, message)
            assert (response.status_code, response.json()["code"]) == (409, "still_generating")
        assert session.messages.count() == 2

    def test_another_one_may_be_written_meanwhile(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, answer = make.chain(session, ["q", "a"])
        make.running(session)
        assert _delete(alice_api, answer).status_code == 200

    def test_a_long_conversation(self, alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any) -> None:
        session = make.session(alice)
        messages = make.long_chain(session, 1200)
        with django_assert_max_num_queries(40):
            assert _delete(alice_api, messages[600]).status_code == 200
        assert len(selectors.conversation(alice, session, limit=2000).entries) == 1198

    def test_only_yours(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        answer = make.chain(make.session(alice), ["q", "a"])[1]
        deleted = make.chain(make.session(alice, deleted_at=make.NOON), ["q", "a"])[1]
        for client in (bob_api, admin_api):
            responses = [_delete(client, one) for one in (answer, deleted, 2**62, 2**63, "x", "-1", "007", "9" * 50)]
            assert {response.status_code for response in responses} == {404}
            assert len({response.content for response in responses}) == 1
        assert _delete(api, answer).status_code == 401
        assert Message.objects.count() == 4
