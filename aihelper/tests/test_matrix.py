"""Every route and every socket action, for every kind of person, against the table in `aihelper.tests.matrix`."""

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
import pytest_asyncio
from django.conf import settings as project
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image

from aihelper import asgi
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Headers, Socket
from aihelper.lib.testing.plugin import PASSWORD
from aihelper.tests import matrix, world
from aihelper.tests.world import COLUMNS, UNKNOWN_NUMBER, UNKNOWN_UUID, World
from chat import pages
from chat.consumers.actions import ACTIONS
from chat.consumers.stream import EventStream
from chat.engine.supervisor import Supervisor
from chat.routing import socket_patterns, stream_patterns
from chat.tests.conftest import engine, upstream  # noqa: F401 - fixtures
from chat.tests.upstream import Upstream

pytestmark = [pytest.mark.timeout(180)]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MULTIPART = "multipart/form-data; boundary=b"
# Ours, of one request each, and so never the same.
PASSING_HEADERS = {"x-request-id", "date"}

Row = tuple[str, str]


# --- The table ---------------------------------------------------------------------------------------
def _rows() -> dict[Row, dict[str, int]]:
    rows = {}
    for line in matrix.ROUTES.strip().splitlines():
        method, *route, statuses = (
            re.split(r"\s+", line, maxsplit=2) if line[7] != " " else (line[:7].strip(), "", line[7:])
        )
        rows[method, "".join(route)] = dict(zip(COLUMNS, map(int, statuses.split()), strict=True))
    return rows


ROWS = _rows()
ADMIN = {line.split()[0]: int(line.split()[1]) for line in matrix.ADMIN.strip().splitlines()}


