"""Asking for every row of the table, over HTTP and over the socket, and reading what comes."""

import re
import uuid
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver
from PIL import Image

from aihelper.lib.testing.asgi import Exchange, Headers, Socket
from aihelper.lib.testing.plugin import PASSWORD
from aihelper.tests.rights import admin_table, table, world
from aihelper.tests.rights.world import COLUMNS, World

MULTIPART = "multipart/form-data; boundary=b"
# Of one request each, and so never the same.
PASSING_HEADERS = {"x-request-id", "date"}

Row = tuple[str, str]


def _rows() -> dict[Row, dict[str, int]]:
    rows = {}
    for line in table.ROUTES.strip().splitlines():
        method, *route, statuses = (
            re.split(r"\s+", line, maxsplit=2) if line[7] != " " else (line[:7].strip(), "", line[7:])
        )
        rows[method, "".join(route)] = dict(zip(COLUMNS, map(int, statuses.split()), strict=True))
    return rows


ROWS = _rows()
ADMIN = {line.split()[0]: int(line.split()[1]) for line in admin_table.ADMIN.strip().splitlines()}


def walk(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def body_of(row: Row, about: World, things: dict[str, Any]) -> dict[str, Any]:
    """A well-formed body for a row."""
    sign_in = {"username": about.asker.username, "password": PASSWORD}
    period = {"start_time": "2026-01-01", "end_time": "2026-12-31"}
    text = {"message": "Words"}
    bodies: dict[Row, dict[str, Any]] = {
        ("POST", "api/register"): {"username": f"n{uuid.uuid4().hex[:16]}", "password": "correct horse 2"},
        ("POST", "api/invitations/look"): {"token": about.invitation},
        ("POST", "api/invitations/accept"): {
            "token": about.invitation,
            "username": f"n{uuid.uuid4().hex[:16]}",
            "password": "correct horse 2",
        },
        ("POST", "api/login"): sign_in,
        ("POST", "api/token"): sign_in,
        ("POST", "api/token/refresh"): {"refresh": about.refresh},
        ("PATCH", "api/user/info"): {"locale": "en"},
        ("DELETE", "api/user"): {"current_password": PASSWORD},
        ("POST", "api/user/password"): {"current_password": PASSWORD, "new_password": "correct horse 3"},
        ("POST", "api/chat/history/time-range"): period,
        ("POST", "api/chat/history/date-range"): period,
        ("PATCH", "api/chat/session/<str:session_id>"): {"title": "Another"},
        ("POST", "api/chat/session/<str:session_id>/branch"): {"message_id": things["message_id"]},
        ("POST", "api/chat/sessions/bulk"): {"action": "pin", "session_ids": [things["session_id"]]},
        ("POST", "api/chat/folders"): {"name": "Another"},
        ("POST", "api/chat/folders/order"): {"ids": [things["folder_id"]]},
        ("PATCH", "api/chat/folders/<str:folder_id>"): {"name": "Another"},
        ("POST", "api/chat/messages/<str:message_id>/rating"): {"rating": 1},
        ("POST", "api/announcements/<int:announcement_id>/dismiss"): {"version": "0"},
        ("POST", "api/push"): {"endpoint": world.PUSH_ENDPOINT, "keys": world.PUSH_KEYS},
        ("DELETE", "api/push"): {"endpoint": world.PUSH_ENDPOINT},
        ("POST", "api/shares"): {"session_id": things["session_id"]},
        ("PATCH", "api/shares/<str:token>"): {"audience": "members"},
        ("POST", "api/shares/<str:token>/continue"): {"client_id": "copy-1"},
        ("POST", "api/chat/documents"): {"name": "words.txt", "text": "Words"},
        ("PUT", "api/chat/drafts/<str:session_id>"): {"text": "Words", "version": 0},
        ("POST", "api/roles"): {"name": "A role"},
        ("PATCH", "api/roles/<str:slug>"): {"name": "Another"},
        ("POST", "api/prompts"): {"command": "others", "text": "Words"},
        ("PATCH", "api/prompts/<str:prompt_id>"): {"text": "Other words"},
        ("POST", "api/chat/export"): {"session_ids": [things["session_id"]], "format": "json"},
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


def an_export() -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
    chat = b'[{"uuid": "1", "name": "Theirs", "chat_messages": [{"sender": "human", "text": "Words"}]}]'
    return head + chat + b"\r\n--b--\r\n"


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
    if row == ("GET", "api/chat/search"):
        path += "?q=words"
    if row == ("POST", "api/user/avatar"):
        exchange = Exchange(method, path, headers | {"content-type": MULTIPART}, body=picture())
    elif row == ("POST", "api/chat/imports") and body is None:
        exchange = Exchange(method, path, headers | {"content-type": MULTIPART}, body=an_export())
    elif method in {"GET", "DELETE"} and row not in {("DELETE", "api/user"), ("DELETE", "api/push")}:
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
        "signing key": f"{re.escape(settings.SECRET_KEY)}|{re.escape(settings.JWT_KEY)}",
        "password": re.escape(PASSWORD),
    }
    if row[1] not in table.GIVES_TOKENS:
        patterns["token"] = r"eyJ[A-Za-z0-9_-]{10,}\.eyJ"
    found = [f"{row}: shows a {name}" for name, pattern in patterns.items() if re.search(pattern, shown)]
    if "set-cookie" in answer.headers and settings.SESSION_COOKIE_NAME in answer.headers["set-cookie"]:
        if row[1] not in {"api/login", "api/logout", "api/user/password", "api/user"}:
            found.append(f"{row}: sets the session's cookie")
    return found


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
