"""Two answers side by side: POST /api/chat/messages/{id}/regenerate with `beside`, and what ends the comparison.

chat/tests/test_pair.py has two models that are asked by one message.
"""

from typing import Any

import pytest
from django.test import override_settings

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError, Conflict
from aihelper.lib.testing.asgi import Exchange, Socket, bearer, signed_in
from chat import selectors
from chat.engine.supervisor import Supervisor
from chat.models import Message, Session
from chat.services import send as sending
from chat.services import sessions, tree
from chat.services.sessions import SessionChanges
from chat.tests import make
from chat.tests.conftest import Ask, follow, stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio


@pytest.fixture
def second(model: ModelConfig) -> ModelConfig:
    """Another model of the same provider."""
    return ModelConfig.objects.create(provider=model.provider, model_id="second-model", model_name="Second")


def shown(session: Session) -> tuple[list[str], list[str]]:
    """The texts of the branch on show, and of what stands beside its end."""
    session.refresh_from_db()
    page = selectors.conversation(session.user, session)
    return [entry.message.content for entry in page.entries], [entry.message.content for entry in page.beside]


@pytest.fixture
def compared(alice: User, model: ModelConfig, engine: Supervisor) -> tuple[Session, Message, Message]:
    """A session of Alice's with two answers side by side, the first of which is on the branch."""
    session = make.session(alice, model_id=model.model_id)
    question, first = make.chain(session, ["q", "first"], model_id=model.model_id)
    other = make.add(session, question, "second", beside=first, model_id=model.model_id)
    session.current_message = first
    session.save()
    return session, first, other


async def test_both_are_written_at_once_and_stay_apart(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User, second: ModelConfig
) -> None:
    started = await ask("Which?")
    first = await upstream.call(1)
    first.say("One")
    async with Socket(headers=await signed_in(alice)) as socket:
        action = {"type": "regenerate", "message_id": started.message_id, "beside": True, "model_id": "second-model"}
        socket.say({**action, "client_id": "column"})
        start = await socket.hear("start")
        assert start is not None and start["user_message_id"] == started.user_message_id
        other = await upstream.call(2)
        assert (other.request["model"], other.request["messages"][-1]["content"]) == ("second-model", "Which?")
        other.say("Two")
        other.finish()
        first.finish()
        # The same again is answered by the same, as a tab does that lost its connection.
        socket.say({**action, "client_id": "column"})
        again = await socket.hear("start")
        assert again is not None and again["message_id"] == start["message_id"]
    await follow(engine, started.generation_id)
    await follow(engine, start["generation_id"])
    row = await stored(start["message_id"])
    assert (row.beside_id, row.content, row.model_id) == (started.message_id, "Two", "second-model")
    assert await run_db(shown, row.session) == (["Which?", "One"], ["Two"])


async def test_a_client_that_loads_the_session_gets_both(
    compared: tuple[Session, Message, Message], alice: User
) -> None:
    session, first, other = compared
    async with Exchange("GET", f"/api/chat/session/{session.session_id}", await bearer(alice)) as answer:
        messages = (await answer.json())["messages"]
    assert [(row["content"], row["beside"]) for row in messages] == [("q", None), ("first", None), ("second", first.pk)]
    assert messages[1]["siblings"] == messages[2]["siblings"] == [first.pk, other.pk]


@pytest.mark.parametrize("choice", [0, 1])
async def test_choosing_one_ends_it(compared: tuple[Session, Message, Message], alice: User, choice: int) -> None:
    session, *columns = compared
    changes = SessionChanges(current_message_id=columns[choice].pk)
    await run_db(sessions.update, alice, session.session_id, changes)
    assert await run_db(shown, session) == (["q", columns[choice].content], [])


@pytest.mark.parametrize("named", [None, 0, 1])
async def test_asking_on_chooses_the_one_that_is_asked_on(
    compared: tuple[Session, Message, Message], alice: User, named: int | None
) -> None:
    session, *columns = compared
    parent = None if named is None else columns[named].pk
    request = sending.SendRequest(message="And?", session_id=session.session_id, parent_id=parent)
    await run_db(sending.send, alice, request)
    assert await run_db(shown, session) == (["q", columns[named or 0].content, "And?", ""], [])


