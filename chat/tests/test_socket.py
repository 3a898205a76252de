"""The socket: one per tab, for everything live."""

import asyncio
import threading
from typing import Any

import pytest

from accounts import services as accounts
from accounts import tickets, tokens
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Socket, bearer, signed_in
from aihelper.lib.testing.patience import HANG_SECONDS, within
from chat.consumers import socket as sockets
from chat.engine.supervisor import Supervisor
from chat.models import Message, Session
from chat.services import send as sending
from chat.services import sessions
from chat.tests.conftest import Ask, until, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio


async def opened(user: User) -> Socket:
    return Socket(headers=await signed_in(user))


async def answer(socket: Socket) -> tuple[str, dict[str, Any]]:
    """The text and the last event of the next answer."""
    text = ""
    while (event := await socket.hear("delta", "done")) is not None:
        if event["type"] == "done":
            return text, event
        text += event["content"]
    raise AssertionError("the socket was closed")


async def test_it_works(engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User) -> None:
    async with await opened(alice) as socket:
        assert socket.accepted
        greeting = await socket.hear()
        assert greeting is not None and (greeting["type"], greeting["message"]) == ("system", "connected")
        socket.say({"type": "send", "message": "Hi", "client_id": "c1"})
        start = await socket.hear("start")
        call = await upstream.call()
        call.say("Hello")
        call.finish()
        text, done = await answer(socket)
    assert text == "Hello"
    assert start is not None and done["generation_id"] == start["generation_id"]


