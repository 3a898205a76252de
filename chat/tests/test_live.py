"""GET /api/live: what changes in a person's list, where no socket comes through."""

from typing import Any

import pytest

from accounts import notes
from accounts import services as accounts
from accounts.models import User
from aihelper.lib import sse
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, bearer, signed_in
from aihelper.lib.testing.patience import within
from chat.consumers import live
from chat.engine.supervisor import Supervisor
from chat.models import Session
from chat.services import sessions
from chat.services.sessions import SessionChanges
from chat.tests import make

pytestmark = pytest.mark.asyncio
URL = "/api/live"
CONNECTED = {"type": "system", "message": "connected"}


async def about(stream: Exchange, kind: str) -> dict[str, Any]:
    """The next event of a type."""
    while (event := await stream.event()) is not None:
        if event["type"] == kind:
            return event
    raise AssertionError("the stream has ended")


async def test_it_tells_what_changes(engine: Supervisor, alice: User) -> None:
    session = await run_db(make.session, alice, title="Before")
    async with Exchange("GET", URL, await signed_in(alice)) as stream:
        assert (stream.status, await stream.event()) == (200, CONNECTED)
        assert stream.headers["cache-control"] == "no-store, no-transform"
        await run_db(sessions.update, alice, session.session_id, SessionChanges(title="After"))
        while (await about(stream, "session"))["session"]["title"] != "After":
            pass
        await run_db(notes.touch, alice, "folders")
        engine.poke(alice.pk)
        assert (await about(stream, "changed"))["what"] == "folders"
        await run_db(sessions.delete, alice, session.session_id)
        assert (await about(stream, "session_deleted"))["session_id"] == session.session_id


async def test_a_program_can_listen(engine: Supervisor, alice: User) -> None:
    async with Exchange("GET", URL, await bearer(alice)) as stream:
        assert await stream.event() == CONNECTED


async def test_it_tells_nothing_of_others(engine: Supervisor, alice: User, bob: User) -> None:
    async with Exchange("GET", URL, await signed_in(alice)) as stream:
        assert await stream.event() == CONNECTED
        await run_db(sessions.start_session, bob)
        mine = await run_db(sessions.start_session, alice)
        assert (await about(stream, "session"))["session"]["session_id"] == mine.session_id
        assert await run_db(Session.objects.count) == 2


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer nonsense"}])
async def test_it_needs_a_sign_in(engine: Supervisor, headers: dict[str, str]) -> None:
    async with Exchange("GET", URL, headers) as stream:
        assert stream.status == 401
        assert (await stream.json())["code"] in {"not_authenticated", "token_not_valid"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_it_takes_get_only(engine: Supervisor, alice: User, method: str) -> None:
    async with Exchange(method, URL, await signed_in(alice)) as stream:
        assert (stream.status, stream.headers["allow"]) == (405, "GET")


async def test_it_ends_with_the_right_to_see_it(engine: Supervisor, alice: User) -> None:
    async with Exchange("GET", URL, await signed_in(alice)) as stream:
        assert await stream.event() == CONNECTED
        await run_db(lambda: User.objects.filter(pk=alice.pk).update(is_active=False))
        async with within(2):
            assert [event for event in await stream.events() if event["type"] != "session"] == []


async def test_signing_out_ends_it(engine: Supervisor, alice: User) -> None:
    headers = await signed_in(alice)
    async with Exchange("GET", URL, headers) as stream, Exchange("GET", URL, await bearer(alice)) as other:
        assert await stream.event() == await other.event() == CONNECTED
        async with Exchange("POST", "/api/logout", headers) as done:
            assert done.status == 200
        async with within(2):
            assert await stream.events() == []
        await run_db(sessions.start_session, alice)
        assert (await about(other, "session"))["type"] == "session"


async def test_a_person_has_so_many_and_no_more(
    engine: Supervisor, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.live, "_most", 1)
    headers = await signed_in(alice)
    async with Exchange("GET", URL, headers) as first:
        assert await first.event() == CONNECTED
        async with Exchange("GET", URL, headers) as second:
            assert (second.status, second.headers["retry-after"]) == (429, "5")
        async with Exchange("GET", URL, await signed_in(bob)) as others:
            assert others.status == 200
    async with Exchange("GET", URL, headers) as again:
        assert again.status == 200


async def test_silence_is_broken_by_a_heartbeat(
    engine: Supervisor, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT_SECONDS", 0.05)
    async with Exchange("GET", URL, await signed_in(alice)) as stream:
        assert await stream.event() == CONNECTED
        while b": \n\n" not in stream._rest:
            assert await stream._more()


async def test_ending_all_sessions_ends_it(engine: Supervisor, alice: User) -> None:
    async with Exchange("GET", URL, await signed_in(alice)) as stream:
        assert await stream.event() == CONNECTED
        await run_db(accounts.end_sessions, alice)
        async with within(2):
            await stream.events()
