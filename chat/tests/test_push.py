"""Web Push: /api/push, and what is sent after the end of an answer."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rest_framework.test import APIClient

from accounts.models import User
from aihelper.lib import net, webpush
from aihelper.lib.db import run_db
from chat.engine import push as pushing
from chat.engine.supervisor import Supervisor
from chat.models import Generation, PushSubscription, Session
from chat.services import push
from chat.tests import make

URL = "/api/push"
ENDPOINT = "https://push.example.net/send/abc"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BROWSER = ec.generate_private_key(webpush.CURVE)
P256DH = webpush.encode(webpush._point(BROWSER.public_key()))
BODY = {"endpoint": ENDPOINT, "keys": {"p256dh": P256DH, "auth": AUTH}}


def opened(body: bytes) -> dict[str, Any]:
    """What the browser reads."""
    salt, length = body[:16], body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    ours = webpush._point(BROWSER.public_key())
    shared = BROWSER.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, theirs))
    seed = webpush._derive(shared, webpush.decode(AUTH), b"WebPush: info\0" + ours + theirs, 32)
    key = webpush._derive(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = webpush._derive(seed, salt, b"Content-Encoding: nonce\0", 12)
    text: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, sealed, None).removesuffix(b"\x02"))
    return text


# --- The API -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_browser_subscribes_and_leaves(alice_api: APIClient, alice: User) -> None:
    key = alice_api.get(URL).json()["public_key"]
    assert len(webpush.decode(key)) == webpush.POINT_BYTES
    for _time in range(2):
        assert alice_api.post(URL, BODY, format="json").status_code == 200
    assert PushSubscription.objects.get().user == alice
    assert alice_api.delete(URL, {"endpoint": ENDPOINT}, format="json").status_code == 200
    assert not PushSubscription.objects.exists()
    assert alice_api.delete(URL, {"endpoint": ENDPOINT}, format="json").status_code == 200


@pytest.mark.django_db
def test_a_browser_is_whose_it_was_last(alice_api: APIClient, bob_api: APIClient, bob: User) -> None:
    alice_api.post(URL, BODY, format="json")
    bob_api.post(URL, BODY, format="json")
    assert PushSubscription.objects.get().user == bob
    alice_api.delete(URL, {"endpoint": ENDPOINT}, format="json")
    assert PushSubscription.objects.exists()


@pytest.mark.django_db
def test_the_oldest_go(alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "MAX_SUBSCRIPTIONS", 2)
    for number in range(4):
        alice_api.post(URL, BODY | {"endpoint": f"{ENDPOINT}{number}"}, format="json")
    assert [row.endpoint[-1] for row in PushSubscription.objects.order_by("pk")] == ["2", "3"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.net/x", "https://127.0.0.1/x", "https://10.0.0.1/x", "https://[::1]/x", "ftp://a.example/x",
        "https://169.254.169.254/latest", "https://u:p@push.example.net/", "https://2130706433/", "https://a.example:25/",
        "nonsense", "https://", "https://push.example.net/#x",
    ],
)  # fmt: skip
def test_an_address_that_no_push_service_has(alice_api: APIClient, endpoint: str) -> None:
    answer = alice_api.post(URL, BODY | {"endpoint": endpoint}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_subscription")
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [{}, {"endpoint": 5}, {"endpoint": ENDPOINT}, BODY | {"keys": {}}, BODY | {"keys": {"p256dh": "x", "auth": AUTH}},
     BODY | {"keys": {"p256dh": P256DH, "auth": "x"}}, BODY | {"endpoint": "https://a.example/" + "x" * 2000}],
)  # fmt: skip
def test_bad_input(alice_api: APIClient, body: dict[str, Any]) -> None:
    assert alice_api.post(URL, body, format="json").status_code == 400
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
def test_nobody_is_refused(api: APIClient) -> None:
    for method in ("get", "post", "delete"):
        assert getattr(api, method)(URL, BODY, format="json").status_code == 401


# --- What is sent --------------------------------------------------------------------------------------
class Service:
    """A push service as the test plays it."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str, bytes, dict[str, str]]] = []

    async def post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> int:
        self.got.append((endpoint, body, headers))
        status = self.statuses.pop(0) if self.statuses else 201
        if status == 0:
            raise OSError("nobody there")
        return status


def finished(user: User, seconds: float = 30, **fields: Any) -> Generation:
    """An answer that is ready and unread, to somebody with one browser."""
    session = make.session(user, title="Plans", unread=True, **fields)
    run = make.running(session, state="completed")
    run.end_time = run.create_time + timedelta(seconds=seconds)
    run.save()
    push.subscribe(user, ENDPOINT, P256DH, AUTH)
    return run


async def sent(engine: Supervisor, service: Service, run: Generation) -> list[tuple[str, bytes, dict[str, str]]]:
    notifier = pushing.Notifier(engine, service.post, look_seconds=0)
    await notifier.ended(run.id, run.user_id)
    return service.got


