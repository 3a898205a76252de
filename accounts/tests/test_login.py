from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from accounts import backends
from accounts.models import RefreshToken, ThrottleCounter, User
from accounts.sessions import SessionStore
from accounts.tests.support import PASSWORD, in_parallel, login
from aihelper.lib.errors import TooManyRequests

pytestmark = pytest.mark.django_db


def test_it_works(api: Any, alice: Any) -> None:
    response = login(api)
    assert response.status_code == 200
    assert response.json()["user_id"] == alice.pk
    assert {"message", "user_id", "access", "refresh"} == set(response.json())
    assert api.get("/api/user/info").json()["username"] == "alice"
    alice.refresh_from_db()
    assert alice.last_login is not None


def test_form(api: Any, alice: Any) -> None:
    body = f"username=alice&password={PASSWORD}".replace(" ", "+")
    response = api.generic("POST", "/api/login", body, "application/x-www-form-urlencoded")
    assert response.status_code == 200


def test_tokens_of_a_login_work(api: Any, alice: Any) -> None:
    pair = login(api).json()
    api.cookies.clear()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert api.get("/api/user/info").status_code == 200


def test_session_cookie(api: Any, alice: Any) -> None:
    login(api)
    cookie = api.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_planted_session_key_is_not_kept(api: Any, alice: Any) -> None:
    planted = SessionStore()
    planted["x"] = 1
    planted.save()
    api.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    login(api)
    assert api.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key
    assert not SessionStore(planted.session_key).load()


@pytest.mark.parametrize("name", ["ALICE", " alice ", "ａｌｉｃｅ"])
def test_any_spelling_of_the_name(api: Any, alice: Any, name: str) -> None:
    assert login(api, name).status_code == 200


@pytest.mark.parametrize("name", ["%", "alic_", "àlice", "alice%", "alice\n' OR 1=1", "alice@"])
def test_similar_names_do_not_match(api: Any, alice: Any, name: str) -> None:
    assert login(api, name).status_code == 401


def test_unknown_name_and_wrong_password_are_one_answer(api: Any, alice: Any) -> None:
    unknown, wrong = login(api, "nobody", "wrong password"), login(api, "alice", "wrong password")
    assert (unknown.status_code, unknown.content) == (401, wrong.content)
    assert unknown.json()["code"] == "invalid_credentials"
    assert set(unknown.headers) == set(wrong.headers)


def test_unknown_name_costs_as_much_work(alice: Any, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]
    alice.set_password(PASSWORD)
    alice.save()

    def cost(name: str) -> float:
        start = perf_counter()
        assert backends.verify(None, name, "wrong password") is None
        return perf_counter() - start

    known, unknown = (median(cost(name) for _try in range(7)) for name in ("alice", "nobody"))
    assert known > 0.005
    assert 0.5 < unknown / known < 2


def test_disabled(api: Any, disabled_user: Any) -> None:
    response = login(api, "mallory")
    assert (response.status_code, response.json()["code"]) == (403, "account_disabled")
    assert login(api, "mallory", "wrong password").json()["code"] == "invalid_credentials"
    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize(
    ("password", "status"),
    [("", 400), (" ", 401), ("\t\n", 401), ("\0", 400), ("x" * 1024, 401), ("x" * 1025, 400), ("x" * 1_000_000, 400)],
)
def test_odd_passwords(api: Any, alice: Any, password: str, status: int) -> None:
    assert login(api, "alice", password).status_code == status


@pytest.mark.parametrize("value", [None, 1, True, [], ["correct horse 1"], {"$ne": ""}])
def test_passwords_that_are_no_text(api: Any, alice: Any, value: Any) -> None:
    assert login(api, "alice", value).status_code in {400, 401}


def test_long_password_is_not_hashed(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "check_password", lambda *args: pytest.fail("hashed"))
    assert backends.verify(None, "alice", "x" * 1025) is None


@pytest.mark.parametrize("charset", ["base64", "rot13", "utf-7", "idna", "undefined", "nonsense", "utf-16"])
def test_odd_charsets_of_forms(api: Any, alice: Any, charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert api.generic("POST", "/api/login", b"username=alice&password=%ff%00x", kind).status_code in {400, 401, 415}


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://testserver:8000", "https://testserver"])
def test_a_page_of_another_site_is_refused(api: Any, alice: Any, origin: str) -> None:
    response = login(api, HTTP_ORIGIN=origin)
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_our_own_page_is_admitted(api: Any, alice: Any) -> None:
    assert login(api, HTTP_ORIGIN="http://testserver").status_code == 200


def test_guesses_are_limited(api: Any, alice: Any) -> None:
    answers = [login(api, "alice", f"wrong password {number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= backends.GUESS_SECONDS
    assert answers[-1].json()["retry_after"] == int(answers[-1].headers["Retry-After"])
    assert login(api).status_code == 429, "the right password does not help once the limit is reached"
    assert login(api, "ALICE").status_code == 429, "nor does another spelling"


def test_unknown_names_are_limited_alike(api: Any) -> None:
    assert [login(api, "nobody").status_code for _try in range(6)] == [401] * 5 + [429]


def test_the_victim_stays_signed_in(api: Any, alice_api: Any) -> None:
    for _try in range(6):
        login(api, "alice", "wrong password")
    assert alice_api.get("/api/user/info").status_code == 200


def test_the_limit_is_for_one_address(api: Any, alice: Any) -> None:
    for _try in range(6):
        login(api, "alice", "wrong password", REMOTE_ADDR="192.0.2.1")
    assert login(api, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_a_right_password_clears_the_count(api: Any, alice: Any) -> None:
    for _round in range(3):
        for _try in range(4):
            login(api, "alice", "wrong password")
        assert login(api).status_code == 200
    assert ThrottleCounter.objects.get().count == 12, "of the address's count only the mistakes stay"


def test_many_accounts_from_one_address(api: Any, alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "MISTAKES", 3)
    assert [login(api, f"name{number}").status_code for number in range(4)] == [401, 401, 401, 429]


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand guesses at once no more than five reach the hasher."""
    User.objects.create_user("alice", password=PASSWORD)
    hashed: list[str] = []

    def check_password(self: User, password: str) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr(User, "check_password", check_password)
    request = RequestFactory().post("/api/login")
    answers = in_parallel(lambda: backends.verify(request, "alice", "wrong"), times=1000, threads=20)
    assert len(hashed) == backends.GUESSES
    assert sum(isinstance(answer, TooManyRequests) for answer in answers) == 1000 - backends.GUESSES
