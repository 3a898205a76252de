"""Messages with attachments: sent, edited, written anew, shown, and told to the model."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError, NotFound
from aihelper.lib.testing.asgi import Exchange, Socket, bearer
from chat import selectors
from chat.engine import words
from chat.engine.supervisor import Supervisor
from chat.models import BlockedWord, Document, Message, Session
from chat.services import documents, tree
from chat.services.send import SendRequest, send
from chat.tests import make
from chat.tests.conftest import Ask, follow, stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig


def _names(message_id: int) -> list[str]:
    return [document.name for document in Message.objects.get(pk=message_id).documents.order_by("pk")]


def _two(user: User) -> list[str]:
    return [documents.create(user, name, f"text of {name}").document_id for name in ("a.txt", "b.txt")]


class TestSent:
    """What is stored with a question."""

    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _model(self, db: None) -> None:
        make.offered_model()
        # The words of the test before were rolled back, of which nobody is told.
        words.forget()

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        started = send(alice, SendRequest("What is this?", attachments=tuple(_two(alice))))
        assert _names(started.user_message_id) == ["a.txt", "b.txt"]
        body = alice_api.get(f"/api/chat/session/{started.session_id}").json()
        question, answer = body["messages"]
        assert [attachment["name"] for attachment in question["attachments"]] == ["a.txt", "b.txt"]
        assert question["attachments"][0].keys() == {"document_id", "name", "media_type", "size", "chars"}
        assert answer["attachments"] == []

    def test_it_may_say_nothing_else(self, alice: Any) -> None:
        started = send(alice, SendRequest(" ", attachments=tuple(_two(alice)[:1])))
        session = Session.objects.get()
        assert (session.title, session.preview, started.title) == ("a.txt", "a.txt", "a.txt")
        with pytest.raises(AppError, match="Write a message first"):
            send(alice, SendRequest(" "))

    def test_the_same_send_again_is_the_same_message(self, alice: Any) -> None:
        request = SendRequest("Hi", client_id="c1", attachments=tuple(_two(alice)))
        first, again = send(alice, request), send(alice, request)
        assert (first.message_id, again.created) == (again.message_id, False)
        assert Message.objects.count() == 2

    def test_others_and_unknown_ones_do_not_exist(self, alice: Any, bob: Any) -> None:
        foreign = documents.create(bob, "a.txt", "text").document_id
        for wrong in (foreign, make.UNKNOWN_ID, "x"):
            with pytest.raises(NotFound):
                send(alice, SendRequest("Hi", attachments=(wrong,)))
        with pytest.raises(AppError):
            send(alice, SendRequest("Hi", attachments=(make.UNKNOWN_ID,) * 11))
        assert not Session.objects.exists()

    def test_what_was_blocked_meanwhile_is_found(self, alice: Any) -> None:
        document = documents.create(alice, "a.txt", "a forbidden word, and a secret")
        BlockedWord.objects.create(word="secret", action="mask")
        send(alice, SendRequest("Hi", attachments=(document.document_id,)))
        assert Document.objects.get().content == "a forbidden word, and a ***"
        BlockedWord.objects.create(word="forbidden")
        with pytest.raises(AppError) as refused:
            send(alice, SendRequest("Hi", attachments=(document.document_id,)))
        assert refused.value.code == "blocked_word"

    def test_edit_keeps_or_changes_them(self, alice: Any) -> None:
        ids = _two(alice)
        started = send(alice, SendRequest("Hi", attachments=tuple(ids)))
        Message.objects.filter(pk=started.message_id).update(status="completed")
        kept = tree.edit(alice, started.user_message_id, "Hello")
        fewer = tree.edit(alice, started.user_message_id, "Hello", attachments=ids[1:])
        none = tree.edit(alice, started.user_message_id, "Hello", attachments=[])
        assert [_names(answer.user_message_id) for answer in (kept, fewer, none)] == [
            ["a.txt", "b.txt"],
            ["b.txt"],
            [],
        ]
        with pytest.raises(NotFound):
            tree.edit(alice, started.user_message_id, "Hello", attachments=[make.UNKNOWN_ID])

    def test_a_page_costs_the_same_whatever_is_attached(self, alice: Any, django_assert_num_queries: Any) -> None:
        session = make.session(alice)
        for question in make.chain(session, ["q", "a"] * 20)[::2]:
            documents.attach(question, [documents.create(alice, "a.txt", "text")])
        with django_assert_num_queries(3):
            page = selectors.conversation(alice, session)
            assert sum(len(entry.message.documents.all()) for entry in page.entries) == 20


@pytest.mark.asyncio
class TestTold:
    """What the model gets."""

    async def test_it_reads_them_on_the_whole_branch(
        self, ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
    ) -> None:
        ids = await run_db(_two, alice)
        first = await ask("Compare.", attachments=tuple(ids))
        call = await upstream.call(1)
        call.say("Done.")
        call.finish()
        await follow(engine, first.generation_id)
        asked = call.request["messages"][-1]["content"]
        assert asked.index('name="a.txt"') < asked.index("text of a.txt") < asked.index("text of b.txt")
        assert asked.endswith("Compare.")
        second = await ask("And now?", session_id=first.session_id)
        call = await upstream.call(2)
        call.finish()
        await follow(engine, second.generation_id)
        assert [message["role"] for message in call.request["messages"]][-3:] == ["user", "assistant", "user"]
        assert "text of b.txt" in call.request["messages"][-3]["content"]
        assert (await stored(second.message_id)).status == "completed"

    async def test_what_does_not_fit_is_cut_with_a_mark(
        self, ask: Ask, engine: Supervisor, upstream: Upstream, alice: User, model: ModelConfig
    ) -> None:
        model.context_window = 2000
        await run_db(model.save)
        long = await run_db(documents.create, alice, "long.txt", "word " * 50_000)
        started = await ask("Sum it up.", attachments=(long.document_id,))
        call = await upstream.call()
        call.finish()
        await follow(engine, started.generation_id)
        asked = call.request["messages"][-1]["content"]
        assert 2000 < len(asked) < 7000
        assert "characters of this document are left out" in asked
        assert asked.endswith("Sum it up.")

    async def test_the_stream_and_the_socket_take_them(
        self, engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User, bob: User
    ) -> None:
        ids = await run_db(_two, alice)
        headers = await bearer(alice)
        body = {"message": "Hi", "attachments": ids}
        async with Exchange("POST", "/api/chat/stream", headers, json_body=body) as stream:
            start = await stream.event()
        assert start is not None and await run_db(_names, start["user_message_id"]) == ["a.txt", "b.txt"]
        async with Exchange("POST", "/api/chat/stream", await bearer(bob), json_body=body) as refused:
            assert (refused.status, (await refused.json())["code"]) == (404, "not_found")
        wrong: Any
        for wrong in ("x", [5], ["x"] * 11, {}):
            bad = {"message": "Hi", "attachments": wrong}
            async with Exchange("POST", "/api/chat/stream", headers, json_body=bad) as refused:
                assert refused.status == 400
        (await upstream.call(1)).finish()
        await follow(engine, start["generation_id"])
        async with Socket(headers=headers) as socket:
            socket.say({"type": "edit", "message_id": start["user_message_id"], "message": "", "attachments": ids[:1]})
            edited = await socket.hear("start", "error")
            assert edited is not None and edited["type"] == "start", edited
            assert await run_db(_names, edited["user_message_id"]) == ["a.txt"]