async def test_the_simplest_client_sends_text_and_gets_text(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    async with await opened(alice) as socket:
        greeting = await socket.hear()
        for number in (1, 2):
            socket.say(f"Question {number}")
            call = await upstream.call(number)
            call.say(f"Answer {number}")
            call.finish()
            response = await socket.hear("response")
            assert response is not None and greeting is not None
            assert response["content"] == f"Answer {number}"
            assert response["session_id"] == greeting["session_id"]
    assert [message["content"] for message in call.request["messages"][1:]] == ["Question 1", "Answer 1", "Question 2"]


async def test_simple_messages_sent_at_once_all_arrive(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    async with await opened(alice) as socket:
        for number in range(4):
            socket.say(f"Question {number}")
        for _number in range(4):
            assert await socket.hear("start", "error", "response") is not None
        starts = await run_db(lambda: sorted(Message.objects.filter(role="user").values_list("content", flat=True)))
        assert starts == [f"Question {number}" for number in range(4)]
        assert await run_db(Session.objects.count) == 1


async def test_a_second_tab_follows_and_stops(ask: Ask, engine: Supervisor, upstream: Upstream, alice: User) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("0123456789")
    await until_stored(started.generation_id, 10)
    async with await opened(alice) as first, await opened(alice) as second:
        for socket, offset in ((first, 0), (second, 4)):
            socket.say({"type": "attach", "generation_id": started.generation_id, "offset": offset})
            delta = await socket.hear("delta")
            assert delta is not None and delta["content"] == "0123456789"[offset:]
        second.say({"type": "stop", "generation_id": started.generation_id, "offset": 8})
        for socket in (first, second):
            _text, done = await answer(socket)
            assert (done["finish_reason"], done["offset"]) == ("stopped", 8)
    await asyncio.wait_for(call.closed.wait(), HANG_SECONDS)


async def test_it_is_not_deaf_while_an_answer_streams(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    async with await opened(alice) as socket:
        socket.say({"type": "send", "message": "Hi"})
        await upstream.call()
        socket.say({"type": "ping"})
        async with within(1):
            assert await socket.hear("pong")


async def test_detach_ends_the_frames_and_not_the_run(ask: Ask, upstream: Upstream, alice: User) -> None:
    started = await ask()
    call = await upstream.call()
    async with await opened(alice) as socket:
        socket.say({"type": "attach", "generation_id": started.generation_id})
        await socket.hear("start")
        socket.say({"type": "detach", "generation_id": started.generation_id})
        socket.say({"type": "ping"})
        await socket.hear("pong")
        call.say("unheard")
        await until_stored(started.generation_id, 7)
        socket.say({"type": "ping"})
        assert (await socket.hear("delta", "pong") or {})["type"] == "pong"
    assert not call.closed.is_set()


async def test_other_tabs_hear_of_changes(ask: Ask, upstream: Upstream, alice: User, bob: User) -> None:
    async with await opened(alice) as socket, await opened(bob) as other:
        await socket.hear("system")
        started = await ask("What is new?")
        event = await socket.hear("session")
        assert event is not None
        assert (event["session"]["title"], event["session"]["generating"]) == ("What is new?", started.generation_id)
        (await upstream.call()).finish()
        while event is not None and event["session"]["generating"]:
            event = await socket.hear("session")
        session = await run_db(Session.objects.get)
        await run_db(sessions.delete, alice, session.session_id)
        assert await socket.hear("session_deleted") == {"type": "session_deleted", "session_id": session.session_id}
        other.say({"type": "ping"})
        assert (await other.hear("session", "session_deleted", "pong") or {})["type"] == "pong"


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://testserver", "http://testserver:8000", ""]
)
async def test_only_our_own_page_opens_it_by_cookie(engine: Supervisor, alice: User, origin: str | None) -> None:
    headers = await signed_in(alice)
    del headers["origin"]
    async with Socket(headers=headers | ({"origin": origin} if origin is not None else {})) as socket:
        assert not socket.accepted


async def test_a_ticket_opens_it_once(engine: Supervisor, alice: User) -> None:
    ticket = await run_db(tickets.issue, alice)
    async with Socket(f"/chat/ws?ticket={ticket}") as socket:
        assert socket.accepted
    async with Socket(f"/chat/ws?ticket={ticket}") as socket:
        assert not socket.accepted


async def test_an_access_token_opens_it(engine: Supervisor, alice: User, disabled_user: User) -> None:
    for user, accepted in ((alice, True), (disabled_user, False)):
        token = (await run_db(tokens.issue, user)).access
        async with Socket(f"/chat/ws?token={token}") as socket:
            assert socket.accepted is accepted


async def test_nobody_is_let_in(engine: Supervisor) -> None:
    for path in ("/chat/ws", "/chat/ws?token=x", "/chat/ws?ticket=x", "/other"):
        async with Socket(path, {"origin": "http://testserver"}) as socket:
            assert not socket.accepted


async def test_a_disabled_person_is_out_within_two_seconds(engine: Supervisor, alice: User) -> None:
    async with await opened(alice) as socket:
        await socket.hear("system")
        await run_db(accounts.disable, alice)
        async with within(2):
            assert await socket.hear() is None
        assert socket.close_code == sockets.NOT_SIGNED_IN


async def test_signing_out_ends_the_sockets_of_that_browser(engine: Supervisor, alice: User) -> None:
    headers = await signed_in(alice)
    async with Socket(headers=headers) as socket, await opened(alice) as elsewhere:
        await socket.hear("system")
        async with Exchange("POST", "/api/logout", headers, json_body={}) as exchange:
            assert exchange.status == 200
        async with within(2):
            assert await socket.hear() is None
        elsewhere.say({"type": "ping"})
        assert await elsewhere.hear("pong")


async def test_logging_a_program_out_ends_its_sockets_and_streams(ask: Ask, engine: Supervisor, alice: User) -> None:
    started = await ask()
    headers, others = await bearer(alice), await bearer(alice)
    token = headers["authorization"].removeprefix("Bearer ")
    path = f"/api/chat/generations/{started.generation_id}/events"
    async with (
        Socket(f"/chat/ws?token={token}") as socket,
        Exchange("GET", path, headers) as stream,
        Exchange("GET", path, others) as elsewhere,
    ):
        await socket.hear("system")
        await stream.event()
        async with Exchange("POST", "/api/logout", headers, json_body={}) as exchange:
            assert exchange.status == 200
        async with within(2):
            while await socket.hear():
                pass
            assert await stream.events() == []
        assert (await elsewhere.event() or {})["type"] == "start"


async def test_what_belongs_to_others_is_unknown(ask: Ask, upstream: Upstream, bob: User) -> None:
    started = await ask()
    unknown = "00000000-0000-4000-8000-000000000000"
    async with await opened(bob) as socket:
        await socket.hear("system")
        for generation, message, session in (
            (started.generation_id, started.message_id, started.session_id),
            (unknown, 10**9, unknown),
        ):
            for action in (
                {"type": "attach", "generation_id": generation},
                {"type": "stop", "generation_id": generation},
                {"type": "regenerate", "message_id": message},
                {"type": "continue", "message_id": message},
                {"type": "edit", "message_id": message, "message": "x"},
                {"type": "send", "session_id": session, "message": "x"},
                {"type": "send", "parent_id": message, "message": "x"},
            ):
                socket.say(action)
                error = await socket.hear()
                assert error is not None
                assert (error["type"], error["code"][-9:], error["action"]) == ("error", "not_found", action["type"])
    assert await run_db(Message.objects.count) == 2


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"type": "fly"}, "unknown_action"),
        ({"no": "type"}, "unknown_action"),
        ({"type": "plain", "message": "x"}, "unknown_action"),
        ({"type": "send"}, "invalid"),
        ({"type": "send", "message": ""}, "empty_message"),
        ({"type": "send", "message": ["x"]}, "invalid"),
        ({"type": "attach", "generation_id": 5}, "invalid"),
        ({"type": "attach", "generation_id": "x", "offset": -1}, "invalid"),
        ({"type": "regenerate", "message_id": "1"}, "invalid"),
        ({"type": "stop"}, "invalid"),
    ],
)
async def test_bad_input_is_answered(
    engine: Supervisor, model: ModelConfig, alice: User, payload: dict[str, Any], code: str
) -> None:
    async with await opened(alice) as socket:
        await socket.hear("system")
        socket.say(payload | {"client_id": "c9"})
        error = await socket.hear()
    assert error is not None
    assert (error["type"], error["code"], error["client_id"]) == ("error", code, "c9")
    assert error["error"]


