"""Whatever is sent to a route of the accounts, the answer is not a failure of the server."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.tests.support import PASSWORD

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("media_root"),
    pytest.mark.tells("password, token", "the same text is sent as a password here and as a name there"),
]
NAMES = (
    "username password email refresh current_password new_password locale preferences file user_id theme"
    " send_key model_id"
).split()
TEXTS = st.one_of(
    st.text(max_size=40), st.sampled_from(["alice", PASSWORD, "a@b.c", "zh-hans", "\0", "a" * 2000, "..", "%00"])
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
BODIES = st.one_of(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), VALUES).map(json.dumps).map(str.encode)
KINDS = st.sampled_from(
    [
        "application/json",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=idna",
        "multipart/form-data; boundary=x",
        "text/plain",
        "nonsense",
    ]
)
ROUTES = [
    ("POST", "/api/register"),
    ("POST", "/api/login"),
    ("POST", "/api/token"),
    ("POST", "/api/token/refresh"),
    ("POST", "/api/logout"),
    ("POST", "/api/ws-ticket"),
    ("PATCH", "/api/user/info"),
    ("POST", "/api/user/password"),
    ("POST", "/api/user/avatar"),
    ("DELETE", "/api/user/avatar"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES | st.binary(min_size=1, max_size=200), kind=KINDS)
def test_no_input_is_a_failure(alice: Any, method: str, path: str, body: bytes, kind: str) -> None:
    client: Any = APIClient()  # the stubs take text only
    client.force_login(alice)
    response = client.generic(method, path, body, kind, HTTP_X_FORWARDED_FOR="10.0.0.1", HTTP_ACCEPT_LANGUAGE="*;q=x")
    assert response.status_code < 500
    if response.status_code >= 400:
        assert {"detail", "code"} <= set(response.json())


HEADERS = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(authorization=HEADERS.map("Bearer {}".format) | HEADERS, cookie=HEADERS, origin=HEADERS, language=HEADERS)
def test_no_header_is_a_failure(db: None, authorization: str, cookie: str, origin: str, language: str) -> None:
    headers = {"HTTP_COOKIE": cookie, "HTTP_ORIGIN": origin, "HTTP_ACCEPT_LANGUAGE": language}
    for path, method in (("/api/user/info", "get"), ("/api/logout", "post"), ("/api/login", "post")):
        response = getattr(APIClient(), method)(path, HTTP_AUTHORIZATION=authorization, **headers)
        assert response.status_code < 500
