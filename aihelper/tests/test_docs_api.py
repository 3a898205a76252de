"""docs/api.md says what is true: its routes are those of the code, and each curl line does what stands below it."""

import base64
import json
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import avatars, tokens
from accounts.announcements.models import Announcement
from accounts.invitations import giving
from accounts.models import SignIn, User
from accounts.site import logo
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from aihelper.lib.testing.asgi import Exchange, scope
from chat import routing
from chat.consumers.actions import ACTIONS
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
from chat.models import ChatImport
from chat.services import documents, folders, own_roles, prompts, shares
from chat.services.own_roles import RoleChanges
from chat.services.shares import ShareChanges
from chat.tests.upstream import Upstream
from providers import services
from providers.errors import ProviderError

TEXT = Path(settings.BASE_DIR, "docs", "api.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^### (GET|POST|PUT|PATCH|DELETE|WS) (/\S+)$", re.MULTILINE)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"^Answer \((\d{3})\):", re.MULTILINE)
CLAUDE = Path(settings.BASE_DIR, "chat/tests/imports/samples/claude.json").read_bytes()
METHODS = ("get", "post", "put", "patch", "delete")
# Served by bare ASGI applications, which have no list of routes to ask.
OTHERS = {("WS", "/chat/ws"), ("GET", "/demo/v1/models"), ("POST", "/demo/v1/chat/completions")}
OPEN_ENDED = {"/api/live"}
# What curl calls a body of -d.
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "a-boundary"

Route = tuple[str, str]


@dataclass
class Curl:
    """A curl line, taken apart as curl does."""

    method: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    in_query: bool = False

    @classmethod
    def parse(cls, line: str) -> "Curl":
        """Read the options that the page uses; any other one fails."""
        curl, words = cls(), iter(shlex.split(line.replace("\\\n", " "))[1:])
        for word in words:
            match word:
                case "-N":
                    pass
                case "-G":
                    curl.in_query = True
                case "-X":
                    curl.method = next(words)
                case "-H":
                    name, _colon, value = next(words).partition(": ")
                    curl.headers[name.lower()] = value
                case "-d":
                    curl.data.append(next(words))
                case "--data-urlencode":
                    name, _equals, value = next(words).partition("=")
                    curl.data.append(f"{name}={quote(value)}")
                case "-F":
                    curl.files.append(next(words))
                case "-o":
                    next(words)
                case _:
                    assert not curl.target and not word.startswith("-"), word
                    curl.target = word
        return curl

    def exchange(self, variables: dict[str, str], files: dict[str, bytes]) -> Exchange:
        """The request, with the variables filled in."""

        def fill(text: str) -> str:
            return re.sub(r"\$([A-Z]+)", lambda match: variables[match[1]], text)

        data = "&".join(map(fill, self.data))
        target = fill(self.target) + (f"?{data}" if self.in_query else "")
        headers = {name: fill(value) for name, value in self.headers.items()}
        body = b"" if self.in_query else data.encode()
        if self.files:
            headers["content-type"] = f"multipart/form-data; boundary={BOUNDARY}"
            body = multipart(self.files, files)
        if body:
            headers = {"content-type": FORM, **headers, "content-length": str(len(body))}
        method = self.method or ("POST" if body else "GET")
        exchange = Exchange(method, target, body=body)
        exchange._scope = scope("http", target, headers, method=method)
        return exchange


def multipart(parts: list[str], files: dict[str, bytes]) -> bytes:
    """A form of files, written name=@file."""
    body = b""
    for part in parts:
        name, _at, file = part.partition("=@")
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
        body += head.encode() + files[file] + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def sections() -> dict[Route, str]:
    """The text below each route's heading, up to the next heading."""
    parts = re.split(r"^(?=##)", TEXT, flags=re.MULTILINE)
    return {(match[1], match[2]): part for part in parts if (match := HEADING.match(part))}


def documented_curls() -> Iterator[Any]:
    """Each curl line with its route, its status and its JSON, if it has any."""
    for (method, path), text in sections().items():
        if method == "WS":
            continue
        fences = {kind: body for kind, body in FENCE.findall(text)}
        assert fences["sh"].startswith("curl "), path
        status = STATUS.search(text)
        assert status, f"{method} {path}: no status"
        answer = json.loads(fences["json"]) if "json" in fences else None
        yield pytest.param(method, path, fences["sh"], int(status[1]), answer, id=f"{method} {path}")


def served_routes() -> set[Route]:
    """The routes that the code serves to programs."""
    streams = {
        (method, readable(str(pattern.pattern)))
        for pattern in routing.stream_patterns
        for method in pattern.callback._handlers
    }
    return streams | OTHERS | set(django_routes(get_resolver().url_patterns))


def django_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from django_routes(pattern.url_patterns, path)
        elif path.startswith(("api/", "media/", "health")):
            view = getattr(pattern.callback, "view_class", None)
            for method in [name for name in METHODS if hasattr(view, name)] if view else ["get"]:
                yield method.upper(), readable(path)


def readable(path: str) -> str:
    """Django's `<str:session_id>` as `{session_id}`."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


@pytest.fixture
def png() -> bytes:
    """The picture of the page's first block."""
    return base64.b64decode(re.findall(r"base64 -d .*<<< (\S+)", TEXT)[0])