async def test_frames_that_are_too_large_or_binary_end_it(engine: Supervisor, alice: User) -> None:
    async with await opened(alice) as socket:
        await socket.hear("system")
        socket.say("x" * (sockets.MAX_FRAME_CHARS + 1))
        assert await socket.hear() is None
        assert socket.close_code == sockets.TOO_LARGE
    async with await opened(alice) as socket:
        await socket.hear("system")
        socket.say_bytes(b"x")
        assert await socket.hear() is None


async def test_a_flood_ends_it(engine: Supervisor, alice: User) -> None:
    async with await opened(alice) as socket:
        await socket.hear("system")
        for _number in range(200):
            socket.say({"type": "ping"})
        while await socket.hear("pong"):
            pass
        assert socket.close_code == sockets.TOO_MANY


async def test_an_accepted_message_is_answered_though_its_tab_is_gone(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()
    send = sending.send

    def slow_send(*args: Any) -> Any:
        started = send(*args)
        assert gone.wait(10)
        return started

    monkeypatch.setattr(sending, "send", slow_send)
    async with await opened(alice) as socket:
        socket.say({"type": "send", "message": "Hi"})
        await until(Message.objects.exists)
    gone.set()
    (await upstream.call()).finish()


async def test_a_tab_follows_a_bounded_number_of_answers(
    ask: Ask, upstream: Upstream, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_TAILS", 2)
    answers = [await ask() for _number in range(3)]
    async with await opened(alice) as socket:
        for started in answers[:2]:
            socket.say({"type": "attach", "generation_id": started.generation_id})
            assert await socket.hear("start")
        socket.say({"type": "attach", "generation_id": answers[2].generation_id})
        refusal = await socket.hear("error")
        assert refusal is not None and refusal["code"] == "throttled"
        for number in (1, 2, 3):
            (await upstream.call(number)).finish()
        for _followed in answers[:2]:
            assert await socket.hear("done")
        socket.say({"type": "attach", "generation_id": answers[2].generation_id})
        start = await socket.hear("start", "error")
        assert start is not None and start["generation_id"] == answers[2].generation_id
