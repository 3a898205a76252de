"""What our middlewares add, refuse and write."""

import logging
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory
from rest_framework.test import APIClient

from aihelper import middleware

CANARY = "canary-Zk9x7Qw2"


async def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def request(method: str = "GET", path: str = "/api/x", **headers: str) -> HttpRequest:
    made = AsyncRequestFactory().generic(method, path)
    made.META.pop("CONTENT_LENGTH", None)
    for name, value in headers.items():
        key = name.upper()
        made.META[key if key in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{key}"] = value
    return made


# --- headers ---
def test_every_answer_has_the_security_headers(api: APIClient) -> None:
    response = api.get("/health")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy
    assert "unsafe-eval" not in policy and "script-src 'self' 'unsafe-inline'" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cache-Control"] == "no-store"


def test_the_policy_allows_only_our_own_socket(api: APIClient) -> None:
    policy = api.get("/health", headers={"host": "localhost:8000"})["Content-Security-Policy"]
    assert policy.endswith("connect-src 'self' ws://localhost:8000")


@pytest.mark.parametrize("host", ["a b", "x;script-src *", "[::1", "a,b", ""])
def test_a_forged_host_does_not_reach_the_policy(host: str) -> None:
    assert middleware._own_sockets(request(host=host)) == ""


@pytest.mark.django_db
def test_the_documentation_page_may_have_its_style(alice_api: APIClient) -> None:
    response = alice_api.get("/api/docs")
    assert response.status_code == 200
    assert "script-src 'self';" in response["Content-Security-Policy"]
    assert "<script>" not in response.content.decode().replace("\n", "")


# --- body guard ---
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_length": "10", "content_type": "application/json"}, 200),
        ({"content_length": "0"}, 200),
        ({}, 200),
        ({"content_type": "application/json"}, 411),
        ({"transfer_encoding": "chunked"}, 411),
        ({"transfer_encoding": "Chunked", "content_type": "application/json"}, 411),
        ({"content_length": "99999999999"}, 413),
        ({"content_length": "-1"}, 400),
        ({"content_length": "1e3"}, 400),
        ({"content_length": "٣"}, 400),
    ],
)
async def test_the_body_is_judged_before_it_is_read(headers: dict[str, str], status: int) -> None:
    response = await middleware.BodyGuardMiddleware(ok)(request("POST", **headers))
    assert response.status_code == status


@pytest.mark.asyncio
async def test_the_limit_is_exact(settings: Any) -> None:
    guard = middleware.BodyGuardMiddleware(ok)
    for size, status in ((settings.MAX_BODY_BYTES, 200), (settings.MAX_BODY_BYTES + 1, 413)):
        response = await guard(request("POST", content_length=str(size)))
        assert response.status_code == status


def test_a_refusal_has_the_shape_of_all_errors(api: APIClient, settings: Any) -> None:
    settings.MAX_BODY_BYTES = 10
    response = api.post("/api/login", {"username": "a" * 100}, format="json")
    assert response.status_code == 413
    assert response.json() == {"detail": "This is too large.", "code": "too_large", "max_bytes": 10}


# --- request log ---
@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="aihelper.request")
    return caplog


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.msg for record in caplog.records if record.name == "aihelper.request"]  # type: ignore[misc]


def test_one_line_per_request_without_its_query(api: APIClient, lines: pytest.LogCaptureFixture) -> None:
    response = api.get(f"/health?token={CANARY}", headers={"authorization": f"Bearer {CANARY}"})
    (line,) = logged(lines)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/health", 200)
    assert line["ms"] >= 0 and line["user_id"] is None
    assert line["request_id"] == response["X-Request-ID"]
    assert CANARY not in str(line)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/s/{}", "/api/shares/{}", "/api/shares/{}/continue"])
def test_the_line_has_no_token_of_a_shared_link(path: str, api: APIClient, lines: pytest.LogCaptureFixture) -> None:
    api.get(path.format(CANARY))
    (line,) = logged(lines)
    assert line["path"] == path.format("...")
    assert CANARY not in str(line)


@pytest.mark.django_db
def test_the_line_names_the_person_by_number(alice_api: APIClient, alice: Any, lines: pytest.LogCaptureFixture) -> None:
    alice_api.get("/api/schema")
    (line,) = logged(lines)
    assert line["user_id"] == alice.pk
    assert "alice" not in str(line)


def test_an_id_from_outside_counts_only_from_a_trusted_proxy(api: APIClient, settings: Any) -> None:
    mine = "outside-1234"
    assert api.get("/health", headers={"x-request-id": mine})["X-Request-ID"] != mine
    settings.TRUSTED_PROXIES = 1
    assert api.get("/health", headers={"x-request-id": mine})["X-Request-ID"] == mine
    assert api.get("/health", headers={"x-request-id": "a b\x1b"})["X-Request-ID"] != "a b\x1b"


@pytest.mark.asyncio
async def test_no_thread_is_used_on_the_way(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Django's own hop through one thread each; what is ours or of others must not.
    settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if not path.startswith("django.")]

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a middleware went through a thread")

    handler = ASGIHandler()
    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor.submit", refuse)
    response = await handler.get_response_async(request(path="/health"))
    assert response.status_code == 200


def test_a_synchronous_chain_is_refused() -> None:
    with pytest.raises(TypeError):
        middleware.HeadersMiddleware(lambda request: HttpResponse())  # type: ignore[arg-type, return-value]
