"""Somebody who was asked for a new password: the next sign-in, by each door; and the action that asks."""

from typing import Any

import pytest
from django.test import Client

from accounts import services
from accounts.models import User
from accounts.tests.support import PASSWORD, bearer

pytestmark = pytest.mark.django_db
NEW = "another horse 2"
USERS = "/admin/accounts/user/"


@pytest.fixture
def asked(alice: Any) -> User:
    services.require_new_password(alice)
    return User.objects.get(pk=alice.pk)


def enter(api: Any, door: str = "/api/login", password: str = PASSWORD, **more: str) -> Any:
    return api.post(door, {"username": "alice", "password": password, **more}, format="json")


@pytest.mark.parametrize("door", ["/api/login", "/api/token"])
def test_the_next_sign_in_asks_for_it_and_takes_it(api: Any, asked: User, door: str) -> None:
    refused = enter(api, door)
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert enter(api, door, new_password=NEW).status_code == 200
    asked.refresh_from_db()
    assert asked.check_password(NEW)
    assert not asked.password_change_required
    assert enter(api, door).status_code == 401
    assert enter(api, door, NEW).status_code == 200


def test_who_does_not_know_the_old_one_learns_nothing(api: Any, asked: User) -> None:
    answer = enter(api, password="wrong horse 1", new_password=NEW)
    assert answer.json()["code"] == "invalid_credentials"
    asked.refresh_from_db()
    assert asked.check_password(PASSWORD)


@pytest.mark.parametrize("bad", ["short", "alice", PASSWORD, "password", "x" * 5000])
def test_a_bad_one_is_refused_with_sentences(api: Any, asked: User, bad: str) -> None:
    answer = enter(api, new_password=bad)
    assert answer.status_code == 400
    assert answer.json()["fields"]["new_password"]
    asked.refresh_from_db()
    assert asked.check_password(PASSWORD)
    assert asked.password_change_required


def test_nobody_else_changes_a_password_so(api: Any, alice: Any) -> None:
    assert enter(api, new_password=NEW).status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_the_administration_sends_to_the_chat(client: Client, admin: Any) -> None:
    services.require_new_password(admin)
    page = client.post("/admin/login/?next=/admin/", {"username": "root", "password": PASSWORD}).content.decode()
    assert "sign in to the chat first" in page
    assert client.get("/admin/").status_code == 302


def test_the_action_asks_first(client: Client, admin: Any, alice: Any) -> None:
    client.force_login(admin)
    program = bearer(alice)
    data = {"action": "ask_for_new_passwords", "_selected_action": [alice.pk]}
    page = client.post(USERS, data)
    assert page.status_code == 200
    assert "signed out everywhere" in page.content.decode()
    assert f'value="{alice.pk}"' in page.content.decode()
    assert program.get("/api/user/info").status_code == 200
    assert client.post(USERS, data | {"confirmed": "yes"}).status_code == 302
    assert program.get("/api/user/info").status_code == 401
    alice.refresh_from_db()
    assert alice.password_change_required
    assert "has to choose a new password" in client.get(USERS).content.decode()


@pytest.mark.parametrize("action", ["disable_users", "sign_out_users"])
def test_what_hurts_asks_first(client: Client, admin: Any, alice: Any, action: str) -> None:
    client.force_login(admin)
    program = bearer(alice)
    assert client.post(USERS, {"action": action, "_selected_action": [alice.pk]}).status_code == 200
    assert program.get("/api/user/info").status_code == 200
