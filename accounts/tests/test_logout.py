from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.tests.support import bearer, login

pytestmark = pytest.mark.django_db


def test_it_works(api: Any, alice: Any) -> None:
    login(api)
    assert api.post("/api/logout").status_code == 200
    assert api.get("/api/user/info").status_code == 401


def test_the_session_is_gone_from_the_server(api: Any, alice: Any) -> None:
    login(api)
    stolen = APIClient()
    stolen.cookies.load(api.cookies.output(header="", sep=";"))
    api.post("/api/logout")
    assert stolen.get("/api/user/info").status_code == 401


def test_the_tokens_of_the_same_sign_in_end(api: Any, alice: Any) -> None:
    pair = login(api).json()
    other = bearer(alice)
    api.post("/api/logout")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert api.get("/api/user/info").status_code == 401
    api.credentials()
    assert api.post("/api/token/refresh", {"refresh": pair["refresh"]}, format="json").status_code == 401
    assert other.get("/api/user/info").status_code == 200


def test_by_token(alice: Any) -> None:
    client = bearer(alice)
    assert client.post("/api/logout").status_code == 200
    assert client.get("/api/user/info").status_code == 401


def test_somebody_not_signed_in(api: Any, db: None) -> None:
    assert api.post("/api/logout").status_code == 200


def test_it_needs_the_csrf_token(alice: Any) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/api/logout")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


def test_get_does_nothing(alice_api: Any) -> None:
    assert alice_api.get("/api/logout").status_code == 405
    assert alice_api.get("/api/user/info").status_code == 200