@pytest.mark.asyncio
async def test_it_tells_the_title_and_the_way(engine: Supervisor, alice: User) -> None:
    run = await run_db(finished, alice)
    ((endpoint, body, headers),) = await sent(engine, Service(), run)
    session_id = await run_db(lambda: Session.objects.get().session_id)
    assert opened(body) == {"title": "Plans", "body": "Your answer is ready.", "path": f"/c/{session_id}"}
    assert b"Plans" not in body
    assert endpoint == ENDPOINT
    assert headers["TTL"] == "86400" and headers["Content-Encoding"] == "aes128gcm" and len(headers["Topic"]) == 32
    assert headers["Authorization"].startswith("vapid t=")


@pytest.mark.asyncio
async def test_it_keeps_the_title_to_itself_and_speaks_ones_language(engine: Supervisor, alice: User) -> None:
    alice.preferences, alice.locale = {"push_title": False}, "zh-hans"
    await run_db(alice.save)
    run = await run_db(finished, alice)
    text = opened((await sent(engine, Service(), run))[0][1])
    assert (text["title"], text["body"]) == ("AI Helper", "回答已经写好了。")


def read(run: Generation) -> None:
    Session.objects.update(unread=False)


def trash(run: Generation) -> None:
    Session.objects.update(deleted_at=run.end_time)


def disabled(run: Generation) -> None:
    User.objects.update(is_active=False)


def unwanted(run: Generation) -> None:
    User.objects.update(preferences={"push": False})


def failed(run: Generation) -> None:
    Generation.objects.update(state="failed")


def gone(run: Generation) -> None:
    Generation.objects.all().delete()


@pytest.mark.asyncio
@pytest.mark.parametrize("change", [read, trash, disabled, unwanted, failed, gone])
async def test_it_says_nothing(engine: Supervisor, alice: User, change: Callable[[Generation], None]) -> None:
    run = await run_db(finished, alice)
    await run_db(change, run)
    assert await sent(engine, Service(), run) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("seconds", "tabs", "messages"), [(2, True, 0), (2, False, 1), (30, True, 1), (30, False, 1)])
async def test_a_short_answer_is_told_only_without_tabs(
    engine: Supervisor, alice: User, monkeypatch: pytest.MonkeyPatch, seconds: int, tabs: bool, messages: int
) -> None:
    monkeypatch.setattr(engine.feed, "listens", lambda user_id: tabs)
    run = await run_db(finished, alice, seconds)
    assert len(await sent(engine, Service(), run)) == messages


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("statuses", "tries", "failures"),
    [((201,), 1, 0), ((503, 429, 201), 3, 0), ((0, 0, 0), 3, 1), ((500, 500, 500), 3, 1), ((403,), 1, 1),
     ((404,), 1, None), ((410,), 1, None), ((0, 410), 2, None)],
)  # fmt: skip
async def test_what_comes_of_it(
    engine: Supervisor, alice: User, monkeypatch: pytest.MonkeyPatch,
    statuses: tuple[int, ...], tries: int, failures: int | None,
) -> None:  # fmt: skip
    monkeypatch.setattr(pushing, "RETRY_SECONDS", (0.0, 0.0))
    run = await run_db(finished, alice)
    assert len(await sent(engine, Service(*statuses), run)) == tries
    row = await run_db(PushSubscription.objects.first)
    assert (row.failures if row else None) == failures


@pytest.mark.asyncio
async def test_one_that_always_refuses_is_forgotten(engine: Supervisor, alice: User) -> None:
    run = await run_db(finished, alice)
    for _time in range(pushing.MAX_FAILURES):
        await sent(engine, Service(403), run)
    assert not await run_db(PushSubscription.objects.exists)


class Loopback(BaseHTTPRequestHandler):
    """A push service over real TCP."""

    got: list[bytes] = []

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.mark.asyncio
async def test_over_a_real_connection_where_the_operator_allows_it(
    engine: Supervisor, alice: User, settings: Any
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Loopback)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        host = f"127.0.0.1:{server.server_port}"
        run = await run_db(finished, alice)
        await run_db(lambda: PushSubscription.objects.update(endpoint=f"http://{host}/send"))
        notifier = pushing.Notifier(engine, look_seconds=0)
        # Not allowed: refused before anything is dialled.
        pauses, pushing.RETRY_SECONDS = pushing.RETRY_SECONDS, (0.0, 0.0)
        await notifier.ended(run.id, alice.pk)
        pushing.RETRY_SECONDS = pauses
        assert Loopback.got == []
        settings.PUSH_PRIVATE_HOSTS = [host]
        await notifier.ended(run.id, alice.pk)
        assert opened(Loopback.got[0])["title"] == "Plans"
    finally:
        await net.close_clients()
        await asyncio.to_thread(server.shutdown)
        thread.join()
        server.server_close()
