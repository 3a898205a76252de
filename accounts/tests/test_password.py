from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts import tickets, tokens
from accounts.models import User
from accounts.tests.support import PASSWORD, bearer, login
from aihelper.lib.errors import NotSignedIn

pytestmark = pytest.mark.django_db
URL = "/api/user/password"
NEW = "another horse 2"


def change(client: Any, current: Any = PASSWORD, new: Any = NEW) -> Any:
    return client.post(URL, {"current_password": current, "new_password": new}, format="json")


def test_it_works(api: Any, alice: Any, alice_api: Any) -> None:
    response = change(alice_api)
    assert response.status_code == 200
    assert set(response.json()) == {"message", "access", "refresh"}
    assert login(api, "alice").status_code == 401
    assert login(api, "alice", NEW).status_code == 200


def test_this_browser_stays_and_everything_else_ends(alice: Any, alice_api: Any) -> None:
    other, program, pair, ticket = APIClient(), bearer(alice), tokens.issue(alice), tickets.issue(alice)
    other.force_login(alice)
    assert change(alice_api).status_code == 200
    assert alice_api.get("/api/user/info").status_code == 200
    assert other.get("/api/user/info").status_code == 401
    assert program.get("/api/user/info").status_code == 401
    with pytest.raises(NotSignedIn):
        tokens.refresh(pair.refresh)
    with pytest.raises(NotSignedIn):
        tickets.redeem(ticket)


def test_the_new_tokens_work(alice: Any) -> None:
    client = bearer(alice)
    body = change(client).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert client.get("/api/user/info").status_code == 200
    assert tokens.refresh(body["refresh"]).access


def test_the_session_gets_a_new_key(alice_api: Any) -> None:
    before = alice_api.session.session_key
    change(alice_api)
    assert alice_api.session.session_key != before


def test_the_current_password_is_needed(alice: Any, alice_api: Any) -> None:
    response = change(alice_api, "wrong password")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["current_password"]
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.parametrize(
    "new", ["", "short 1", "password", "alice@example.org", "12345678", "x" * 1025, "a\0bcdefgh", None, []]
)
def test_bad_new_passwords(alice_api: Any, new: Any) -> None:
    response = change(alice_api, new=new)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["new_password"]


def test_guesses_are_limited(alice_api: Any) -> None:
    answers = [change(alice_api, f"wrong {number}").status_code for number in range(6)]
    assert answers == [400] * 5 + [429]


def test_nobody(api: Any, db: None) -> None:
    assert change(api).status_code == 401


def test_it_needs_the_csrf_token(alice: Any) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert change(client).json()["code"] == "csrf_failed"


def test_somebody_else_changed_it_meanwhile(alice_api: Any, alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(self: User, password: str) -> bool:
        User.objects.filter(pk=self.pk).update(password="other")
        return True

    monkeypatch.setattr(User, "check_password", overtaken)
    assert change(alice_api).status_code == 409


def test_a_password_set_by_command_ends_tokens_too(alice: Any) -> None:
    client = bearer(alice)
    user = User.objects.get(pk=alice.pk)
    user.set_password(NEW)
    user.save()
    assert client.get("/api/user/info").status_code == 401


def test_a_stronger_hash_is_stored_at_the_next_login(api: Any, alice: Any, settings: Any) -> None:
    old = alice.password
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    body = login(api).json()
    alice.refresh_from_db()
    assert alice.password != old
    assert api.get("/api/user/info").status_code == 200
    assert tokens.user_of_access(body["access"])[0] == alice