async def test_each_column_is_written_anew_in_its_place(
    compared: tuple[Session, Message, Message], alice: User
) -> None:
    session, first, other = compared
    anew = await run_db(tree.regenerate, alice, other.pk)
    assert await run_db(shown, session) == (["q", "first"], [""])
    assert (await stored(anew.message_id)).beside_id == first.pk
    newer = await run_db(tree.regenerate, alice, first.pk)
    assert await run_db(shown, session) == (["q", ""], [""])
    assert (await stored(anew.message_id)).beside_id == newer.message_id
    assert await run_db(Message.objects.filter(beside__isnull=False).count) == 1


async def test_a_column_goes_on_in_its_place(compared: tuple[Session, Message, Message], alice: User) -> None:
    session, first, other = compared
    for message in (other, first):
        await run_db(tree.continue_, alice, message.pk)
    assert await run_db(shown, session) == (["q", "first"], ["second"])
    assert session.last_seq == 5


async def test_another_comparison_takes_its_place(compared: tuple[Session, Message, Message], alice: User) -> None:
    session, _first, other = compared
    await run_db(tree.regenerate, alice, other.pk, beside=True)
    assert await run_db(shown, session) == (["q", "second"], [""])


async def test_an_older_answer_is_compared_where_it_stands(alice: User, model: ModelConfig, engine: Supervisor) -> None:
    session = await run_db(make.session, alice)
    messages = await run_db(make.chain, session, ["q", "a", "q2", "a2"])
    await run_db(tree.regenerate, alice, messages[1].pk, beside=True)
    assert await run_db(shown, session) == (["q", "a"], [""])
    # Going on with the first brings back what had followed it.
    await run_db(sessions.update, alice, session.session_id, SessionChanges(current_message_id=messages[1].pk))
    assert await run_db(shown, session) == (["q", "a", "q2", "a2"], [])


async def test_coming_back_from_another_branch_shows_it_again(
    compared: tuple[Session, Message, Message], alice: User
) -> None:
    session, first, _other = compared
    assert first.parent is not None
    await run_db(tree.edit, alice, first.parent.pk, "q edited")
    assert await run_db(shown, session) == (["q edited", ""], [])
    await run_db(sessions.update, alice, session.session_id, SessionChanges(current_message_id=first.parent.pk))
    assert await run_db(shown, session) == (["q", "first"], ["second"])


async def test_a_question_without_an_answer_gets_one(alice: User, model: ModelConfig, engine: Supervisor) -> None:
    session = await run_db(make.session, alice)
    question = await run_db(make.add, session, None, "q")
    started = await run_db(tree.regenerate, alice, question.pk)
    assert started.user_message_id == question.pk
    for write, code in ((tree.continue_, "not_an_answer"), (_beside, "not_an_answer")):
        with pytest.raises(AppError) as refusal:
            await run_db(write, alice, question.pk)
        assert refusal.value.code == code


async def test_the_number_of_answers_under_way_is_limited(ask: Ask, upstream: Upstream, alice: User) -> None:
    started = await ask()
    await upstream.call()
    with override_settings(MAX_RUNS_PER_USER=1), pytest.raises(AppError) as refusal:
        await run_db(_beside, alice, started.message_id)
    assert refusal.value.code == "too_many_runs"
    assert await run_db(Message.objects.count) == 2
    with pytest.raises(Conflict):
        await run_db(tree.regenerate, alice, started.message_id)


@pytest.mark.parametrize("wrong", ["yes", 1, None])
async def test_bad_input(compared: Any, alice: User, wrong: object) -> None:
    path = f"/api/chat/messages/{compared[1].pk}/regenerate"
    async with Exchange("POST", path, await bearer(alice), json_body={"beside": wrong}) as stream:
        assert (stream.status, (await stream.json())["code"]) == (400, "invalid")


async def test_only_yours(compared: Any, bob: User) -> None:
    path = f"/api/chat/messages/{compared[1].pk}/regenerate"
    async with Exchange("POST", path, await bearer(bob), json_body={"beside": True}) as stream:
        assert stream.status == 404


def _beside(user: User, message_id: int) -> object:
    return tree.regenerate(user, message_id, beside=True)
