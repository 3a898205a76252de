"""The guard over the suite hears a secret on each way out, knows each that is made, and fails the test."""

import gzip
import io
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from channels.routing import URLRouter
from django.conf import settings as django_settings
from django.core import mail
from django.core.management.base import BaseCommand
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path, re_path
from rest_framework.test import APIClient

from accounts import tickets, tokens
from accounts.invitations import giving
from accounts.models import User
from aihelper.lib import logs
from aihelper.lib.environment import ROOT
from aihelper.lib.testing.asgi import Exchange, scope
from aihelper.tests.canary.guard import known
from aihelper.tests.canary.guard.guard import KEPT_BYTES, Place, guard
from chat.routing import application_of
from providers import secrets
from providers.models import ProviderKey
from providers.tests.support import make_provider

SECRET = "sk-guard-Hq3Vd8Zt5Np1Rw7K"
KIND = "secret of this test"


@pytest.fixture(autouse=True)
def _known() -> None:
    guard.known.add(KIND, SECRET)


def _leak(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"It is {SECRET}.")


def _header(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({}, headers={"X-Key": SECRET})


def _stream(_request: HttpRequest) -> FileResponse:
    # In the middle between two of the pieces in which a file is sent.
    return FileResponse(io.BytesIO(b"-" * 4086 + SECRET.encode() + b"-" * 4096))


def _crash(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"with {SECRET}")


urlpatterns = [path("leak", _leak), path("header", _header), path("stream", _stream), path("crash", _crash)]


def _wheres() -> list[str]:
    """Where the secret was heard; the test is not failed for it."""
    leaks = guard.leaks()
    assert {kind for kind, _where in leaks} <= {KIND}
    return sorted(where for _kind, where in leaks)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("make", [Client, APIClient])
@pytest.mark.parametrize("way", ["leak", "header", "stream"])
def test_an_answer(make: type[Client], way: str) -> None:
    assert make().get(f"/{way}").getvalue() is not None
    assert _wheres() == [f"GET /{way}"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls(__name__)
@pytest.mark.asyncio
async def test_an_answer_of_the_whole_application() -> None:
    async with Exchange("GET", "/leak") as exchange:
        assert SECRET.encode() in await exchange.body()
    assert set(_wheres()) == {"GET /leak"}


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_crash(client: Client) -> None:
    client.raise_request_exception = False
    assert client.get("/crash").status_code == 500
    assert "report of a crash at GET /crash" in _wheres()


@pytest.mark.asyncio
async def test_a_socket_and_an_event_stream() -> None:
    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": SECRET[:10]})
        await send({"type": "websocket.send", "text": SECRET[10:]})

    async def passed_on(_message: dict[str, Any] | None = None) -> None:
        """To nobody, from nobody."""

    router = URLRouter([re_path(r"", application_of(application))])
    await router(scope("websocket", "/chat/ws", {}), passed_on, passed_on)
    assert _wheres() == ["socket /chat/ws"]


def test_a_log_line_after_our_redaction() -> None:
    logger = logging.getLogger("aihelper.tests.guard")
    for text in (SECRET, SECRET[3:]):
        logs.formatter().format(logger.makeRecord(logger.name, logging.INFO, __file__, 1, "it is %s", (text,), None))
        # What looks like a key is taken out; this one does not without its first letters.
        assert _wheres() == ([] if text == SECRET else ["log line of aihelper.tests.guard"])


def test_what_a_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    class Command(BaseCommand):
        def handle(self, *_arguments: Any, **_options: Any) -> None:
            self.stdout.write(SECRET)

    Command(stdout=io.StringIO()).execute(force_color=False, no_color=True, skip_checks=True)
    assert _wheres() == ["output of a command"]
    print(SECRET)
    capsys.readouterr()
    assert _wheres() == ["captured output"]


def test_an_exception_and_what_stands_behind_it() -> None:
    with pytest.raises(ValueError, match="plain"):
        try:
            raise RuntimeError(SECRET)
        except RuntimeError:
            raise ValueError("plain")  # noqa: B904 - the one behind it is what the test is about
    assert _wheres() == ["exception RuntimeError"]


def _zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", data)
    return file.getvalue()


@pytest.mark.parametrize("packed", [gzip.compress, _zipped])
def test_what_is_packed(packed: Callable[[bytes], bytes]) -> None:
    guard.say("a file", packed(b" " * 1000 + SECRET.encode()))
    assert _wheres() == ["a file"]
    guard.say("no file", packed(b"")[:9])
    assert _wheres() == []


def test_a_piece_of_it_is_enough_and_its_shown_end_is_none() -> None:
    for start in range(len(SECRET) - known.PIECE - known.STEP):
        guard.say("a piece", f"...{SECRET[start : start + known.PIECE + known.STEP]}...")
        assert _wheres() == ["a piece"], start
    guard.say("its end", SECRET[-known.SHOWN :])
    assert _wheres() == []
    assert known.pieces_of("sk-test") == []


def test_a_long_answer_is_not_kept() -> None:
    place = Place("GET /long")
    for _ in range(3):
        guard.say(place, b"-" * (KEPT_BYTES - 7))
        guard.say(place, SECRET)
    assert guard._size < KEPT_BYTES
    assert _wheres() == ["GET /long"]


def _sealed_key() -> str:
    make_provider(api_key="sk-sealed-Bn5Tq2Wm8Xc4-tail")
    return "sealed-Bn5Tq2Wm8Xc4"


def _envelope() -> str:
    make_provider(api_key="sk-sealed-Bn5Tq2Wm8Xc4-tail")
    return str(ProviderKey.objects.values_list("api_key", flat=True).get())


def _ticket() -> str:
    return tickets.issue(User.objects.get())


def _invitation() -> str:
    return giving.invite(by=None, groups=[]).token


def _password_link() -> str:
    (given,) = giving.password_links(User.objects.all(), by=None).values()
    return given.token


def _digest() -> str:
    return giving.invite(by=None, groups=[]).invitation.token_hash


def _refresh_token() -> str:
    return tokens.issue(User.objects.get()).refresh


def _access_token() -> str:
    return tokens.refresh(_refresh_token()).access


def _session() -> str:
    client = Client()
    client.force_login(User.objects.get())
    return str(client.session.session_key)


def _password() -> str:
    User.objects.get().set_password("a pass phrase 99")
    return "a pass phrase 99"


def _hash() -> str:
    return User.objects.get().password


def _field_key() -> str:
    return str(django_settings.FIELD_KEYS)


def _signing_key() -> str:
    return str(django_settings.SECRET_KEY)


MADE: dict[Callable[[], str], str] = {
    _sealed_key: "provider key",
    _envelope: "sealed key",
    _ticket: "token",
    _invitation: "token",
    _password_link: "token",
    _digest: "digest of a token",
    _refresh_token: "token",
    _access_token: "token",
    _session: "key of a session",
    _password: "password",
    _hash: "hash of a password",
    _field_key: "field key",
    _signing_key: "secret key",
}


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_each_secret_that_is_made_is_known(make: Callable[[], str], alice: User) -> None:
    guard.say("anywhere", f"({make()})")
    assert guard.leaks() == [(MADE[make], "anywhere")]


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("JWT_KEY", "another-jwt-key-of-a-test", "JWT key"),
        ("METRICS_TOKEN", "prometheus-Zq1", "metrics token"),
        ("FIELD_KEYS", "new:QUFBQUFBQUFBQUFB,test:QkJCQkJCQkJCQkJC", "field key"),
    ],
)
def test_a_setting_of_a_test_is_known(name: str, value: str, kind: str, settings: Any) -> None:
    setattr(settings, name, value)
    guard.say("anywhere", value)
    assert guard.leaks() == [(kind, "anywhere")]


