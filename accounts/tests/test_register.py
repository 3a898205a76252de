from typing import Any

import pytest

from accounts.models import SiteSettings, User
from accounts.tests.support import PASSWORD, in_parallel, login

pytestmark = pytest.mark.django_db
URL = "/api/register"


def register(api: Any, username: str = "carol", password: str = PASSWORD, **more: Any) -> Any:
    return api.post(URL, {"username": username, "password": password, **more}, format="json")


def set_mode(mode: str) -> None:
    SiteSettings(registration_mode=mode).save()


def test_it_works(api: Any) -> None:
    response = register(api, email="carol@example.org")
    assert response.status_code == 201
    user = User.objects.get(pk=response.json()["user_id"])
    assert (user.username, user.email, user.may_sign_in) == ("carol", "carol@example.org", True)
    assert not (user.is_staff or user.is_superuser)
    assert login(api, "carol").status_code == 200


def test_e_mail_is_optional(api: Any) -> None:
    assert register(api).status_code == 201


def test_chinese_name(api: Any) -> None:
    assert register(api, "小明同学").status_code == 201
    assert login(api, "小明同学").status_code == 200


def test_approval(api: Any) -> None:
    set_mode("approval")
    response = register(api)
    assert response.status_code == 202
    assert response.json()["pending"] is True
    refused = login(api, "carol")
    assert (refused.status_code, refused.json()["code"]) == (403, "pending_approval")
    assert login(api, "carol", "wrong password").json()["code"] == "invalid_credentials"


def test_closed(api: Any) -> None:
    set_mode("closed")
    response = register(api)
    assert (response.status_code, response.json()["code"]) == (403, "registration_closed")
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["alice", "Alice", "ALICE", "ａｌｉｃｅ", "ⒶLICE"])
def test_name_is_taken_in_any_spelling(api: Any, alice: Any, name: str) -> None:
    response = register(api, name)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["username"]
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["ålice", "alïce", "alic_", "al.ce", "аlice"])
def test_similar_name_is_another_one(api: Any, alice: Any, name: str) -> None:
    assert register(api, name).status_code == 201


@pytest.mark.parametrize(
    "name",
    ["", " ", "a", "a b", "a\0b", "a\nb", "a/b", "<b>bold</b>", "x" * 65, "\ufdfa", "\u202eevil", "'; --"],
)
def test_bad_names(api: Any, name: str) -> None:
    response = register(api, name)
    assert response.status_code == 400
    assert not User.objects.exists()


def test_half_a_surrogate_pair(api: Any) -> None:
    body = rb'{"username": "carol\ud800", "password": "correct horse\ud800"}'
    assert api.generic("POST", URL, body, "application/json").status_code == 400


@pytest.mark.parametrize("password", ["", "short 1", "password", "12345678", "carolcarol", "x" * 1025, "a\0bcdefgh"])
def test_bad_passwords(api: Any, password: str) -> None:
    response = register(api, "carolcarol", password)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["password"]


@pytest.mark.parametrize("password", ["x y z " * 170, "密码密码密码密码密", "  leading and trailing  ", "🐢" * 8])
def test_unusual_passwords_are_kept_exactly(api: Any, password: str) -> None:
    assert register(api, password=password).status_code == 201
    assert login(api, "carol", password).status_code == 200
    assert login(api, "carol", password[:-1]).status_code == 401
    assert login(api, "carol", password + " ").status_code == 401


@pytest.mark.parametrize("body", [[], "text", 1, None, {"username": ["a"], "password": {}}, {"username": "carol"}])
def test_bad_bodies(api: Any, body: Any) -> None:
    assert api.post(URL, body, format="json").status_code == 400


def test_bad_e_mail(api: Any) -> None:
    assert list(register(api, email="not an address").json()["fields"]) == ["email"]


def test_a_page_of_another_site_is_refused(api: Any) -> None:
    response = api.post(
        URL, {"username": "carol", "password": PASSWORD}, format="json", HTTP_ORIGIN="https://evil.test"
    )
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


def test_limit_by_address(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.api.sign_in.REGISTRATIONS_PER_HOUR", 2)
    assert [register(api, f"carol{number}").status_code for number in range(3)] == [201, 201, 429]


@pytest.mark.django_db(transaction=True)
def test_one_of_many_gets_the_name() -> None:
    from accounts import services

    answers = in_parallel(lambda: services.register("carol", PASSWORD), times=12, threads=6)
    assert sum(isinstance(answer, User) for answer in answers) == 1
    assert User.objects.count() == 1
