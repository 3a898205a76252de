import json
from typing import Any

import httpx
import pytest

from providers import services
from providers.keys import KeyChange
from providers.models import Provider
from providers.tests.support import CANARY, Upstream, answer, failing, has_canary, listing, make_model, make_provider

pytestmark = pytest.mark.django_db


def test_it_works_and_stores_the_health() -> None:
    result = services.test_connection(make_provider(), client_factory=listing("big", "small"))
    assert (result.ok, result.status_class, result.code) == (True, "2xx", "")
    assert result.sentence == "The provider answers and lists 2 models."
    stored = Provider.objects.get()
    assert (stored.health, stored.health_code) == (Provider.Health.OK, "")
    assert stored.checked_at is not None and stored.latency_ms == result.latency_ms


@pytest.mark.parametrize("status", [404, 405, 501])
def test_where_models_are_not_listed_one_token_is_asked_for(status: int) -> None:
    provider = make_provider()
    make_model(provider, "withdrawn", is_active=False)
    make_model(provider, "big", sort_order=1)
    upstream = Upstream(lambda request: httpx.Response(status) if request.method == "GET" else answer("H"))
    result = services.test_connection(provider, client_factory=upstream)
    assert result.ok and "add them by hand" in result.sentence
    body = upstream.requests[-1].content
    assert b'"big"' in body and b'"max_tokens":1' in body.replace(b" ", b"")


def test_where_nothing_is_listed_and_nothing_can_be_asked_it_says_so() -> None:
    result = services.test_connection(make_provider(), client_factory=failing(404))
    assert (result.ok, result.status_class) == (False, "4xx")
    assert "none is set up to ask" in result.sentence


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "authentication_failed"),
        (403, "authentication_failed"),
        (429, "rate_limited"),
        (500, "upstream_unavailable"),
    ],
)
def test_it_shows_the_class_and_never_the_body(status: int, code: str) -> None:
    provider = make_provider()
    make_model(provider)
    result = services.test_connection(provider, client_factory=failing(status, f"secret of the target {CANARY}"))
    assert (result.ok, result.status_class, result.code) == (False, f"{status // 100}xx", code)
    assert "secret" not in result.sentence and not has_canary(repr(result))
    stored = Provider.objects.get()
    assert (stored.health, stored.health_code) == (Provider.Health.DOWN, code)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_follows_no_redirect(status: int) -> None:
    upstream = Upstream(lambda request: httpx.Response(status, headers={"Location": "http://169.254.169.254/"}))
    result = services.test_connection(make_provider(), client_factory=upstream)
    assert not result.ok
    assert {request.url.host for request in upstream.requests} == {"api.example.com"}


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x")]
)
def test_an_upstream_that_is_away_is_a_sentence(error: Exception) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    result = services.test_connection(make_provider(), client_factory=Upstream(handler))
    assert (result.ok, result.status_class) == (False, "")
    assert result.sentence.endswith(".") and result.code


def test_an_unreadable_key_is_a_sentence_and_sends_nothing() -> None:
    provider = make_provider()
    Provider.objects.update(base_url="https://evil.example")
    upstream = listing("big")
    result = services.test_connection(Provider.objects.get(pk=provider.pk), client_factory=upstream)
    assert (result.ok, result.code) == (False, "key_unreadable")
    assert upstream.requests == []


def test_all_active_providers_are_checked_at_once() -> None:
    services.ensure_demo()
    make_provider("up")
    make_provider("off", is_active=False)
    checked = services.check_providers(client_factory=listing("big"))
    assert [(item.provider.name, item.result.ok) for item in checked] == [("up", True)]


def test_the_demo_is_checked_when_it_stands_alone() -> None:
    services.ensure_demo()
    checked = services.check_providers(client_factory=listing("demo"))
    assert [item.provider.name for item in checked] == ["demo"]


def test_one_that_is_down_does_not_hide_the_others() -> None:
    for name in ("one", "two"):
        make_provider(name, f"https://{name}.example")

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500 if request.url.host == "one.example" else 200, json={"data": []})

    checked: Any = services.check_providers(client_factory=Upstream(handler))
    assert {item.provider.name: item.result.ok for item in checked} == {"one": False, "two": True}


def _public(request: httpx.Request) -> httpx.Response:
    """A server that lists its models to anybody, and answers questions only with the right key."""
    if request.method == "GET":
        return listing("text-embedding", "big").handler(request)
    is_right = request.headers.get("Authorization") == f"Bearer {CANARY}"
    return answer("H") if is_right else httpx.Response(401)


def test_a_public_list_of_models_does_not_make_a_wrong_key_look_right() -> None:
    upstream = Upstream(_public)
    right = services.test_connection(make_provider(), client_factory=upstream)
    assert (right.ok, right.proven) == (True, True)
    body = upstream.requests[-1].content.replace(b" ", b"")
    assert b'"big"' in body and b'"max_tokens":1' in body
    wrong = services.test_connection(
        make_provider("wrong", api_key="a-wrong-key-that-is-long"), client_factory=upstream
    )
    assert (wrong.ok, wrong.status_class, wrong.code) == (False, "4xx", "authentication_failed")


def test_where_the_list_needs_the_key_no_token_is_asked_for() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return listing("big").handler(request) if "Authorization" in request.headers else httpx.Response(401)

    upstream = Upstream(handler)
    result = services.test_connection(make_provider(), client_factory=upstream)
    assert (result.ok, result.proven) == (True, True)
    assert [request.method for request in upstream.requests] == ["GET", "GET"]


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_what_proves_nothing_is_said(status: int) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return listing("big").handler(request) if request.method == "GET" else httpx.Response(status)

    result = services.test_connection(make_provider(), client_factory=Upstream(handler))
    assert (result.ok, result.proven) == (True, False)
    assert "not proven" in result.sentence


def test_of_several_keys_the_wrong_one_is_named() -> None:
    provider = make_provider()
    services.save_provider(provider, changes=[KeyChange(secret="a-wrong-key-that-is-long", label="school")])
    result = services.test_connection(provider, client_factory=Upstream(_public))
    assert not result.ok and result.sentence.startswith("Key school …long: ")
    assert [key.last_error for key in provider.keys.all()] == ["", "authentication_failed"]


def test_the_model_is_asked_by_the_providers_own_id() -> None:
    upstream = Upstream(lambda request: httpx.Response(404) if request.method == "GET" else answer("H"))
    provider = make_provider()
    make_model(provider, "small", upstream_id="theirs/small")
    services.test_connection(provider, client_factory=upstream)
    services.check_providers(client_factory=upstream)
    asked = [json.loads(each.content)["model"] for each in upstream.requests if each.method == "POST"]
    assert asked == ["theirs/small"] * 2
