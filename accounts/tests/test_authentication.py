"""Who is asking, outside Django's middleware: the functions that consumers use."""

from typing import Any

import pytest
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import RequestFactory
from rest_framework.test import APIClient

from accounts import services, tokens
from accounts.authentication import check_csrf, check_origin, language_of, user_from_scope, user_from_token
from accounts.models import User
from aihelper.lib.errors import Forbidden, NotSignedIn

pytestmark = pytest.mark.django_db


def scope(method: str = "POST", scheme: str = "http", **headers: str) -> dict[str, Any]:
    """An ASGI scope; header names with underscores."""
    pairs = {"host": "testserver"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "path": "/api/chat/stream",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
    }


def cookie(user: User) -> str:
    client = APIClient()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def csrf() -> tuple[str, str]:
    """A CSRF cookie, and the token to send with it."""
    request = RequestFactory().get("/")
    token = get_token(request)
    return f"{settings.CSRF_COOKIE_NAME}={request.META['CSRF_COOKIE']}", token


def test_session(alice: Any, django_assert_max_num_queries: Any) -> None:
    good = scope(cookie=f"other=1; {cookie(alice)}")
    with django_assert_max_num_queries(2):
        assert user_from_scope(good) == alice


def test_bearer(alice: Any, bob: Any) -> None:
    token = tokens.issue(alice).access
    assert user_from_scope(scope(authorization=f"Bearer {token}")) == alice
    assert user_from_scope(scope(authorization=f"bearer  {token} ", cookie=cookie(bob))) == alice
    assert user_from_token(token) == alice


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "bearer \xff", "Bearer a.b.c"])
def test_a_bad_bearer_is_refused_even_beside_a_session(alice: Any, header: str) -> None:
    with pytest.raises(NotSignedIn):
        user_from_scope(scope(authorization=header, cookie=cookie(alice)))


@pytest.mark.parametrize("cookies", ["", "x", "=", f"{settings.SESSION_COOKIE_NAME}=nonsense", "\xff=\xff", ";" * 100])
def test_nobody(db: None, cookies: str) -> None:
    assert not user_from_scope(scope(cookie=cookies)).is_authenticated
    assert not user_from_scope({"type": "http"}).is_authenticated


def test_a_session_that_has_ended(alice: Any) -> None:
    old = scope(cookie=cookie(alice))
    services.end_sessions(alice)
    assert not user_from_scope(old).is_authenticated


def test_csrf() -> None:
    jar, token = csrf()
    check_csrf(scope(cookie=jar, x_csrftoken=token))
    check_csrf(scope(cookie=jar, x_csrftoken=token, origin="http://testserver"))
    check_csrf(scope("GET"))


def test_csrf_does_not_concern_programs(alice: Any) -> None:
    check_csrf(scope(authorization=f"Bearer {tokens.issue(alice).access}"))


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://testserver", "http://testserver:9000", ""])
def test_csrf_of_another_origin(origin: str) -> None:
    jar, token = csrf()
    with pytest.raises(Forbidden) as caught:
        check_csrf(scope(cookie=jar, x_csrftoken=token, origin=origin))
    assert caught.value.code == "csrf_failed"


def test_csrf_without_the_right_token() -> None:
    jar, _token = csrf()
    _jar, foreign = csrf()
    for headers in ({}, {"cookie": jar}, {"x_csrftoken": foreign}, {"cookie": jar, "x_csrftoken": foreign}):
        with pytest.raises(Forbidden):
            check_csrf(scope(**headers))


def test_csrf_of_an_ended_bearer_scheme() -> None:
    with pytest.raises(Forbidden):
        check_csrf(scope(authorization="Basic x"))


def test_csrf_ignores_the_body() -> None:
    jar, _token = csrf()
    kinds = ("multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded")
    for kind in kinds:
        with pytest.raises(Forbidden):
            check_csrf(scope(cookie=jar, content_type=kind, content_length="500"))


def test_a_trusted_origin(settings: Any) -> None:
    settings.TRUSTED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]
    jar, token = csrf()
    check_csrf(scope(cookie=jar, x_csrftoken=token, origin="https://chat.example.org"))
    check_origin(scope(scheme="ws", origin="https://chat.example.org"))


@pytest.mark.parametrize(("scheme", "origin"), [("ws", "http://testserver"), ("wss", "https://testserver")])
def test_origin_of_a_socket(scheme: str, origin: str) -> None:
    handshake = scope(scheme=scheme, origin=origin)
    del handshake["method"]
    check_origin(handshake)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.test",
        "https://testserver",
        "http://testserver:9000",
        "http://testserver.evil.test",
    ],
)
def test_foreign_origin_of_a_socket(origin: str | None) -> None:
    headers = {} if origin is None else {"origin": origin}
    with pytest.raises(Forbidden) as caught:
        check_origin(scope(scheme="ws", **headers))
    assert caught.value.code == "origin_refused"


def test_origin_with_a_forged_host() -> None:
    with pytest.raises(Forbidden):
        check_origin(scope(scheme="ws", host="evil.test", origin="http://evil.test"))


def test_forwarded_headers_are_not_believed() -> None:
    with pytest.raises(Forbidden):
        check_origin(scope(scheme="ws", x_forwarded_host="evil.test", origin="http://evil.test"))


def test_language(alice: Any) -> None:
    assert language_of(scope(accept_language="zh-CN,zh;q=0.9"), alice) == "zh-hans"
    alice.locale = "en"
    assert language_of(scope(accept_language="zh-CN"), alice) == "en"
    assert language_of(scope(), User()) == "en"