def _walk(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def _methods(callback: Any) -> set[str]:
    """The methods that a route itself names; a plain view names none, and serves GET."""
    view = getattr(callback, "cls", None)
    if view is not None:
        return {method for method in METHODS if hasattr(view, method.lower())}
    return set(callback._handlers) if isinstance(callback, EventStream) else {"GET"}


def declared() -> set[Row]:
    """Every route and method that is served, but for Django admin."""
    django = [(route, callback) for route, callback in _walk(get_resolver()) if not route.startswith("admin/")]
    streams = [(str(pattern.pattern), pattern.callback) for pattern in stream_patterns]
    rows = {(method, route) for route, callback in django + streams for method in _methods(callback)}
    # The demo routes by itself.
    return rows | {("GET", "demo/v1/models"), ("POST", "demo/v1/chat/completions")}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    # An answer's question is edited, the other two take the answer: the table says which of the two is meant.
    rows = {(method, route.replace("question_id", "message_id")) for method, route in ROWS}
    assert declared() - rows == set(), "routes without a row in aihelper/tests/matrix.py"
    assert rows - declared() == set(), "rows without a route"


def test_nothing_is_routed_beside_the_table() -> None:
    routes = [str(route.pattern) for route in asgi.http.application.routes]
    assert routes == [*(str(pattern.pattern) for pattern in stream_patterns), r"^demo/v1/", ""]
    assert [str(route.pattern) for route in asgi.websocket.routes] == ["chat/ws", ""]
    assert len(socket_patterns) == 1


def test_every_route_of_the_administration_has_a_row() -> None:
    assert {route for route, _callback in _walk(get_resolver()) if route.startswith("admin/")} == set(ADMIN)


def test_what_is_open_is_listed() -> None:
    assert {row for row, statuses in ROWS.items() if statuses["anonymous"] < 400} == set(matrix.OPEN)


def test_who_is_disabled_gets_no_more_than_nobody() -> None:
    for row, statuses in ROWS.items():
        for column in ("off", "off_token"):
            assert statuses[column] == statuses["anonymous"] or statuses[column] >= 400, row


def test_every_action_has_a_row() -> None:
    assert {line.split()[0] for line in matrix.ACTIONS.strip().splitlines()} == set(ACTIONS)


# --- The requests ------------------------------------------------------------------------------------
@pytest.fixture
def place(transactional_db: None, media_root: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is built, room for many answers, and a provider."""
    settings.MAX_RUNS_PER_USER = 1000
    monkeypatch.setattr(pages, "built_assets", lambda: pages.Assets("app.js", (), ()))
    monkeypatch.setattr("accounts.throttling.hit", lambda *key, **limit: None)
    world.offer_a_model()


@pytest_asyncio.fixture
async def server(place: None, engine: Supervisor, upstream: Upstream) -> AsyncIterator[Supervisor]:  # noqa: F811
    """The whole application, whose provider refuses everything at once."""
    upstream.refuse = lambda request: httpx.Response(401)
    yield engine


def body_of(row: Row, about: World, things: dict[str, Any]) -> dict[str, Any]:
    """A well-formed body for a row."""
    sign_in = {"username": about.asker.username, "password": PASSWORD}
    period = {"start_time": "2026-01-01", "end_time": "2026-12-31"}
    text = {"message": "Words"}
    bodies: dict[Row, dict[str, Any]] = {
        ("POST", "api/register"): {"username": f"n{uuid.uuid4().hex[:16]}", "password": "correct horse 2"},
        ("POST", "api/login"): sign_in,
        ("POST", "api/token"): sign_in,
        ("POST", "api/token/refresh"): {"refresh": about.refresh},
        ("PATCH", "api/user/info"): {"locale": "en"},
        ("POST", "api/user/password"): {"current_password": PASSWORD, "new_password": "correct horse 3"},
        ("POST", "api/chat/history/time-range"): period,
        ("POST", "api/chat/history/date-range"): period,
        ("PATCH", "api/chat/session/<str:session_id>"): {"title": "Another"},
        ("POST", "api/chat/session/<str:session_id>/branch"): {"message_id": things["message_id"]},
        ("POST", "api/chat/messages/<str:message_id>/rating"): {"rating": 1},
        ("POST", "api/chat/stream"): text,
        ("POST", "api/chat/messages/<int:question_id>/edit"): text,
        ("POST", "demo/v1/chat/completions"): {"model": "demo", "messages": [{"role": "user", "content": "Hi"}]},
    }
    return bodies.get(row, {})


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return head + file.getvalue() + b"\r\n--b--\r\n"


class Answered:
    """An answer as it came, without what differs from request to request by its nature."""

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = {name: value for name, value in headers.items() if name not in PASSING_HEADERS}
        self.body = body

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other)

    def __repr__(self) -> str:
        return f"{self.status} {self.headers} {self.body[:300]!r}"


async def ask(row: Row, about: World, things: dict[str, Any], headers: Headers, body: Any = None) -> Answered:
    """One request for a row; a stream is read as far as its start."""
    method, route = row
    path = world.filled(route, things)
    if row == ("GET", "api/chat/stream"):
        path += "?message=Words"
    if row == ("POST", "api/user/avatar"):
        exchange = Exchange(method, path, headers | {"content-type": MULTIPART}, body=picture())
    elif method in {"GET", "DELETE"}:
        exchange = Exchange(method, path, headers)
    else:
        exchange = Exchange(method, path, headers, json_body=body_of(row, about, things) if body is None else body)
    async with exchange as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            return Answered(answer.status, answer.headers, repr(await answer.event()).encode())
        return Answered(answer.status, answer.headers, await answer.body())


def secrets_in(row: Row, answer: Answered) -> list[str]:
    """Patterns of secrets that an answer has no business to show."""
    shown = answer.body.decode(errors="replace") + repr({k: v for k, v in answer.headers.items() if k != "set-cookie"})
    patterns = {
        "password hash": r"argon2|pbkdf2_|bcrypt|md5\$",
        "provider key": re.escape(world.PROVIDER_KEY[3:]),
        "sealed key": r"v1:test:",
        "signing key": f"{re.escape(project.SECRET_KEY)}|{re.escape(project.JWT_KEY)}",
        "password": re.escape(PASSWORD),
    }
    if row[1] not in matrix.GIVES_TOKENS:
        patterns["token"] = r"eyJ[A-Za-z0-9_-]{10,}\.eyJ"
    found = [f"{row}: shows a {name}" for name, pattern in patterns.items() if re.search(pattern, shown)]
    if "set-cookie" in answer.headers and project.SESSION_COOKIE_NAME in answer.headers["set-cookie"]:
        if row[1] not in {"api/login", "api/logout", "api/user/password"}:
            found.append(f"{row}: sets the session's cookie")
    return found


@pytest.mark.asyncio
async def test_who_gets_what(server: Supervisor) -> None:
    wrong: list[str] = []
    for row, statuses in ROWS.items():
        for column in COLUMNS:
            about = await run_db(world.build, column)
            before = await run_db(world.digest, about.owner)
            answer = await ask(row, about, about.things(), about.headers)
            if answer.status != statuses[column]:
                wrong.append(f"{' '.join(row)} by {column}: {answer}, not {statuses[column]}")
            if answer.status >= 400 and await run_db(world.digest, about.owner) != before:
                wrong.append(f"{' '.join(row)} by {column}: refused, and yet something changed")
            wrong += secrets_in(row, answer)
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
async def test_other_methods_are_refused(server: Supervisor) -> None:
    wrong: list[str] = []
    for route in sorted({route for _method, route in ROWS}):
        for method in METHODS:
            if (method, route) in ROWS:
                continue
            about = await run_db(world.build, "owner")
            answer = await ask((method, route), about, about.things(), about.headers)
            if answer.status != (401 if route.startswith("demo/") else 405):
                wrong.append(f"{method} {route}: {answer}")
    assert not wrong, "\n".join(wrong)


# --- Pages of other sites ----------------------------------------------------------------------------
@pytest.mark.asyncio
async def test_what_writes_by_cookie_needs_our_page(server: Supervisor) -> None:
    """Without the token, with another one, or from another origin: 403, and nothing happens."""
    wrong: list[str] = []
    for row, statuses in ROWS.items():
        if row[0] == "GET" or statuses["owner"] == 401:
            continue
        doors = row[1] in {"api/register", "api/login", "api/token", "api/token/refresh"}
        forged: list[dict[str, str | None]] = [{"origin": "http://evil.example"}, {"origin": "null"}]
        if not doors:
            forged += [{"x-csrftoken": None}, {"x-csrftoken": "b" * 32}, {"x-csrftoken": None, "origin": None}]
        for change in forged:
            about = await run_db(world.build, "owner")
            before = await run_db(world.digest, about.owner)
            headers = {name: value for name, value in (about.headers | change).items() if value is not None}
            answer = await ask(row, about, about.things(), headers)
            if answer.status != 403 or b"csrf_failed" not in answer.body:
                wrong.append(f"{' '.join(row)} with {change}: {answer}")
            if await run_db(world.digest, about.owner) != before:
                wrong.append(f"{' '.join(row)} with {change}: something changed")
    assert not wrong, "\n".join(wrong)


# --- Foreign ids -------------------------------------------------------------------------------------
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
    (("POST", "api/chat/session/{own_session_id}/branch"), "", {"message_id": "{message_id}"}),
]


def _unknown(things: dict[str, Any]) -> dict[str, Any]:
    return {name: UNKNOWN_NUMBER if isinstance(value, int) else UNKNOWN_UUID for name, value in things.items()}


def _own(about: World) -> dict[str, Any]:
    session = world.make.session(about.asker)
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
    for row in rows:
        about = await run_db(world.build, column)
        before = await run_db(world.digest, about.owner)
        for body in (None, {}, {"rating": "x", "title": 5, "message": 7, "message_id": "y", "offset": -1}):
            foreign = await ask(row, about, about.things(), about.headers, body)
            unknown = await ask(row, about, _unknown(about.things()), about.headers, body)
            if foreign != unknown or foreign.status not in {404, 400}:
                wrong.append(f"{' '.join(row)} {body}:\n  {foreign}\n  {unknown}")
        if await run_db(world.digest, about.owner) != before:
            wrong.append(f"{' '.join(row)}: something changed")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["other", "admin"])
async def test_a_foreign_id_inside_a_request_answers_like_an_unknown_one(server: Supervisor, column: str) -> None:
    wrong: list[str] = []
    for (method, route), query, body in NESTED:
        about = await run_db(world.build, column)
        before = await run_db(world.digest, about.owner)
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
        if await run_db(world.digest, about.owner) != before:
            wrong.append(f"{method} {route}{query} {body}: something changed")
    assert not wrong, "\n".join(wrong)


# --- The socket --------------------------------------------------------------------------------------
def payload_of(action: str, things: dict[str, Any]) -> Any:
    """A well-formed frame for an action."""
    on_message = {"message_id": things["message_id"]}
    on_generation = {"generation_id": things["generation_id"]}
    more: dict[str, dict[str, Any]] = {
        "send": {"message": "Words", "client_id": "c1"},
        "regenerate": on_message,
        "edit": {"message_id": things["question_id"], "message": "Words"},
        "continue": on_message,
        "attach": on_generation | {"offset": 0},
        "detach": on_generation,
        "stop": on_generation,
        "ping": {},
    }
    return {"type": action, **more[action]}


async def act(headers: Headers, payload: Any, *, silent: bool = False) -> dict[str, Any]:
    """What the socket says to a frame; for one to which it shall say nothing, that it is still there."""
    async with Socket(headers=headers) as socket:
        assert socket.accepted
        socket.say(payload)
        if silent:
            socket.say({"type": "ping"})
        event = await socket.hear("start", "error", "pong")
        assert event is not None
        return {"type": "-"} if silent and event["type"] == "pong" else event


@pytest.mark.asyncio
async def test_what_the_socket_answers(server: Supervisor) -> None:
    wrong: list[str] = []
    for line in matrix.ACTIONS.strip().splitlines():
        action, *expected = line.split()
        for column, outcome in zip(("owner", "other", "admin"), expected, strict=True):
            about = await run_db(world.build, column)
            before = await run_db(world.digest, about.owner)
            event = await act(about.headers, payload_of(action, about.things()), silent=outcome == "-")
            got = event["code"] if event["type"] == "error" else event["type"]
            if got != outcome:
                wrong.append(f"{action} by {column}: {event}, not {outcome}")
            if column != "owner" and await run_db(world.digest, about.owner) != before:
                wrong.append(f"{action} by {column}: something changed")
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


@pytest.mark.asyncio
@pytest.mark.parametrize("column", ["anonymous", "off", "off_token"])
async def test_who_is_not_signed_in_gets_no_socket(server: Supervisor, column: str) -> None:
    about = await run_db(world.build, column)
    async with Socket(headers=about.headers) as socket:
        assert not socket.accepted and socket.close_code == 4401
    async with Socket("/chat/other", headers=about.headers) as socket:
        assert not socket.accepted


# --- The administration ------------------------------------------------------------------------------
@pytest.mark.asyncio
async def test_the_administration_is_for_administrators(server: Supervisor) -> None:
    rows = await run_db(world.rows_of_the_administration)
    wrong: list[str] = []
    for route, status in ADMIN.items():
        path = _admin_path(route, rows)
        for column in COLUMNS:
            about = await run_db(world.build, column)
            async with Exchange("GET", path, about.headers) as answer:
                answered = Answered(answer.status, answer.headers, await answer.body())
            others = 200 if route in matrix.ADMIN_OPEN else 302
            expected = status if column == "admin" else others
            if answered.status != expected:
                wrong.append(f"GET {route} by {column}: {answered}, not {expected}")
            if column != "admin" and expected == 302 and "/admin/" not in answered.headers.get("location", ""):
                wrong.append(f"GET {route} by {column}: {answered}")
            wrong += secrets_in(("GET", route), answered)
            # Who used what, but never what was said.
            if re.search(rb"A question of the owner|An answer for the owner", answered.body):
                wrong.append(f"GET {route} by {column}: shows what was said")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
async def test_the_administration_takes_no_post_without_our_page(server: Supervisor) -> None:
    rows = await run_db(world.rows_of_the_administration)
    wrong: list[str] = []
    for route in ADMIN:
        path = _admin_path(route, rows)
        about = await run_db(world.build, "admin")
        for change in ({"x-csrftoken": "b" * 32}, {"origin": "http://evil.example"}):
            async with Exchange("POST", path, about.headers | change) as answer:
                if answer.status not in {403, 405}:
                    wrong.append(f"POST {route} with {change}: {answer.status}")
        about = await run_db(world.build, "other")
        async with Exchange("POST", path, about.headers) as answer:
            if answer.status not in {302, 405} and route not in matrix.ADMIN_OPEN:
                wrong.append(f"POST {route} by other: {answer.status}")
    assert not wrong, "\n".join(wrong)


def _admin_path(route: str, rows: dict[str, Any]) -> str:
    route = route.replace("^(?P<app_label>auth|accounts|providers|chat)/$", "chat/").replace("(?P<url>.*)$", "nothing")
    key = "/".join(route.split("/")[1:3])
    things = {"object_id": rows.get(key, 1), "id": rows.get(key, 1), "content_type_id": 1}
    return world.filled(route, things)
