"""A model of a group answers its members, and to everybody else it is like one that is not there: on every route."""

from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import Group
from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Headers, Socket, signed_in
from chat.consumers import messages
from chat.engine.supervisor import Supervisor
from chat.models import Message, Role, Session
from chat.services.send import SendRequest, send
from chat.tests import make
from chat.tests.conftest import follow
from chat.tests.upstream import Upstream
from providers import registry
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio

CLOSED = "closed-model"
# Every route that takes the name of a model: method, path, body.
ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/chat/start", {}),
    ("PATCH", "/api/chat/session/{session_id}", {}),
    ("POST", "/api/roles", {"name": "Poet"}),
    ("PATCH", "/api/roles/{slug}", {}),
    ("POST", "/api/chat/stream", {"message": "Hello?"}),
    ("GET", "/api/chat/stream?message=Hello", {}),
    ("POST", "/api/chat/messages/{answer_id}/regenerate", {}),
    ("POST", "/api/chat/messages/{answer_id}/regenerate", {"beside": True}),
]
# What names a model on the streams and on the socket (chat.consumers.messages).
STREAMED = {messages.Send, messages.Regenerate}
# They only narrow down what one's own chats are searched for.
FILTERS = {("GET", "/api/chat/history"), ("GET", "/api/chat/search")}


@pytest.fixture
def closed(model: ModelConfig) -> ModelConfig:
    """A second model, of a group that has no members yet."""
    closed = ModelConfig.objects.create(
        provider=model.provider, model_id=CLOSED, model_name="For the few", sort_order=5
    )
    closed.groups.add(Group.objects.create(name="the few"), Group.objects.create(name="teachers"))
    return closed


@pytest.fixture
def things(alice: User, model: ModelConfig) -> dict[str, Any]:
    """What Alice has."""
    session = make.session(alice, model_id=model.model_id)
    _question, answer = make.chain(session, ["q", "a"], model_id=model.model_id)
    role = Role.objects.create(slug="own-x", name="Mine", owner=alice)
    return {"session_id": session.session_id, "answer_id": answer.pk, "slug": role.slug}


def join(user: User) -> None:
    """Let somebody into the group."""
    user.groups.add(Group.objects.get(name="the few"))


async def asked(route: tuple[str, str, dict[str, Any]], things: dict[str, Any], headers: Headers, model_id: str) -> Any:
    """The status, and the body where it is no stream."""
    method, path, body = route
    path = path.format(**things)
    if method == "GET":
        path, body = f"{path}&model_id={model_id}", {}
    given = None if method == "GET" else {**body, "model_id": model_id}
    async with Exchange(method, path, headers, json_body=given) as exchange:
        is_stream = exchange.headers["content-type"].startswith("text/event-stream")
        return exchange.status, None if is_stream else await exchange.json()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]} {route[2]}")
async def test_it_is_like_one_that_is_not_there(
    route: Any, things: dict[str, Any], alice: User, closed: ModelConfig, engine: Supervisor
) -> None:
    headers = await signed_in(alice)
    before = await run_db(lambda: (Session.objects.count(), Message.objects.count(), Role.objects.count()))
    refused = await asked(route, things, headers, CLOSED)
    assert refused[0] == 404 and refused[1]["code"] == "model_not_found"
    assert refused == await asked(route, things, headers, "unknown-model")
    assert await run_db(lambda: (Session.objects.count(), Message.objects.count(), Role.objects.count())) == before
    assert not await run_db(Session.objects.filter(model_id=CLOSED).exists)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]} {route[2]}")
async def test_members_may_use_it(
    route: Any, things: dict[str, Any], alice: User, closed: ModelConfig, engine: Supervisor, upstream: Upstream
) -> None:
    await run_db(join, alice)
    status, _body = await asked(route, things, await signed_in(alice), CLOSED)
    assert status in {200, 201}


@pytest.mark.parametrize("action", ["send", "regenerate"])
async def test_the_socket_refuses_it_likewise(
    action: str, things: dict[str, Any], alice: User, closed: ModelConfig, engine: Supervisor
) -> None:
    body = {"send": {"message": "Hello?"}, "regenerate": {"message_id": things["answer_id"]}}[action]
    async with Socket(headers=await signed_in(alice)) as socket:
        told = []
        for model_id in (CLOSED, "unknown-model"):
            socket.say({"type": action, "client_id": f"x-{model_id}", "model_id": model_id, **body})
            error = await socket.hear("error")
            assert error is not None
            told.append((error["code"], error["error"]))
    assert told[0] == told[1] and told[0][0] == "model_not_found"


async def test_an_administrator_is_no_exception(admin: User, things: dict[str, Any], closed: ModelConfig) -> None:
    offered = await run_db(registry.offered_models, admin)
    assert CLOSED not in {model.model_id for model in offered}


async def test_whoever_leaves_the_group_loses_it_in_the_middle_of_a_chat(
    alice: User, closed: ModelConfig, engine: Supervisor, upstream: Upstream
) -> None:
    await run_db(join, alice)
    started = await run_db(send, alice, SendRequest(message="Hello?", model_id=CLOSED))
    await run_db(alice.groups.clear)
    engine.start(started.generation_id)
    _frames, end = await follow(engine, started.generation_id)
    assert end is not None and (end.state, end.error_code) == ("failed", "model_not_found")
    headers = await signed_in(alice)
    for path, body in (
        ("/api/chat/stream", {"message": "And?", "session_id": started.session_id}),
        (f"/api/chat/messages/{started.message_id}/regenerate", {}),
        (f"/api/chat/messages/{started.user_message_id}/edit", {"message": "Other"}),
    ):
        async with Exchange("POST", path, headers, json_body=body) as exchange:
            assert (exchange.status, (await exchange.json())["code"]) == (404, "model_not_found"), path
    assert upstream.calls == []


async def test_every_route_that_names_a_model_is_here(transactional_db: None) -> None:
    schema = await run_db(_schema)
    named = {(method, path) for method, path, operation in _operations(schema) if _names_a_model(schema, operation)}
    # The streams are no views of the schema's; their bodies are looked at below.
    listed = {(method, path.partition("?")[0]) for method, path, _body in ROUTES}
    assert named - FILTERS <= listed
    structs = {each for each in vars(messages).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)}
    assert {each for each in structs if "model_id" in each.__struct_fields__} - STREAMED == set()


def _schema() -> Any:
    generator: Any = SchemaGenerator
    return generator().get_schema(public=True)


def _operations(schema: Any) -> list[tuple[str, str, Any]]:
    return [
        (method.upper(), path, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]


def _names_a_model(schema: Any, operation: Any) -> bool:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        body = content["schema"]
        if "$ref" in body:
            body = schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]
        names |= set(body.get("properties", {}))
    return any("model" in name for name in names)
