"""The event streams: send, resume, regenerate, edit, continue; their rights and their refusals."""

import asyncio
from typing import Any

import pytest

from accounts import services as accounts
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Socket, bearer, signed_in
from aihelper.lib.testing.patience import HANG_SECONDS, within
from chat.engine.supervisor import Supervisor
from chat.models import Generation, Message, Session
from chat.tests.conftest import Ask, follow, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio

STREAM = "/api/chat/stream"


async def send(user: User, message: str = "Hello?", **fields: Any) -> Exchange:
    return Exchange("POST", STREAM, await bearer(user), json_body={"message": message, **fields})


def joined(events: list[dict[str, Any]], kind: str = "delta") -> str:
    return "".join(event["content"] for event in events if event["type"] == kind)


async def test_it_works(engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User) -> None:
    headers = await signed_in(alice)
    async with Exchange("POST", STREAM, headers, json_body={"message": "Hi", "client_id": "c-1"}) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["x-accel-buffering"] == "no"
        start = await stream.event()
        assert start is not None and start["type"] == "start"
        assert start["model_id"] == "test-model"
        title = {"type": "title", "session_id": start["session_id"], "title": "Hi", "id": 0}
        assert await stream.event() == title
        call = await upstream.call()
        call.say("Hel")
        assert await stream.event() == {"type": "delta", "content": "Hel", "offset": 3, "id": 3}
        call.say("lo")
        call.finish()
        events = await stream.events()
    assert joined(events) == "lo"
    done = events[-1]
    assert (done["type"], done["done"], done["finish_reason"], done["offset"]) == ("done", True, "stop", 5)
    assert done["usage"] == {"prompt_tokens": 7, "completion_tokens": 11}
    assert {key: start[key] for key in ("session_id", "message_id", "generation_id")} == {
        key: done[key] for key in ("session_id", "message_id", "generation_id")
    }


