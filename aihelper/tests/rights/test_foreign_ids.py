"""A foreign id answers like one that never was: status, headers and body, byte for byte (invariant I5)."""

import re
from typing import Any

import pytest

from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange
from aihelper.tests.rights import world
from aihelper.tests.rights.asking import ROWS, Answered, Row, act, ask, payload_of
from aihelper.tests.rights.world import UNKNOWN_NUMBER, UNKNOWN_UUID, World, Worlds
from chat.engine.supervisor import Supervisor
from chat.tests import make

SEND: Row = ("POST", "api/chat/stream")
SESSION = "api/chat/session/<str:session_id>"

# Ids in bodies and queries. `own` are things of who asks; the others are the owner's, or unknown.
NESTED: list[tuple[Row, str, dict[str, str]]] = [
    (SEND, "", {"message": "Words", "session_id": "{session_id}"}),
    (SEND, "", {"message": "Words", "session_id": "{own_session_id}", "parent_id": "{message_id}"}),
    (("GET", "api/chat/stream"), "?message=Words&session_id={session_id}", {}),
    (("GET", "api/chat/stream"), "?message=Words&session_id={own_session_id}&parent_id={message_id}", {}),
    (("GET", "api/chat/history"), "?session_id={session_id}", {}),
    (("PATCH", "api/chat/session/{own_session_id}"), "", {"current_message_id": "{message_id}"}),
    (("PATCH", "api/chat/session/{own_session_id}"), "", {"folder_id": "{folder_id}"}),
    (("POST", "api/chat/start"), "", {"folder_id": "{folder_id}"}),
    (SEND, "", {"message": "Words", "folder_id": "{folder_id}"}),
    (("POST", "api/chat/session/{own_session_id}/branch"), "", {"message_id": "{message_id}"}),
]


def _unknown(things: dict[str, Any]) -> dict[str, Any]:
    return {name: UNKNOWN_NUMBER if isinstance(value, int) else UNKNOWN_UUID for name, value in things.items()}


def _own(about: World) -> dict[str, Any]:
    session = make.session(about.asker)
    return {"own_session_id": session.session_id}


def _put_in(value: Any, things: dict[str, Any]) -> Any:
    """A template with the ids in place; numbers stay numbers."""
    if isinstance(value, dict):
        return {name: _put_in(item, things) for name, item in value.items()}
    if match := re.fullmatch(r"\{(\w+)\}", value):
        return things[match[1]]
    return value.format_map(things)


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["other", "admin"])
async def test_a_foreign_id_answers_like_an_unknown_one(server: Supervisor, column: str) -> None:
    wrong: list[str] = []
    rows = [row for row, statuses in ROWS.items() if statuses[column] == 404]
    assert len(rows) >= 10
    worlds = Worlds()
    for row in rows:
        about = await worlds.of(column)
        for body in (None, {}, {"rating": "x", "title": 5, "message": 7, "message_id": "y", "offset": -1}):
            foreign = await ask(row, about, about.things(), about.headers, body)
            unknown = await ask(row, about, _unknown(about.things()), about.headers, body)
            if foreign != unknown or foreign.status not in {404, 400}:
                wrong.append(f"{' '.join(row)} {body}:\n  {foreign}\n  {unknown}")
        if await worlds.has_changed(column):
            wrong.append(f"{' '.join(row)}: something changed")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["other", "admin"])
async def test_a_foreign_id_inside_a_request_answers_like_an_unknown_one(server: Supervisor, column: str) -> None:
    wrong: list[str] = []
    worlds = Worlds()
    for (method, route), query, body in NESTED:
        about = await worlds.of(column)
        own = await run_db(_own, about)
        answers = []
        for things in (about.things() | own, _unknown(about.things()) | own):
            path = "/" + _put_in(route + query, things)
            given = {"json_body": _put_in(body, things)} if method != "GET" else {}
            async with Exchange(method, path, about.headers, **given) as answer:
                answers.append(Answered(answer.status, answer.headers, await answer.body()))
        foreign, unknown = answers
        if foreign != unknown or foreign.status != 404:
            wrong.append(f"{method} {route}{query} {body}:\n  {foreign}\n  {unknown}")
        if await worlds.has_changed(column):
            wrong.append(f"{method} {route}{query} {body}: something changed")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["other", "admin"])
async def test_a_foreign_id_on_the_socket_answers_like_an_unknown_one(server: Supervisor, column: str) -> None:
    for action in ("regenerate", "edit", "continue", "attach", "stop", "send", "parent"):
        about = await run_db(world.build, column)
        own = await run_db(_own, about)
        answers = []
        for things in (about.things(), _unknown(about.things())):
            payload = payload_of("send" if action == "parent" else action, things)
            if action == "send":
                payload["session_id"] = things["session_id"]
            if action == "parent":
                payload |= {"session_id": own["own_session_id"], "parent_id": things["message_id"]}
            event = await act(about.headers, payload)
            # The frame says which action it answers, by the ids that came with it.
            answers.append(
                {name: value for name, value in event.items() if name not in {"message_id", "generation_id"}}
            )
        assert answers[0] == answers[1], action
        assert answers[0]["type"] == "error", action