@pytest.mark.django_db
def test_a_key_that_is_refused_is_known_too() -> None:
    with pytest.raises(Exception, match="spaces"):
        make_provider(api_key="sk-refused Bn5Tq2Wm8Xc4-tail")
    guard.say("anywhere", "sk-refused Bn5Tq2Wm8Xc4-tail")
    assert guard.leaks() == [("provider key", "anywhere")]


def test_a_mail() -> None:
    mail.outbox = [mail.EmailMessage("Welcome", f"Your key is {SECRET}")]
    from aihelper.tests.canary.guard.plugin import _mails

    _mails()
    mail.outbox.clear()
    assert _wheres() == ["mail"]


def test_who_is_given_tokens_may_have_them() -> None:
    guard.known.add("token", SECRET[::-1])
    guard.say("POST /api/login", SECRET[::-1])
    assert guard.leaks() == []
    guard.say("POST /api/login", SECRET)
    guard.say("GET /api/login", SECRET[::-1])
    assert guard.leaks() == [(KIND, "POST /api/login"), ("token", "GET /api/login")]


SUITE = """
import logging
import pytest
from django.conf import settings

def test_prints():
    print(settings.VAPID_KEY)

def test_logs():
    logging.getLogger("x").error("with %s", settings.VAPID_KEY)

@pytest.mark.tells("VAPID key", "to see that a test may say so")
def test_says_so():
    print(settings.VAPID_KEY)

def test_says_nothing():
    print(len(settings.VAPID_KEY))
"""


def test_the_test_fails_in_which_it_happens(tmp_path: Any) -> None:
    (tmp_path / "test_it.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "-rA", "-c", f"{ROOT}/pyproject.toml"]
    done = subprocess.run(
        [*command, "--rootdir", str(ROOT), str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    output = done.stdout
    failed = re.findall(r"^ERROR \S+::(\w+)", output, re.M)
    assert failed == ["test_prints", "test_logs"]
    assert "VAPID key: captured stdout" in output and "VAPID key: log line of x" in output
    assert "4 passed" in output and done.returncode == 1


def test_an_encrypted_secret_is_as_secret() -> None:
    envelope = secrets.encrypt("sk-of-no-row-Zx4Cv7Bn2M", "context")
    guard.say("GET /page", envelope.rpartition(":")[2][6:40])
    assert guard.leaks() == [("sealed key", "GET /page")]
