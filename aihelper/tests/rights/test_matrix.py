"""Every route and every socket action, for every kind of person, against `aihelper.tests.rights.table`."""

from typing import Any

import pytest
from django.urls import get_resolver

from aihelper import asgi
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Socket
from aihelper.tests.rights import table, world
from aihelper.tests.rights.asking import ROWS, Row, act, ask, payload_of, secrets_in, walk
from aihelper.tests.rights.world import COLUMNS, Worlds
from chat.consumers.actions import ACTIONS
from chat.consumers.stream import EventStream
from chat.engine.supervisor import Supervisor
from chat.routing import socket_patterns, stream_patterns

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _methods(callback: Any) -> set[str]:
    """The methods that a route itself names; a plain view names none, and serves GET."""
    view = getattr(callback, "cls", None)
    if view is not None:
        return {method for method in METHODS if hasattr(view, method.lower())}
    return set(callback._handlers) if isinstance(callback, EventStream) else {"GET"}


def declared() -> set[Row]:
    """Every route and method that is served, but for Django admin."""
    django = [(route, callback) for route, callback in walk(get_resolver()) if not route.startswith("admin/")]
    streams = [(str(pattern.pattern), pattern.callback) for pattern in stream_patterns]
    rows = {(method, route) for route, callback in django + streams for method in _methods(callback)}
    # The demo routes by itself.
    return rows | {("GET", "demo/v1/models"), ("POST", "demo/v1/chat/completions")}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    # An answer's question is edited, the other two take the answer: the table says which of the two is meant.
    rows = {(method, route.replace("question_id", "message_id")) for method, route in ROWS}
    assert declared() - rows == set(), "routes without a row in aihelper/tests/rights/table.py"
    assert rows - declared() == set(), "rows without a route"


def test_nothing_is_routed_beside_the_table() -> None:
    router: Any = asgi.http.application
    routes = [str(route.pattern) for route in router.routes]
    assert routes == [*(str(pattern.pattern) for pattern in stream_patterns), r"^demo/v1/", ""]
    assert [str(route.pattern) for route in asgi.websocket.routes] == ["chat/ws", ""]
    assert len(socket_patterns) == 1


def test_what_is_open_is_listed() -> None:
    assert {row for row, statuses in ROWS.items() if statuses["anonymous"] < 400} == set(table.OPEN)


def test_who_is_disabled_gets_no_more_than_nobody() -> None:
    for row, statuses in ROWS.items():
        for column in ("off", "off_token"):
            assert statuses[column] == statuses["anonymous"] or statuses[column] >= 400, row


def test_every_action_has_a_row() -> None:
    assert {line.split()[0] for line in table.ACTIONS.strip().splitlines()} == set(ACTIONS)


@pytest.mark.asyncio
@pytest.mark.parametrize("column", COLUMNS)
async def test_who_gets_what(server: Supervisor, column: str) -> None:
    wrong: list[str] = []
    worlds = Worlds()
    for row, statuses in ROWS.items():
        about = await worlds.of(column)
        answer = await ask(row, about, about.things(), about.headers)
        if answer.status != statuses[column]:
            wrong.append(f"{' '.join(row)} by {column}: {answer}, not {statuses[column]}")
        if answer.status < 400 and row[0] != "GET":
            worlds.spend(column)
        elif await worlds.has_changed(column) and answer.status >= 400:
            wrong.append(f"{' '.join(row)} by {column}: refused, and yet something changed")
        wrong += secrets_in(row, answer)
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
async def test_other_methods_are_refused(server: Supervisor) -> None:
    wrong: list[str] = []
    worlds = Worlds()
    for route in sorted({route for _method, route in ROWS}):
        for method in METHODS:
            if (method, route) in ROWS:
                continue
            about = await worlds.of("owner")
            answer = await ask((method, route), about, about.things(), about.headers)
            if answer.status != (401 if route.startswith("demo/") else 405):
                wrong.append(f"{method} {route}: {answer}")
                worlds.spend("owner")
    assert not wrong, "\n".join(wrong)


# --- Pages of other sites ----------------------------------------------------------------------------
@pytest.mark.asyncio
async def test_what_writes_by_cookie_needs_our_page(server: Supervisor) -> None:
    """Without the token, with another one, or from another origin: 403, and nothing happens."""
    wrong: list[str] = []
    worlds = Worlds()
    for row, statuses in ROWS.items():
        if row[0] == "GET" or statuses["owner"] == 401:
            continue
        doors = row[1] in {"api/register", "api/login", "api/token", "api/token/refresh"} or "invitations" in row[1]
        forged: list[dict[str, str | None]] = [{"origin": "http://evil.example"}, {"origin": "null"}]
        if not doors:
            forged += [{"x-csrftoken": None}, {"x-csrftoken": "b" * 32}, {"x-csrftoken": None, "origin": None}]
        for change in forged:
            about = await worlds.of("owner")
            headers = {name: value for name, value in (about.headers | change).items() if value is not None}
            answer = await ask(row, about, about.things(), headers)
            if answer.status != 403 or b"csrf_failed" not in answer.body:
                wrong.append(f"{' '.join(row)} with {change}: {answer}")
            if await worlds.has_changed("owner"):
                wrong.append(f"{' '.join(row)} with {change}: something changed")
    assert not wrong, "\n".join(wrong)


# --- The socket --------------------------------------------------------------------------------------
@pytest.mark.asyncio
async def test_what_the_socket_answers(server: Supervisor) -> None:
    wrong: list[str] = []
    worlds = Worlds()
    for line in table.ACTIONS.strip().splitlines():
        action, *expected = line.split()
        for column, outcome in zip(("owner", "other", "admin"), expected, strict=True):
            about = await worlds.of(column)
            event = await act(about.headers, payload_of(action, about.things()), silent=outcome == "-")
            got = event["code"] if event["type"] == "error" else event["type"]
            if got != outcome:
                wrong.append(f"{action} by {column}: {event}, not {outcome}")
            if column == "owner":
                worlds.spend(column)
            elif await worlds.has_changed(column):
                wrong.append(f"{action} by {column}: something changed")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["anonymous", "off", "off_token"])
async def test_who_is_not_signed_in_gets_no_socket(server: Supervisor, column: str) -> None:
    about = await run_db(world.build, column)
    async with Socket(headers=about.headers) as socket:
        assert not socket.accepted and socket.close_code == 4401
    async with Socket("/chat/other", headers=about.headers) as socket:
        assert not socket.accepted
