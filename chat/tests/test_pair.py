"""One message to two models: `beside_model_id` of a send, by the service, the event stream and the socket."""

import pytest
from django.test import override_settings

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError, NotFound, TooManyRequests
from aihelper.lib.testing.asgi import Exchange, Socket, bearer, signed_in
from chat import selectors
from chat.engine.supervisor import Supervisor
from chat.models import Generation, Message, Session
from chat.services import sessions
from chat.services.send import SendRequest, send
from chat.services.sessions import SessionChanges
from chat.tests.conftest import follow, stored
from chat.tests.upstream import Call, Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio

STREAM = "/api/chat/stream"
BOTH = {"message": "Which?", "model_id": "test-model", "beside_model_id": "second-model", "client_id": "pair"}


@pytest.fixture(autouse=True)
def second(model: ModelConfig) -> ModelConfig:
    """Another model of the same provider."""
    return ModelConfig.objects.create(provider=model.provider, model_id="second-model", model_name="Second")


def pair(**fields: object) -> SendRequest:
    return SendRequest(**{**BOTH, **fields})  # type: ignore[arg-type]


async def called(upstream: Upstream) -> dict[str, Call]:
    """Both calls of the provider, by model; which is first is nobody's business."""
    calls = [await upstream.call(number) for number in (1, 2)]
    return {call.request["model"]: call for call in calls}


def counted() -> tuple[int, int, int]:
    return Session.objects.count(), Message.objects.count(), Generation.objects.count()


async def test_one_message_begins_both(engine: Supervisor, alice: User) -> None:
    first = await run_db(send, alice, pair())
    assert first.beside is not None and first.created and first.beside.created
    assert (first.model_id, first.beside.model_id) == ("test-model", "second-model")
    assert first.beside.user_message_id == first.user_message_id
    row, column = await stored(first.message_id), await stored(first.beside.message_id)
    assert (row.beside_id, column.beside_id, column.parent_id) == (None, row.pk, first.user_message_id)
    session = await run_db(selectors.session, alice, first.session_id)
    assert (session.current_message_id, session.model_id) == (row.pk, "test-model")
    assert await run_db(counted) == (1, 3, 2)


@pytest.mark.parametrize("chosen", [None, 0, 1])
async def test_the_same_again_gives_both(engine: Supervisor, alice: User, chosen: int | None) -> None:
    first = await run_db(send, alice, pair())
    assert first.beside is not None
    ids = (first.message_id, first.beside.message_id)
    if chosen is not None:
        # Also after one of the two was chosen meanwhile.
        changes = SessionChanges(current_message_id=ids[chosen])
        await run_db(sessions.update, alice, first.session_id, changes)
    again = await run_db(send, alice, pair())
    assert again.beside is not None and not (again.created or again.beside.created)
    assert (again.message_id, again.beside.message_id) == ids
    assert again.beside.generation_id == first.beside.generation_id
    assert await run_db(counted) == (1, 3, 2)


@pytest.mark.parametrize(("most", "fits"), [(1, False), (2, True)])
async def test_there_has_to_be_room_for_both(engine: Supervisor, alice: User, most: int, fits: bool) -> None:
    with override_settings(MAX_RUNS_PER_USER=most):
        if fits:
            assert (await run_db(send, alice, pair())).beside is not None
            return
        with pytest.raises(TooManyRequests) as refusal:
            await run_db(send, alice, pair())
    assert (refusal.value.code, "Ask one model" in str(refusal.value.detail)) == ("too_many_runs", True)
    assert await run_db(counted) == (0, 0, 0)


@pytest.mark.parametrize("field", ["model_id", "beside_model_id"])
async def test_nothing_is_sent_when_one_of_them_is_not_offered(engine: Supervisor, alice: User, field: str) -> None:
    with pytest.raises(NotFound) as refusal:
        await run_db(send, alice, pair(**{field: "gone"}))
    assert refusal.value.code == "model_not_found"
    assert await run_db(counted) == (0, 0, 0)