@pytest_asyncio.fixture
async def variables(alice: User, png: bytes, media_root: Path, transactional_db: None) -> AsyncIterator[dict[str, str]]:
    """What the page's first block sets, with an engine whose upstream answers at once."""
    upstream = Upstream()
    upstream.refuse = answer_at_once
    engine = Supervisor(client_factory=upstream.client)
    supervisors.use(engine)
    await run_db(services.ensure_demo)
    await run_db(avatars.store, alice, BytesIO(png))
    sign = await run_db(logo.keep, logo.encode(png))
    document = await run_db(documents.create, alice, "notes.md", "Milk and bread")
    prompt = await run_db(prompts.create, alice, "translate", "Translate", "Translate into {{language|English}}:")
    pair = await run_db(tokens.issue, alice)
    headers = {"authorization": f"Bearer {pair.access}"}
    async with Exchange("POST", "/api/chat/stream", headers, json_body={"message": "Hello"}) as stream:
        start = (await stream.events())[0]
    share, _created = await run_db(shares.share, alice, start["session_id"], ShareChanges(audience="public"))
    folder = await run_db(folders.create, alice, "Work", "💼")
    yield {
        "URL": "",
        "FOLDER": folder.folder_id,
        "TOKEN": pair.access,
        "REFRESH": pair.refresh,
        "SESSION": start["session_id"],
        "QUESTION": str(start["user_message_id"]),
        "ANSWER": str(start["message_id"]),
        "GENERATION": start["generation_id"],
        "SHARE": share.token,
        "ROLE": (await run_db(own_roles.create, alice, RoleChanges(name="Poet", system_prompt="In verse."))).slug,
        "SIGNIN": str(await run_db(lambda: SignIn.objects.create(user=alice, kind="program", name_hash="f" * 32).pk)),
        "DOCUMENT": document.document_id,
        "PROMPT": prompt.prompt_id,
        "IMPORT": await run_db(lambda: ChatImport.objects.create(user=alice).import_id),
        "ANNOUNCEMENT": str(await run_db(lambda: Announcement.objects.create(text="Words").pk)),
        "INVITATION": (await run_db(lambda: giving.invite(by=None, groups=[]))).token,
        "AVATAR": str(avatars.url_of(alice)),
        "LOGO": f"/media/site/{sign}",
    }
    await engine.close()
    supervisors.use(None)


def answer_at_once(_request: dict[str, Any]) -> httpx.Response:
    events: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"content": "Hello!"}}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 11}},
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)


def differences(documented: Any, real: Any, path: str = "answer") -> Iterator[str]:
    """Where two JSON values differ in names and types; null and empty collections agree with everything."""
    if not documented or not real:
        return
    if type(documented) is not type(real):
        yield f"{path}: {type(documented).__name__} documented, {type(real).__name__} found"
    elif isinstance(documented, dict):
        if set(documented) != set(real):
            yield f"{path}: {sorted(documented)} documented, {sorted(real)} found"
        for name in set(documented) & set(real):
            yield from differences(documented[name], real[name], f"{path}.{name}")
    elif isinstance(documented, list):
        yield from differences(documented[-1], real[-1], f"{path}[-1]")


def test_every_route_has_a_section_and_every_section_a_route() -> None:
    assert sorted(sections()) == sorted(served_routes())


@pytest.mark.asyncio
@pytest.mark.parametrize(("method", "path", "line", "status", "answer"), list(documented_curls()))
async def test_the_curl_line_works(
    method: str, path: str, line: str, status: int, answer: Any, variables: dict[str, str], png: bytes
) -> None:
    curl = Curl.parse(line)
    async with curl.exchange(variables, {"avatar.png": png, "conversations.json": CLAUDE}) as exchange:
        # A stream that stays open shows itself by its first event.
        body = b"" if path in OPEN_ENDED else await exchange.body()
        assert path not in OPEN_ENDED or await exchange.event() == {"type": "system", "message": "connected"}
    assert (exchange._scope["method"], exchange.status) == (method, status), body[:500]
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
    assert re.fullmatch(pattern, exchange._scope["path"])
    if answer is not None:
        assert list(differences(answer, json.loads(body))) == []


@pytest.mark.asyncio
async def test_the_events_are_those_of_the_table(variables: dict[str, str]) -> None:
    documented = table_rows("type", TEXT.partition("## Event streams")[2])
    curl = Curl.parse(FENCE.findall(sections()["POST", "/api/chat/stream"])[0][1])
    async with curl.exchange(variables, {}) as exchange:
        events = await exchange.events()
    assert [event["type"] for event in events] == ["start", "title", "delta", "done"]
    for event in events:
        names = {*re.findall(r"`(\w+)`", documented[event["type"]])}
        assert event.keys() - {"type", "id"} == names, event


def test_the_actions_of_the_socket_are_those_of_the_code() -> None:
    documented = table_rows("action", sections()["WS", "/chat/ws"])
    assert set(documented) == set(ACTIONS) - {"plain"}


@pytest.mark.parametrize("root", [AppError, ProviderError])
def test_every_code_of_an_error_is_explained(root: type[AppError] | type[ProviderError]) -> None:
    errors = TEXT.partition("## Errors")[2].partition("\n## ")[0]
    codes = {kind.code for kind in tree(root) if ".tests." not in kind.__module__}
    assert {code for code in codes if f"`{code}`" not in errors} == set()


def table_rows(first: str, text: str) -> dict[str, str]:
    """The second cell by the first, of the first table whose first column is called `first`."""
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:]] for row in table[1].splitlines()]
    return {row[0].strip("`"): row[1] for row in rows}


def tree(kind: Any) -> Iterator[Any]:
    yield kind
    for child in kind.__subclasses__():
        yield from tree(child)
