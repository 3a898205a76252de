"""Access tokens: /api/token, and every kind of token that is not one of ours."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts import tokens
from accounts.tests.support import PASSWORD

pytestmark = pytest.mark.django_db
INFO = "/api/user/info"


def claims(user: Any, **changes: Any) -> dict[str, Any]:
    """What a good access token of this user says, with changes; None takes a claim away."""
    key: str = settings.JWT_KEY
    good = jwt.decode(tokens.issue(user).access, key, ["HS256"], audience="aihelper-api")
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(payload: dict[str, Any], key: str | None = None, **more: Any) -> str:
    return jwt.encode(payload, settings.JWT_KEY if key is None else key, **({"algorithm": "HS256"} | more))


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def ask(token: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    status: int = client.get(INFO).status_code
    return status


def test_it_works_with_json(api: Any, alice: Any) -> None:
    response = api.post("/api/token", {"username": "alice", "password": PASSWORD}, format="json")
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"access_token", "token_type", "access", "refresh"}
    assert (body["token_type"], body["access"]) == ("bearer", body["access_token"])
    assert ask(body["access"]) == 200
    assert not response.cookies


def test_it_works_with_the_form_of_oauth_2(api: Any, alice: Any) -> None:
    body = "grant_type=password&scope=&client_id=&username=alice&password=correct+horse+1"
    response = api.generic("POST", "/api/token", body, "application/x-www-form-urlencoded")
    assert response.status_code == 200


def test_wrong_password_and_disabled(api: Any, alice: Any, disabled_user: Any) -> None:
    for name, password, status in (("alice", "wrong one", 401), ("mallory", PASSWORD, 403), ("nobody", PASSWORD, 401)):
        assert api.post("/api/token", {"username": name, "password": password}, format="json").status_code == status


def test_a_good_token_made_by_hand(alice: Any) -> None:
    assert ask(signed(claims(alice))) == 200


FORGED: dict[str, Callable[[Any], str]] = {
    "empty": lambda user: "",
    "no token at all": lambda user: "a.b.c",
    "not ascii": lambda user: "é.ü.ß",
    "very long": lambda user: "a" * 5000,
    "two words": lambda user: signed(claims(user)) + " more",
    "alg none": lambda user: f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims(user))}.",
    "alg None": lambda user: f"{part({'alg': 'None'})}.{part(claims(user))}.",
    "alg missing": lambda user: f"{part({'typ': 'JWT'})}.{part(claims(user))}.",
    "signature cut off": lambda user: signed(claims(user)).rsplit(".", 1)[0] + ".",
    "payload changed": lambda user: ".".join(
        [
            signed(claims(user)).split(".")[0],
            part(claims(user, user_id=user.pk + 1)),
            signed(claims(user)).split(".")[2],
        ]
    ),
    "another key": lambda user: signed(claims(user), "x" * 64),
    "the key of Django": lambda user: signed(claims(user), str(settings.SECRET_KEY)),
    "HS512": lambda user: signed(claims(user), algorithm="HS512"),
    "RS256 with our key": lambda user: f"{part({'alg': 'RS256'})}.{part(claims(user))}.{'a' * 43}",
    "key by kid": lambda user: signed(claims(user), "\0" * 64, headers={"kid": "/dev/null"}),
    "key by jwk": lambda user: signed(claims(user), "x" * 64, headers={"jwk": {"kty": "oct", "k": "eHh4"}}),
    "key by jku": lambda user: signed(claims(user), "x" * 64, headers={"jku": "https://evil.test/keys"}),
    "unknown crit": lambda user: signed(claims(user), headers={"crit": ["exp"], "exp": 1}) + "x",
    "no exp": lambda user: signed(claims(user, exp=None)),
    "exp over": lambda user: signed(claims(user, exp=int(time.time()) - 60)),
    "exp as text": lambda user: signed(claims(user, exp="tomorrow")),
    "iat in an hour": lambda user: signed(claims(user, iat=int(time.time()) + 3600)),
    "nbf in an hour": lambda user: signed(claims(user, nbf=int(time.time()) + 3600)),
    "no aud": lambda user: signed(claims(user, aud=None)),
    "another aud": lambda user: signed(claims(user, aud="aihelper-files")),
    "no iss": lambda user: signed(claims(user, iss=None)),
    "another iss": lambda user: signed(claims(user, iss="somebody")),
    "no type": lambda user: signed(claims(user, token_type=None)),
    "another type": lambda user: signed(claims(user, token_type="sliding")),
    "refresh token": lambda user: tokens.issue(user).refresh,
    "no jti": lambda user: signed(claims(user, jti=None)),
    "no user": lambda user: signed(claims(user, user_id=None)),
    "user as text": lambda user: signed(claims(user, user_id=str(user.pk))),
    "user true": lambda user: signed(claims(user, user_id=True)),
    "user as list": lambda user: signed(claims(user, user_id=[user.pk])),
    "user unknown": lambda user: signed(claims(user, user_id=2**40)),
    "no version": lambda user: signed(claims(user, ver=None)),
    "older version": lambda user: signed(claims(user, ver=user.token_version - 1)),
    "newer version": lambda user: signed(claims(user, ver=user.token_version + 1)),
    "no family": lambda user: signed(claims(user, fam=None)),
    "family of no form": lambda user: signed(claims(user, fam="x")),
    "family as number": lambda user: signed(claims(user, fam=7)),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_forged_tokens(alice: Any, forge: Callable[[Any], str]) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {forge(alice)}")
    response = client.get(INFO)
    assert (response.status_code, response.json()["code"]) == (401, "token_not_valid")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_not_made_good_by_a_session(alice_api: Any) -> None:
    alice_api.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert alice_api.get(INFO).status_code == 401


def test_tokens_that_share_a_beginning_are_different(alice: Any) -> None:
    good = signed(claims(alice))
    twins = [f"{good[:cut]}{'x' if good[cut] != 'x' else 'y'}{good[cut + 1 :]}" for cut in range(20, len(good) - 2, 7)]
    assert {ask(twin) for twin in twins} == {401}


def test_another_scheme_is_not_ours(alice: Any, alice_api: Any) -> None:
    alice_api.credentials(HTTP_AUTHORIZATION="Basic YWxpY2U6eA==")
    assert alice_api.get(INFO).status_code == 200


def test_one_query(alice: Any, django_assert_num_queries: Any) -> None:
    token = tokens.issue(alice).access
    with django_assert_num_queries(1):
        tokens.user_of_access(token)


def test_nothing_secret_is_stored(alice: Any) -> None:
    from accounts.models import RefreshToken

    pair = tokens.refresh(tokens.issue(alice).refresh)
    stored = str(list(RefreshToken.objects.values()))
    jti = jwt.decode(pair.refresh, options={"verify_signature": False})["jti"]
    assert pair.refresh not in stored and jti not in stored
