"""Anything at all, to every route and every socket action: never a 5xx, never a crash that only the log knows.

A seeded smoke of what `make soak` does for longer (FUZZ_EXAMPLES).
"""

import json
import logging
import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Socket
from aihelper.tests.rights import admin_table, world
from aihelper.tests.rights.asking import ROWS, Row, payload_of
from aihelper.tests.rights.world import UNKNOWN_UUID, World
from chat.consumers.actions import ACTIONS
from chat.consumers.socket import TOO_LARGE, TOO_MANY
from chat.engine.supervisor import Supervisor

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.timeout(900),
    pytest.mark.tells("password, token, provider key", "the same text is sent as a password here and as a name there"),
]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1500"))
# What is no JSON has errors in its own form.
PAGES = {"api/docs", "api/schema"}
# A world is made anew after so many requests, and after those that end sessions or delete.
RENEW = 20
FIELDS = (
    "message session_id model_id role parent_id client_id offset generation_id message_id title pinned archived rating"
    " username password email refresh locale preferences start_time end_time time_zone cursor limit current_password"
    " folder_id folder trash unread action session_ids ids name emoji"
    " new_password current_message_id before q from to archived session_id offset type messages model e p o _popup"
    " beside_model_id beside"
).split()

text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\0", "\ud800", "%", "'", '"', "../..", "1" * 400, "2026-02-30", "9999-12-31", "é", "ﷺ" * 200]
    ),
    st.sampled_from([UNKNOWN_UUID, UNKNOWN_UUID.upper(), "null", "NaN", "-1", "0", str(2**63), str(2**31), "1e9", "٣"]),
)
numbers = st.one_of(
    st.integers(), st.sampled_from([-1, 0, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30, 1e308, 0.5]), st.floats()
)
plain = st.one_of(st.none(), st.booleans(), numbers, text)
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=8
)
bodies = st.one_of(
    st.dictionaries(st.sampled_from(FIELDS), anything, max_size=6),
    anything,
)
queries = st.dictionaries(st.sampled_from(FIELDS), text, max_size=4)
headers = st.dictionaries(
    st.sampled_from(
        ["accept", "accept-language", "content-type", "last-event-id", "range", "x-forwarded-for", "origin"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20),
    max_size=2,
)
admin_routes = [line.split()[0] for line in admin_table.ADMIN.strip().splitlines() if "logout" not in line]

Fuzz = Callable[[Any], Any]


def fuzz(share: float) -> Fuzz:
    """The same inputs each time; `share` of all examples."""
    unimportant = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=int(EXAMPLES * share),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=unimportant,
    )


class Place:
    """The world of the moment, and what the log says."""

    def __init__(self, log: pytest.LogCaptureFixture) -> None:
        self._log = log
        self._left = 0
        self._about: World | None = None

    async def about(self, column: str = "owner") -> World:
        """The owner's world, made anew when it is worn out."""
        self._left -= 1
        if self._about is None or self._left <= 0:
            self._about, self._left = await run_db(world.build, column), RENEW
        return self._about

    def wear_out(self) -> None:
        self._left = 0

    def check(self, what: Any) -> None:
        """Raise AssertionError when something went wrong that nobody was told."""
        errors = [record for record in self._log.records if record.levelno >= logging.ERROR]
        assert not errors, (what, [record.getMessage() for record in errors])
        self._log.clear()


@pytest.fixture
def ground(caplog: pytest.LogCaptureFixture) -> Place:
    caplog.set_level(logging.ERROR)
    return Place(caplog)


def path_of(route: str, about: World, foreign: str | None, query: dict[str, str]) -> str:
    """The route with the owner's ids or with something else in their place."""
    things = about.things() if foreign is None else dict.fromkeys(about.things(), _quoted(foreign))
    encoded = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in query.items()})
    return world.filled(route, things) + (f"?{encoded}" if encoded else "")


def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


async def ask(method: str, path: str, given: dict[str, str], body: bytes) -> tuple[int, bytes]:
    async with Exchange(method, path, given, body=body) as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            return answer.status, repr(await answer.event()).encode()
        return answer.status, await answer.body()


@fuzz(0.6)
@given(
    row=st.sampled_from(sorted(ROWS)),
    body=bodies,
    raw=st.none() | st.binary(max_size=50),
    query=queries,
    foreign=st.none() | text,
    more=headers,
)
async def test_no_request_brings_a_route_down(
    server: Supervisor,
    ground: Place,
    row: Row,
    body: Any,
    raw: bytes | None,
    query: dict[str, str],
    foreign: str | None,
    more: dict[str, str],
) -> None:
    about = await ground.about()
    method, route = row
    path = path_of(route, about, foreign, query)
    sent = (json.dumps(body).encode() if raw is None else raw) if method != "GET" else b""
    status, answer = await ask(method, path, about.headers | more, sent)
    if method == "DELETE" or route in {"api/logout", "api/login", "api/user/password"} or status == 401:
        ground.wear_out()
    ground.check((method, path, sent))
    assert status < 500, (method, path, sent, answer)
    if status >= 400 and route.startswith("api/") and route not in PAGES:
        assert {"detail", "code"} <= set(json.loads(answer)), (method, path, sent, answer)


@fuzz(0.2)
@given(action=st.sampled_from(sorted(ACTIONS)) | text, body=bodies, keep=st.booleans())
async def test_no_frame_brings_the_socket_down(
    server: Supervisor, ground: Place, action: str, body: Any, keep: bool
) -> None:
    about = await ground.about()
    frame = payload_of(action, about.things()) if keep and action in ACTIONS else {"type": action}
    frame |= body if isinstance(body, dict) else {}
    async with Socket(headers=about.headers) as socket:
        assert socket.accepted
        socket.say(json.dumps(frame))
        socket.say({"type": "ping"})
        assert await socket.hear("pong"), (frame, socket.close_code)
    ground.check(frame)


@fuzz(0.05)
@given(frames=st.lists(st.text(max_size=40) | st.binary(max_size=40), min_size=1, max_size=3))
async def test_no_noise_brings_the_socket_down(server: Supervisor, ground: Place, frames: list[str | bytes]) -> None:
    about = await ground.about()
    async with Socket(headers=about.headers) as socket:
        for frame in frames:
            socket.say_bytes(frame) if isinstance(frame, bytes) else socket.say(frame)
        socket.say({"type": "ping"})
        if await socket.hear("pong") is None:
            assert socket.close_code in {TOO_LARGE, TOO_MANY}
    ground.check(frames)


@fuzz(0.15)
@given(route=st.sampled_from(admin_routes), query=queries, identity=text, post=st.booleans())
async def test_no_request_brings_the_administration_down(
    server: Supervisor, ground: Place, route: str, query: dict[str, str], identity: str, post: bool
) -> None:
    about = await ground.about("admin")
    route = route.replace("^(?P<app_label>accounts|auth|providers|chat)/$", "chat/").replace("(?P<url>.*)$", "nothing")
    path = path_of(re.sub(r"object_id|content_type_id|(?<=<)id(?=>)", "name", route), about, identity, query)
    sent = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}).encode()
    form = about.headers | {"content-type": "application/x-www-form-urlencoded"}
    status, answer = await ask("POST" if post else "GET", path, form if post else about.headers, sent if post else b"")
    if status == 302 or post:
        ground.wear_out()
    ground.check((path, sent))
    assert status < 500, (path, sent, answer[:500])