async def test_the_event_stream_follows_the_first_and_tells_of_the_second(
    engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    headers = await bearer(alice)
    async with Exchange("POST", STREAM, headers, json_body=BOTH) as stream:
        start, _title, other = [await stream.event() or {} for _number in range(3)]
        assert (start["type"], start["model_id"], "beside" in start) == ("start", "test-model", False)
        assert (other["type"], other["model_id"], other["beside"]) == ("start", "second-model", start["message_id"])
        calls = await called(upstream)
        for name, text in (("test-model", "One"), ("second-model", "Two")):
            calls[name].say(text)
            calls[name].finish()
        events = await stream.events()
    assert "".join(event["content"] for event in events if event["type"] == "delta") == "One"
    assert events[-1]["message_id"] == start["message_id"]
    async with Exchange("GET", f"/api/chat/generations/{other['generation_id']}/events", headers) as stream:
        events = await stream.events()
    assert "".join(event["content"] for event in events if event["type"] == "delta") == "Two"
    # The same again, as after a lost connection: both are told of, nothing is asked anew.
    async with Exchange("POST", STREAM, headers, json_body=BOTH) as stream:
        starts = [event["message_id"] for event in await stream.events() if event["type"] == "start"]
    assert starts == [start["message_id"], other["message_id"]]
    assert len(upstream.calls) == 2


async def test_a_browser_that_reconnects_goes_on_with_the_first(
    engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    query = "&".join(f"{name}={value}" for name, value in BOTH.items())
    headers = await bearer(alice)
    async with Exchange("GET", f"{STREAM}?{query}", headers) as stream:
        start = await stream.event()
    assert start is not None
    for call in (await called(upstream)).values():
        call.say("Words")
        call.finish()
    async with Exchange("GET", f"{STREAM}?{query}", headers | {"last-event-id": "2"}) as stream:
        events = await stream.events()
    assert {event["message_id"] for event in events if event["type"] in {"start", "done"}} == {start["message_id"]}


async def test_the_socket_gives_each_its_start_and_its_text(
    engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    async with Socket(headers=await signed_in(alice)) as socket:
        socket.say({"type": "send", **BOTH})
        start, other = await socket.hear("start"), await socket.hear("start")
        assert start is not None and other is not None
        assert (start["client_id"], other["client_id"], other["beside"]) == ("pair", "pair", start["message_id"])
        assert "beside" not in start
        calls = await called(upstream)
        for name, begun in (("second-model", other), ("test-model", start)):
            calls[name].say(f"By {name}")
            delta = await socket.hear("delta")
            assert delta is not None
            assert (delta["generation_id"], delta["content"]) == (begun["generation_id"], f"By {name}")
            calls[name].finish()
    for begun in (start, other):
        await follow(engine, begun["generation_id"])


@pytest.mark.parametrize("wrong", [7, "m" * 201, ["second-model"]])
async def test_bad_input(engine: Supervisor, alice: User, wrong: object) -> None:
    body = {**BOTH, "beside_model_id": wrong}
    async with Exchange("POST", STREAM, await bearer(alice), json_body=body) as stream:
        answer = await stream.json()
    assert (stream.status, list(answer["fields"])) == (400, ["beside_model_id"])
    async with Socket(headers=await signed_in(alice)) as socket:
        socket.say({"type": "send", **body})
        refusal = await socket.hear("error")
    assert refusal is not None and (refusal["code"], refusal["client_id"]) == ("invalid", "pair")
    assert await run_db(counted) == (0, 0, 0)


async def test_a_model_that_is_switched_off_is_none(engine: Supervisor, alice: User, second: ModelConfig) -> None:
    await run_db(lambda: ModelConfig.objects.filter(pk=second.pk).update(is_active=False))
    async with Exchange("POST", STREAM, await bearer(alice), json_body=BOTH) as stream:
        assert (stream.status, (await stream.json())["code"]) == (404, "model_not_found")


async def test_empty_is_not_given(engine: Supervisor, alice: User) -> None:
    async with Exchange("POST", STREAM, await bearer(alice), json_body={**BOTH, "beside_model_id": ""}) as stream:
        assert stream.status == 200
    assert await run_db(counted) == (1, 2, 1)
    with pytest.raises(AppError) as refusal:
        await run_db(send, alice, pair(message="Another"))
    assert refusal.value.code == "client_id_reused"
