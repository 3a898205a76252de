"""No secret comes out while answers fail, nor by filters, tables for spreadsheets, or pages about errors."""

from typing import Any

import httpx
import pytest
from django.contrib import admin as django_admin
from django.test import Client

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, Socket, signed_in
from aihelper.lib.testing.plugin import PASSWORD
from aihelper.tests.administration import pages
from aihelper.tests.canary import secrets
from aihelper.tests.canary.guard.guard import unpacked
from aihelper.tests.canary.secrets import Secrets
from chat.engine.supervisor import Supervisor
from chat.models import UsageRecord
from chat.tests.conftest import until
from chat.tests.upstream import Upstream
from providers.models import ProviderKey

ECHO = f"Incorrect API key provided: {secrets.PROVIDER_KEY}. Bearer {secrets.PROVIDER_KEY}"
# As their columns are called, in whatever table.
SECRET_COLUMNS = {"password", "api_key", "token_hash", "jti_hash", "ticket_hash", "session_key", "auth", "p256dh"}
# Where a key or a password is typed, and what stands there of a form.
FORMS = (
    "/admin/providers/provider/add/",
    "/admin/providers/provider/guide/",
    "/admin/accounts/user/add/",
    "/admin/login/",
    "/admin/password_change/",
)
FORM = {
    "key": secrets.PROVIDER_KEY,
    "keys-0-key": secrets.PROVIDER_KEY,
    "keys-TOTAL_FORMS": 1,
    "keys-INITIAL_FORMS": 0,
    "password": PASSWORD,
    "password1": PASSWORD,
    "password2": PASSWORD,
    "old_password": PASSWORD,
}


def _enter(root: User) -> Secrets:
    known = secrets.enter(root)
    secrets.provider().models.create(model_id="model-1", model_name="Model 1")
    return known


async def _asked(engine: Supervisor, root: User, way: str, upstream: Upstream) -> list[Any]:
    """Everything that is said to the person, by the stream and by the socket."""
    headers = await signed_in(root)
    heard: list[Any] = []
    async with Exchange("POST", "/api/chat/stream", headers, json_body={"message": "Hello?"}) as stream:
        await _fail(upstream, way, 1)
        heard += [stream.status, stream.headers, await stream.events()]
    async with Socket(headers=headers) as socket:
        socket.say({"type": "send", "message": "Hello again?", "client_id": "c1"})
        await _fail(upstream, way, 2)
        heard += [await socket.hear("start"), await socket.hear("error"), await socket.hear("done")]
    return heard


async def _fail(upstream: Upstream, way: str, number: int) -> None:
    if way == "in the middle":
        call = await upstream.call(number)
        call.say("Well")
        call.send({"error": {"message": ECHO, "code": 401}})
        call.cut()


@pytest.mark.asyncio
@pytest.mark.parametrize("way", ["at once", "in the middle"])
async def test_an_answer_that_fails_with_the_key_in_its_words(
    engine: Supervisor, upstream: Upstream, admin: User, caplog: Any, capfd: Any, way: str
) -> None:
    known = await run_db(_enter, admin)
    if way == "at once":
        upstream.refuse = lambda _request: httpx.Response(401, json={"error": {"message": ECHO}})
    heard = await _asked(engine, admin, way, upstream)
    assert [event["type"] for event in heard if isinstance(event, dict) and "type" in event] == [
        "start",
        "error",
        "done",
    ]
    assert known.found_in(repr(heard)) == []
    await until(lambda: UsageRecord.objects.count() >= 2)
    await engine.flusher.tick()
    assert known.found_in("".join(capfd.readouterr())) == []
    stored = await run_db(secrets.everything_stored)
    told = {table: names for table, rows in stored.items() if (names := known.found_in(rows))}
    assert told == {"users": ["hash of a password"], "provider_keys": ["sealed key"]}
    assert await run_db(_looked_up, admin, known) == {}
    headers = await signed_in(admin)
    for path in ("/api/usage/export", "/api/user/export"):
        async with Exchange("GET", path, headers) as download:
            assert download.status == 200, path
            assert known.found_in(unpacked(await download.body())) == []


def _looked_up(root: User, known: Secrets) -> dict[str, list[str]]:
    """What the administration and the search say of these answers."""
    client, told = pages.signed_in(root), {}
    for path in (
        "/admin/",
        "/admin/providers/provider/",
        "/admin/providers/provider/status/",
        "/admin/chat/usagerecord/?kind__exact=chat",
        f"/admin/chat/usagerecord/{UsageRecord.objects.order_by('pk')[0].pk}/change/",
        "/api/chat/search?q=hello",
        "/api/user/audit",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        if found := known.found_in(answer.getvalue()):
            told[path] = found
    return told


@pytest.mark.django_db
def test_no_list_is_filtered_by_a_secret(admin: User) -> None:
    """Not even by those who may see the list: the digest of a token is found out letter by letter otherwise."""
    _enter(admin)
    client, wrong, tried = pages.signed_in(admin), [], 0
    for model in django_admin.site._registry:
        columns = [field.name for field in model._meta.fields if field.name in SECRET_COLUMNS]
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for column in [*columns, "keys__api_key"]:
            answer = client.get(path, {f"{column}__startswith": "v2:"})
            tried += column in columns
            # The list without the filter, or none at all.
            if answer.status_code not in {302, 400, 403, 404}:
                wrong.append(f"{path} by {column}")
    assert tried >= 2
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_no_error_page_sends_back_what_was_typed(admin: User, path: str) -> None:
    known = _enter(admin)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    answers = {
        "no token": strict.post(path, FORM),
        "too large": pages.signed_in(admin).post(path, FORM | {"name": "x" * 4_000_000}),
        "not allowed": pages.signed_in(admin).put(path, FORM),
        "no such row": pages.signed_in(admin).post("/admin/providers/provider/999999/change/", FORM),
        "not signed in": Client().post(path, FORM),
        "not a form": pages.signed_in(admin).post(path, str(FORM), content_type="application/json"),
    }
    assert answers["no token"].status_code == 403 and answers["too large"].status_code == 413
    assert {why: known.found_in(each.getvalue() + repr(each.headers).encode()) for why, each in answers.items()} == {
        why: [] for why in answers
    }


@pytest.mark.django_db
def test_a_refusal_of_the_api_sends_nothing_back(admin: User) -> None:
    """Bodies with a password in a field too many, of a wrong type, cut off, or in a form that nobody takes."""
    known = _enter(admin)
    key = ProviderKey.objects.get()
    bodies = (
        ('{"username": "new", "password": "%s", "extra": 1}', "application/json"),
        ('{"username": {}, "password": ["%s"]}', "application/json"),
        ('{"current_password": "%s", "new_password": "x"}', "application/json"),
        ('{"password": "%s"', "application/json"),
        ("password=%s&username=", "application/x-www-form-urlencoded"),
        ("<password>%s</password>", "text/xml"),
    )
    for path in ("login", "register", "token", "token/refresh", "user/password", "user/info", "invitations/accept"):
        for body, kind in bodies:
            for secret in (PASSWORD, secrets.PROVIDER_KEY):
                client = pages.signed_in(admin) if "user/" in path else Client()
                method = client.patch if path == "user/info" else client.post
                answer = method(f"/api/{path}", body.replace("%s", secret), content_type=kind)
                assert known.found_in(answer.content) == [], (path, body)
    assert key.api_key == ProviderKey.objects.values_list("api_key", flat=True).get()
