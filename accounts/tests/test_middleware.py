from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from accounts.middleware import LocaleMiddleware
from accounts.tests.support import bearer, login

pytestmark = pytest.mark.django_db
COOKIE = settings.LANGUAGE_COOKIE_NAME


def language_seen(**headers: Any) -> str:
    """The language that a view runs in."""
    request = RequestFactory().get("/", **headers)
    response: Any = LocaleMiddleware(lambda request: HttpResponse(translation.get_language()))(request)
    return str(response.content.decode())


def test_it_works() -> None:
    assert language_seen() == "en"
    assert language_seen(HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9,en;q=0.8") == "zh-hans"
    assert language_seen(HTTP_ACCEPT_LANGUAGE="fr") == "en"
    assert language_seen(HTTP_COOKIE=f"{COOKIE}=zh-hans", HTTP_ACCEPT_LANGUAGE="en") == "zh-hans"


@pytest.mark.parametrize("value", ["tlh", "../../etc", "x" * 10_000, "zh-hans\r\nX: 1", "\0"])
def test_odd_languages(value: str) -> None:
    assert language_seen(HTTP_ACCEPT_LANGUAGE=value) in {"en", "zh-hans"}
    assert language_seen(HTTP_COOKIE=f"{COOKIE}={value}") in {"en", "zh-hans"}


def test_the_language_ends_with_the_request() -> None:
    language_seen(HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert translation.get_language() == "en"


@pytest.mark.asyncio
async def test_it_works_without_a_thread() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(translation.get_language())

    response: Any = await LocaleMiddleware(view)(RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE="zh-CN"))  # type: ignore[misc]  # a coroutine when the view is one
    assert response.content == b"zh-hans"
    assert response.headers["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("by_token", [False, True])
def test_a_users_own_language_goes_first(alice: Any, alice_api: Any, by_token: bool) -> None:
    alice.locale = "zh-hans"
    alice.save()
    client = bearer(alice) if by_token else alice_api
    with translation.override("zh-hans"):
        chinese = str(translation.gettext("You are signed out."))
    assert chinese != "You are signed out."
    assert client.post("/api/logout", HTTP_ACCEPT_LANGUAGE="en").json()["message"] == chinese
    assert translation.get_language() == "en"


def test_pages_follow_by_cookie(alice: Any, api: Any) -> None:
    alice.locale = "zh-hans"
    alice.save()
    assert login(api).cookies[COOKIE].value == "zh-hans"
    assert COOKIE not in api.get("/api/user/info").cookies, "it is set once"


def test_no_query_of_its_own(alice_api: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        alice_api.get("/no/such/page")


def test_errors_are_translated(api: Any) -> None:
    body = login(api, "nobody", HTTP_ACCEPT_LANGUAGE="zh-CN").json()
    assert body["detail"] == "用户名或密码不正确。"
