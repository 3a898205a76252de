"""GET, PATCH and DELETE /api/chat/session/{id}, and POST /api/chat/start."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from aihelper.lib.testing.patience import Stopwatch
from chat.models import Generation, Session
from chat.tests import make

pytestmark = pytest.mark.django_db


def _url(session: Session) -> str:
    return f"/api/chat/session/{session.session_id}"


def _texts(client: APIClient, session: Session, **query: Any) -> list[str]:
    answer = client.get(_url(session), query)
    assert answer.status_code == 200, answer.content
    return [message["content"] for message in answer.json()["messages"]]


class TestStart:
    """POST /api/chat/start."""

    URL = "/api/chat/start"

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        answer = alice_api.post(self.URL, {}, format="json")
        assert answer.status_code == 201
        assert set(answer.json()) == {"session_id", "welcome_message"}
        assert answer.json()["welcome_message"].startswith("Hello!")
        session = Session.objects.get(session_id=answer.json()["session_id"])
        assert (session.user, getattr(session.role, "slug", None), session.model_id) == (alice, "assistant", "")

    def test_with_a_role_and_a_model(self, alice_api: APIClient) -> None:
        make.offered_model("m-1")
        answer = alice_api.post(
            self.URL, {"role": "teacher", "model_id": "m-1"}, format="json", HTTP_ACCEPT_LANGUAGE="zh-hans"
        )
        assert answer.json()["welcome_message"].startswith("欢迎")
        assert Session.objects.get().model_id == "m-1"

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"role": "nobody"}, 404, "role_not_found"),
            ({"model_id": "unheard-of"}, 404, "model_not_found"),
            ({"role": 5}, 400, "invalid"),
            ({"model_id": ["m"]}, 400, "invalid"),
            ([], 400, "invalid"),
        ],
    )
    def test_bad_input(self, alice_api: APIClient, body: Any, status: int, code: str) -> None:
        make.offered_model()
        answer = alice_api.post(self.URL, body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Session.objects.exists()

    def test_somebody_elses_role_is_unknown(self, bob: Any, alice_api: APIClient) -> None:
        make.role("bobs", owner=bob)
        foreign = alice_api.post(self.URL, {"role": "bobs"}, format="json")
        assert foreign.content == alice_api.post(self.URL, {"role": "never"}, format="json").content

    def test_nobody_is_asked_to_sign_in(self, api: APIClient) -> None:
        assert api.post(self.URL, {}, format="json").status_code == 401


class TestOpen:
    """GET."""

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, title="T")
        make.chain(session, ["q1", "a1", "q2", "a2"])
        body = alice_api.get(_url(session)).json()
        assert set(body) == {"session", "messages", "next"}
        assert body["session"]["session_id"] == session.session_id
        assert [message["seq"] for message in body["messages"]] == [1, 2, 3, 4]
        assert body["next"] is None

    def test_an_empty_session(self, alice: Any, alice_api: APIClient) -> None:
        assert _texts(alice_api, make.session(alice)) == []

    def test_the_branch_on_show_with_its_siblings(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, first = make.chain(session, ["q", "first"])
        second = make.add(session, question, "second")
        assert _texts(alice_api, session) == ["q", "second"]
        messages = alice_api.get(_url(session)).json()["messages"]
        assert messages[1]["siblings"] == [first.pk, second.pk]
        assert messages[0]["siblings"] == [question.pk]
        other = make.add(session, None, "another beginning")
        assert alice_api.get(_url(session)).json()["messages"][0]["siblings"] == [question.pk, other.pk]

    def test_without_a_current_message_the_newest_counts(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        make.chain(session, ["q", "a"])
        Session.objects.update(current_message=None)
        assert _texts(alice_api, session) == ["q", "a"]

    def test_pages_go_back_to_the_beginning(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        make.chain(session, [str(number) for number in range(7)])
        body = alice_api.get(_url(session), {"limit": 3}).json()
        assert [message["content"] for message in body["messages"]] == ["4", "5", "6"]
        body = alice_api.get(_url(session), {"limit": 3, "before": body["next"]}).json()
        assert [message["content"] for message in body["messages"]] == ["1", "2", "3"]
        body = alice_api.get(_url(session), {"limit": 3, "before": body["next"]}).json()
        assert [message["content"] for message in body["messages"]] == ["0"]
        assert body["next"] is None

    def test_a_live_answer_shows_what_is_stored(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        generation = make.running(
            session, ("reasoning", "hm "), ("event", "{}"), ("content", "so "), ("content", "far 👋")
        )
        body = alice_api.get(_url(session)).json()
        answer = body["messages"][1]
        assert (answer["reasoning"], answer["content"], answer["offset"]) == ("hm ", "so far 👋", 12)
        assert (answer["status"], answer["generation_id"]) == ("running", generation.id)
        assert body["session"]["generating"] == generation.id

    def test_a_gap_in_the_log_ends_what_is_shown(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        generation = make.running(session, ("content", "so far"))
        generation.chunks.create(start=100, kind="content", text="later")
        answer = alice_api.get(_url(session)).json()["messages"][1]
        assert (answer["content"], answer["offset"]) == ("so far", 6)

    def test_a_continuation_begins_with_the_text_before_it(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        generation = make.running(session, kind="continue", state="queued")
        generation.message.content, generation.message.reasoning = "once upon", "think"
        generation.message.save()
        answer = alice_api.get(_url(session)).json()["messages"][1]
        assert (answer["content"], answer["reasoning"], answer["offset"]) == ("once upon", "think", 14)

    def test_a_failed_answer_says_why_in_the_language_of_the_request(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        make.add(session, make.add(session, None, "q"), status="failed", error_code="rate_limited")
        error = alice_api.get(_url(session)).json()["messages"][1]["error"]
        assert (error["code"], error["retryable"]) == ("rate_limited", True)
        assert error["error"]

    def test_what_is_not_yours_answers_like_what_is_not_there(
        self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient
    ) -> None:
        session = make.session(alice)
        deleted = make.session(alice, deleted_at=make.NOON)
        for client in (bob_api, admin_api):
            answers = [
                client.get(f"/api/chat/session/{session_id}", {"limit": "bad"})
                for session_id in (session.session_id, deleted.session_id, make.UNKNOWN_ID, "x", "%00", "a" * 500)
            ]
            assert {answer.status_code for answer in answers} == {404}
            assert len({answer.content for answer in answers}) == 1
        assert api.get(_url(session)).status_code == 401

    @pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 501}, {"before": 0}, {"before": "x"}, {"before": 2**40}])
    def test_bad_input(self, alice: Any, alice_api: APIClient, query: dict[str, Any]) -> None:
        assert alice_api.get(_url(make.session(alice)), query).status_code == 400

    @pytest.mark.parametrize("count", [5, 500])
    def test_it_costs_the_same_whatever_the_length(
        self, alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any, count: int
    ) -> None:
        session = make.session(alice, role=make.role())
        make.long_chain(session, count)
        # The browser's session (from Redis, where there is one), its user; the chat with its role, its skeleton,
        # the page, what is attached to it, live generations.
        with django_assert_max_num_queries(7):
            assert len(_texts(alice_api, session, limit=500)) == count

    def test_a_page_of_a_very_long_conversation_is_quick(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        make.long_chain(session, 3000)
        watch = Stopwatch()
        assert _texts(alice_api, session)[-1] == "text 3000"
        assert watch.net < 1.0


class TestChange:
    """PATCH."""

    def _patch(self, client: APIClient, session: Session, body: Any) -> Any:
        return client.patch(_url(session), body, format="json")

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        make.offered_model("m-1")
        session = make.session(alice, update_time=make.NOON, changed_at=make.NOON)
        body = {"title": "  New  ", "pinned": True, "archived": True, "model_id": "m-1", "role": "teacher"}
        row = self._patch(alice_api, session, body).json()
        assert {name: row[name] for name in body} == body | {"title": "New"}
        assert row["title_is_manual"] is True
        session.refresh_from_db()
        assert session.update_time == make.NOON
        assert session.changed_at > make.NOON

    def test_one_thing_leaves_the_others(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, title="T", pinned=True)
        row = self._patch(alice_api, session, {"archived": True}).json()
        assert (row["title"], row["title_is_manual"], row["pinned"], row["archived"]) == ("T", False, True, True)

    def test_nothing_changes_nothing(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, changed_at=make.NOON)
        assert self._patch(alice_api, session, {}).status_code == 200
        session.refresh_from_db()
        assert session.changed_at == make.NOON

    def test_unknown_and_protected_fields_are_ignored(self, alice: Any, bob: Any, alice_api: APIClient) -> None:
        session = make.session(alice, title="T")
        before = Session.objects.filter(pk=session.pk).values().get()
        names = {field.attname for field in Session._meta.concrete_fields} - {
            "title", "pinned", "archived", "model_id", "current_message_id", "folder_id", "unread",
        }  # fmt: skip
        body: dict[str, int] = dict.fromkeys(names | {f"unknown_{number}" for number in range(20)}, bob.pk)
        assert self._patch(alice_api, session, body).status_code == 200
        assert Session.objects.filter(pk=session.pk).values().get() == before

    def test_another_branch_is_shown_to_its_end(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        question, first, deeper, _older = make.chain(session, ["q", "first", "deeper", "older end"])
        make.add(session, deeper, "newer end")
        second = make.add(session, question, "second")
        assert _texts(alice_api, session) == ["q", "second"]
        self._patch(alice_api, session, {"current_message_id": first.pk})
        assert _texts(alice_api, session) == ["q", "first", "deeper", "newer end"]
        self._patch(alice_api, session, {"current_message_id": second.pk})
        assert _texts(alice_api, session) == ["q", "second"]

    def test_a_message_of_another_session_is_unknown(self, alice: Any, bob: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        hers = make.add(make.session(alice), None)
        his = make.add(make.session(bob), None)
        answers = [self._patch(alice_api, session, {"current_message_id": pk}) for pk in (hers.pk, his.pk, 2**62)]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}

    @pytest.mark.parametrize("title", ["", "   ", "x" * 201, "two\nlines", "nul\x00", "bell\x07", "\u2028"])
    def test_bad_titles(self, alice: Any, alice_api: APIClient, title: str) -> None:
        session = make.session(alice, title="T")
        assert self._patch(alice_api, session, {"title": title}).status_code == 400
        session.refresh_from_db()
        assert (session.title, session.title_is_manual) == ("T", False)

    def test_a_title_may_be_200_characters_of_any_script(self, alice: Any, alice_api: APIClient) -> None:
        title = "标题👋🏽" * 50
        assert self._patch(alice_api, make.session(alice), {"title": title}).json()["title"] == title

    @pytest.mark.parametrize(
        "body",
        [
            {"title": 5}, {"title": None}, {"title": ["x"]}, {"pinned": "true"}, {"pinned": 1}, {"pinned": None},
            {"archived": "no"}, {"model_id": 5}, {"model_id": ""}, {"model_id": "x" * 201}, {"role": {}},
            {"current_message_id": "5"}, {"current_message_id": True}, {"current_message_id": 2**63},
            {"current_message_id": 0}, [], "text", 5,
        ],
    )  # fmt: skip
    def test_wrong_types(self, alice: Any, alice_api: APIClient, body: Any) -> None:
        answer = self._patch(alice_api, make.session(alice), body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

    def test_a_model_or_role_that_is_not_offered(self, alice: Any, alice_api: APIClient) -> None:
        make.offered_model("m-1")
        hidden = make.offered_model("m-2")
        hidden.is_active = False
        hidden.save()
        session = make.session(alice)
        assert self._patch(alice_api, session, {"model_id": "m-2"}).json()["code"] == "model_not_found"
        assert self._patch(alice_api, session, {"role": "never"}).json()["code"] == "role_not_found"

    def test_only_yours(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        session = make.session(alice, title="T")
        bodies: tuple[Any, ...] = ({"title": "mine"}, {"title": 5}, [])
        for client in (bob_api, admin_api):
            for body in bodies:
                foreign = self._patch(client, session, body)
                unknown = client.patch(f"/api/chat/session/{make.UNKNOWN_ID}", body, format="json")
                assert (foreign.status_code, foreign.content) == (404, unknown.content)
        assert self._patch(api, session, {"title": "mine"}).status_code == 401
        session.refresh_from_db()
        assert session.title == "T"


class TestDelete:
    """DELETE."""

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        session = make.session(alice, changed_at=make.NOON)
        answer = alice_api.delete(_url(session))
        assert answer.status_code == 200
        assert answer.json()["message"]
        session.refresh_from_db()
        assert session.deleted_at is not None
        assert session.changed_at == session.deleted_at or session.changed_at > session.deleted_at
        assert alice_api.get(_url(session)).status_code == 404
        assert alice_api.delete(_url(session)).status_code == 404

    def test_what_is_being_written_is_stopped(self, alice: Any, alice_api: APIClient) -> None:
        session, other = make.session(alice), make.session(alice)
        generation, untouched = make.running(session), make.running(other)
        alice_api.delete(_url(session))
        requested = dict(Generation.objects.values_list("id", "stop_requested_at"))
        assert requested[generation.id] is not None
        assert requested[untouched.id] is None

    def test_only_yours(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        session = make.session(alice)
        for client in (bob_api, admin_api):
            unknown = client.delete(f"/api/chat/session/{make.UNKNOWN_ID}")
            assert (unknown.status_code, unknown.content) == (404, client.delete(_url(session)).content)
        assert api.delete(_url(session)).status_code == 401
        session.refresh_from_db()
        assert session.deleted_at is None


class TestOtherTabs:
    """Whatever changes a list is told to the person's other tabs, once it is committed."""

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("post", "/api/chat/start", {}),
            ("patch", "/api/chat/session/{id}", {"title": "New"}),
            ("delete", "/api/chat/session/{id}", None),
            ("delete", "/api/chat/history/{id}", None),
            ("post", "/api/chat/session/{id}/branch", {"message_id": "{message}"}),
        ],
    )
    def test_they_are_told(
        self,
        alice: Any,
        alice_api: APIClient,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Any,
        method: str,
        path: str,
        body: Any,
    ) -> None:
        told: list[int] = []
        monkeypatch.setattr("chat.engine.feed.poke", told.append)
        session = make.session(alice)
        message = make.add(session, None, "q")
        if body and "message_id" in body:
            body = {"message_id": message.pk}
        with django_capture_on_commit_callbacks(execute=True):
            answer = getattr(alice_api, method)(path.format(id=session.session_id), body, format="json")
            assert answer.status_code in {200, 201}
            assert told == []
        assert told == [alice.pk]