async def test_it_goes_on_when_the_tab_is_closed(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    async with await send(alice) as stream:
        start = await stream.event()
        call = await upstream.call()
        call.say("Hel")
        await stream.event()
    assert start is not None
    assert not call.closed.is_set()
    path = f"/api/chat/generations/{start['generation_id']}/events?offset=3"
    async with Exchange("GET", path, await bearer(alice)) as stream:
        assert (await stream.event() or {})["type"] == "start"
        call.say("lo")
        call.finish()
        assert joined(await stream.events()) == "lo"


async def test_last_event_id_counts_more_than_the_address(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("0123456789")
    call.finish()
    await follow(engine, started.generation_id)
    path = f"/api/chat/generations/{started.generation_id}/events?offset=2"
    async with Exchange("GET", path, (await bearer(alice)) | {"last-event-id": "7"}) as stream:
        assert joined(await stream.events()) == "789"


async def test_the_same_send_twenty_times_makes_one_message(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    async def once() -> str:
        async with await send(alice, "Once only", client_id="same") as stream:
            assert stream.status == 200
            return joined(await stream.events())

    sending = asyncio.gather(*(once() for _number in range(20)))
    call = await upstream.call()
    call.say("One answer")
    call.finish()
    assert set(await sending) == {"One answer"}
    await engine.drain(10)
    assert len(upstream.calls) == 1
    assert await run_db(Message.objects.filter(role="user").count) == 1
    assert await run_db(Message.objects.filter(role="assistant").count) == 1


async def test_an_id_cannot_be_used_for_another_message(ask: Ask, alice: User) -> None:
    await ask("One", client_id="same")
    async with await send(alice, "Another", client_id="same") as stream:
        assert (stream.status, (await stream.json())["code"]) == (409, "client_id_reused")


async def test_two_sends_at_once_make_two_branches(ask: Ask, upstream: Upstream) -> None:
    first = await ask("First")
    second = await ask("Second", session_id=first.session_id)
    questions = await run_db(lambda: list(Message.objects.filter(role="user").values_list("parent_id", flat=True)))
    assert questions == [None, None]
    assert first.session_id == second.session_id


async def test_it_works_by_get_from_our_own_page_only(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    headers = await signed_in(alice)
    async with Exchange("GET", f"{STREAM}?message=Hi&client_id=g", headers) as stream:
        assert (stream.status, (await stream.event() or {})["type"]) == (200, "start")
    for site in ("cross-site", "none", "same-site"):
        async with Exchange("GET", f"{STREAM}?message=Hi", headers | {"sec-fetch-site": site}) as stream:
            assert (stream.status, (await stream.json())["code"]) == (403, "csrf_failed")
    old = {key: value for key, value in headers.items() if key not in {"sec-fetch-site", "origin"}}
    async with Exchange("GET", f"{STREAM}?message=Hi", old) as stream:
        assert stream.status == 403
    async with Exchange("GET", f"{STREAM}?message=Hi", old | {"referer": "http://testserver/c/1"}) as stream:
        assert stream.status == 200


@pytest.mark.parametrize("change", [{"x-csrftoken": "b" * 32}, {"origin": "http://evil.example"}, {"origin": "null"}])
async def test_a_post_by_cookie_needs_our_token_and_origin(
    engine: Supervisor, model: ModelConfig, alice: User, change: dict[str, str]
) -> None:
    headers = await signed_in(alice)
    async with Exchange("POST", STREAM, headers | change, json_body={"message": "Hi"}) as stream:
        assert (stream.status, (await stream.json())["code"]) == (403, "csrf_failed")
    assert not await run_db(Message.objects.exists)


async def test_a_reconnecting_eventsource_resumes_and_ends(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    headers = await signed_in(alice)
    async with Exchange("GET", f"{STREAM}?message=Hi", headers) as stream:
        await stream.event()
        call = await upstream.call()
        call.say("0123456789")
    async with Exchange("GET", f"{STREAM}?message=Hi", headers | {"last-event-id": "4"}) as stream:
        await stream.event()
        call.finish()
        events = await stream.events()
        assert joined(events) == "456789"
    async with Exchange("GET", f"{STREAM}?message=Hi", headers | {"last-event-id": "10"}) as stream:
        assert (stream.status, await stream.body()) == (204, b"")
    async with Exchange("GET", f"{STREAM}?message=Other", headers | {"last-event-id": "1"}) as stream:
        assert stream.status == 404
    assert await run_db(Message.objects.filter(role="user").count) == 1


async def test_regenerate_makes_a_sibling(ask: Ask, engine: Supervisor, upstream: Upstream, alice: User) -> None:
    started = await ask("Tell me")
    (await upstream.call()).finish()
    await follow(engine, started.generation_id)
    path = f"/api/chat/messages/{started.message_id}/regenerate"
    async with Exchange("POST", path, await bearer(alice), json_body={"client_id": "again"}) as stream:
        start = await stream.event()
        call = await upstream.call(2)
        call.say("Better")
        call.finish()
        assert joined(await stream.events()) == "Better"
    assert start is not None and start["user_message_id"] == started.user_message_id
    assert call.request["messages"][-1]["content"] == "Tell me"


async def test_edit_asks_anew_beside_the_question(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask("Tell me")
    (await upstream.call()).finish()
    await follow(engine, started.generation_id)
    path = f"/api/chat/messages/{started.user_message_id}/edit"
    async with Exchange("POST", path, await bearer(alice), json_body={"message": "Tell me more"}) as stream:
        start = await stream.event()
        assert start is not None and start["user_message_id"] != started.user_message_id
        call = await upstream.call(2)
        assert call.request["messages"][-1]["content"] == "Tell me more"
        call.finish()
        await stream.events()


async def test_an_answer_under_way_is_not_written_anew(ask: Ask, upstream: Upstream, alice: User) -> None:
    started = await ask()
    for action in ("regenerate", "continue"):
        path = f"/api/chat/messages/{started.message_id}/{action}"
        async with Exchange("POST", path, await bearer(alice), json_body={}) as stream:
            assert (stream.status, (await stream.json())["code"]) == (409, "still_generating")


async def test_an_error_is_said_where_the_answer_would_be(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    alice.locale = "zh-hans"
    await run_db(alice.save)
    async with await send(alice) as stream:
        call = await upstream.call()
        call.say("Half")
        call.cut()
        events = await stream.events()
    error, done = events[-2:]
    assert (error["type"], error["code"], error["retryable"]) == ("error", "upstream_unavailable", True)
    assert error["error"]
    assert (done["done"], done["finish_reason"]) == (True, "error")


async def test_what_belongs_to_others_is_unknown(
    ask: Ask, engine: Supervisor, upstream: Upstream, bob: User, admin: User
) -> None:
    started = await ask()
    unknown = "00000000-0000-4000-8000-000000000000"
    for user in (bob, admin):
        answers = []
        for generation, message, session in (
            (started.generation_id, started.message_id, started.session_id),
            (unknown, 10**9, unknown),
        ):
            for method, path, body in (
                ("GET", f"/api/chat/generations/{generation}/events", None),
                ("POST", f"/api/chat/messages/{message}/regenerate", {}),
                ("POST", f"/api/chat/messages/{message}/edit", {"message": "x"}),
                ("POST", f"/api/chat/messages/{message}/continue", {}),
                ("POST", STREAM, {"message": "x", "session_id": session}),
            ):
                async with Exchange(method, path, await bearer(user), json_body=body) as stream:
                    answers.append((stream.status, await stream.body()))
        assert answers[:5] == answers[5:]
        assert {status for status, _body in answers} == {404}
    assert len(upstream.calls) <= 1


async def test_nobody_gets_nothing(ask: Ask, alice: User, disabled_user: User) -> None:
    started = await ask()
    for headers in ({}, await bearer(disabled_user), {"authorization": "Bearer nonsense"}):
        for method, path in (("POST", STREAM), ("GET", f"/api/chat/generations/{started.generation_id}/events")):
            async with Exchange(method, path, headers, json_body={"message": "x"}) as stream:
                assert stream.status == 401, path


async def test_a_disabled_person_loses_the_stream(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    async with Exchange("GET", f"/api/chat/generations/{started.generation_id}/events", await bearer(alice)) as stream:
        await stream.event()
        call.say("a")
        await stream.event()
        await run_db(accounts.disable, alice)
        async with within(2):
            assert await stream.events() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b'{"message": 1}', 400, "invalid"),
        (b'{"message": "  "}', 400, "empty_message"),
        (b'{"message": "a\\u0000b"}', 400, "control_characters"),
        (b'{"message": "a", "client_id": "no spaces"}', 400, "invalid"),
        (b'{"message": "a", "model_id": "unknown"}', 404, "model_not_found"),
        (b'{"message": "a", "role": "unknown"}', 404, "role_not_found"),
        (b'{"message": "a", "parent_id": 77}', 404, "parent_not_found"),
        (b'{"message": "a", "parent_id": 99999999999999999999}', 400, "invalid"),
        (b'{"message": "a", "session_id": "x\'; drop"}', 404, "not_found"),
    ],
)
async def test_bad_input_changes_nothing(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User, body: bytes, status: int, code: str
) -> None:
    async with Exchange("POST", STREAM, await bearer(alice), body=body) as stream:
        answer = await stream.json()
    assert (stream.status, answer["code"]) == (status, code)
    assert answer["detail"]
    assert not await run_db(Session.objects.exists)
    assert not upstream.calls


async def test_a_body_that_is_too_large_is_not_read(engine: Supervisor, model: ModelConfig, alice: User) -> None:
    async with Exchange("POST", STREAM, await bearer(alice), body=b"x" * (3 * 1024 * 1024 + 1)) as stream:
        assert (stream.status, (await stream.json())["code"]) == (413, "too_large")


async def test_another_method_or_host_is_refused(engine: Supervisor, model: ModelConfig, alice: User) -> None:
    async with Exchange("PUT", STREAM, await bearer(alice), json_body={}) as stream:
        assert (stream.status, stream.headers["allow"]) == (405, "GET, POST")
        assert set(await stream.json()) == {"detail", "code"}
    async with Exchange(
        "POST", STREAM, (await bearer(alice)) | {"host": "evil.example"}, json_body={"message": "x"}
    ) as stream:
        assert (stream.status, (await stream.json())["code"]) == (400, "bad_request")


async def test_too_many_answers_at_once_are_refused(ask: Ask, alice: User) -> None:
    for number in range(5):
        await ask(str(number))
    async with await send(alice) as stream:
        assert (stream.status, (await stream.json())["code"]) == (429, "too_many_runs")
        assert stream.headers["retry-after"] == "5"


async def test_a_server_that_ends_accepts_nothing_new(engine: Supervisor, model: ModelConfig, alice: User) -> None:
    await engine.drain(0)
    async with await send(alice) as stream:
        assert (stream.status, (await stream.json())["code"]) == (503, "unavailable")
    assert not await run_db(Generation.objects.exists)


async def test_it_beats_while_nothing_is_said(
    ask: Ask, upstream: Upstream, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aihelper.lib import sse

    monkeypatch.setattr(sse, "HEARTBEAT_SECONDS", 0.05)
    started = await ask()
    async with Exchange("GET", f"/api/chat/generations/{started.generation_id}/events", await bearer(alice)) as stream:
        await stream.event()
        async with asyncio.timeout(HANG_SECONDS):
            while sse.HEARTBEAT not in stream._rest:
                await stream._more()


async def test_a_running_answer_shows_what_is_stored(ask: Ask, upstream: Upstream, alice: User) -> None:
    started = await ask()
    (await upstream.call()).say("Hello")
    await until_stored(started.generation_id, 5)
    async with Exchange("GET", f"/api/chat/session/{started.session_id}", await bearer(alice)) as exchange:
        answer = (await exchange.json())["messages"][-1]
    assert (answer["content"], answer["offset"], answer["status"]) == ("Hello", 5, "running")
    assert answer["generation_id"] == started.generation_id


@pytest.mark.parametrize("query", [b"&".join(b"a%d=1" % number for number in range(60)), b"message=\xff\xfe&\xff"])
async def test_a_strange_query_is_no_crash(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User, query: bytes
) -> None:
    headers = await signed_in(alice)
    for path in (STREAM, "/api/chat/generations/00000000-0000-4000-8000-000000000000/events"):
        exchange = Exchange("GET", path, headers)
        exchange._scope["query_string"] = query
        async with exchange:
            assert exchange.status in {200, 400, 404}
    socket = Socket(headers=headers)
    socket._scope["query_string"] = query
    async with socket:
        assert socket.accepted == (query.count(b"&") < 50)


async def test_a_preflight_brings_no_body(engine: Supervisor) -> None:
    exchange = Exchange("OPTIONS", STREAM, {"content-length": "9999999999"})
    exchange._inbox.get_nowait()
    async with exchange:
        assert exchange.status == 413, "before a byte of it was read"


async def test_an_id_of_another_kind_of_request_swallows_no_message(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    (await upstream.call()).finish()
    await follow(engine, started.generation_id)
    again = f"/api/chat/messages/{started.message_id}/regenerate"
    async with Exchange("POST", again, await bearer(alice), json_body={"client_id": "same"}) as exchange:
        assert exchange.status == 200
    async with await send(alice, "Lost?", client_id="same") as exchange:
        assert (exchange.status, (await exchange.json())["code"]) == (409, "client_id_reused")


async def test_many_at_once_find_no_more_room_than_one_after_the_other(
    engine: Supervisor, model: ModelConfig, alice: User
) -> None:
    async def one(number: int) -> int:
        async with await send(alice, f"Question {number}") as exchange:
            return exchange.status

    statuses = await asyncio.gather(*(one(number) for number in range(20)))
    assert sorted(statuses) == [200] * 5 + [429] * 15
