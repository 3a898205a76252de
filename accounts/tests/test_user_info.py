from typing import Any

import pytest

from accounts import profile, services
from accounts.models import LiveNote, User
from accounts.tests.support import bearer

pytestmark = pytest.mark.django_db
URL = "/api/user/info"


def change(client: Any, **body: Any) -> Any:
    return client.patch(URL, body, format="json")


def test_it_works(alice: Any, alice_api: Any) -> None:
    body = alice_api.get(URL).json()
    assert body["username"] == "alice"
    assert body["email"] == "alice@example.org"
    assert body["avatar"] is None and body["quota"] is None
    assert (body["is_admin"], body["locale"], body["preferences"]) == (False, "", {})
    assert body["create_time"].endswith("Z")
    assert set(body) == {
        "id",
        "username",
        "email",
        "avatar",
        "message_count",
        "is_admin",
        "locale",
        "preferences",
        "create_time",
        "quota",
        "policy",
    }


def test_by_token(alice: Any) -> None:
    assert bearer(alice).get(URL).json()["id"] == alice.pk


def test_administrator(admin_api: Any) -> None:
    assert admin_api.get(URL).json()["is_admin"] is True


def test_nobody(api: Any) -> None:
    for response in (api.get(URL), change(api, email="x@example.org")):
        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_another_app_adds_to_it(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "_extras", dict(profile._extras))
    profile.register_extra("message_count", lambda user: 7)
    assert profile.describe(alice)["message_count"] == 7


def test_change(alice: Any, alice_api: Any) -> None:
    response = change(alice_api, email="new@example.org", locale="zh-hans", preferences={"theme": "dark"})
    assert response.status_code == 200
    assert response.json() == alice_api.get(URL).json()
    alice.refresh_from_db()
    assert (alice.email, alice.locale, alice.preferences) == ("new@example.org", "zh-hans", {"theme": "dark"})


def test_what_is_not_named_stays(alice: Any, alice_api: Any) -> None:
    change(alice_api, preferences={"theme": "dark", "role": "teacher"})
    change(alice_api, preferences={"theme": "light"})
    assert change(alice_api, preferences={"role": None}).json()["preferences"] == {"theme": "light"}
    assert change(alice_api).json()["email"] == "alice@example.org"


def test_fields_can_be_emptied(alice_api: Any) -> None:
    body = change(alice_api, email="", locale="").json()
    assert (body["email"], body["locale"]) == ("", "")


@pytest.mark.parametrize(
    "preferences",
    [
        {"theme": "pink"},
        {"theme": 1},
        {"theme": ["dark"]},
        {"send_key": "f13"},
        {"model_id": 7},
        {"model_id": "x" * 256},
        {"other": {"nested": 1}},
        {"other": []},
        {"other": 10**90},
        {"other": "a\0b"},
        {"text_size": "huge"},
        {"display_name": " Ann"},
        {"display_name": "Ann\u202ennA"},
        {"display_name": "x" * 65},
        {"favourite_models": "gpt"},
        {"favourite_models": [1]},
        {"favourite_models": [""]},
        {"favourite_models": ["a", "a"]},
        {"favourite_models": ["x" * 201]},
        {"favourite_models": [f"m{number}" for number in range(51)]},
        {"favourite_models": [["a"]]},
        {"shortcuts": []},
        {"shortcuts": {"chat.new": 1}},
        {"shortcuts": {"chat.new": "ctrl+<script>"}},
        {"shortcuts": {"Not a command": "ctrl+KeyO"}},
        {"shortcuts": {f"chat.n{'x' * number}": "" for number in range(25)}},
        {"hints": {"welcome": False}},
        {"hints": {"welcome": {"nested": True}}},
        {"hints": {"Bad": True}},
        {"code_wrap": "yes"},
        {"code_wrap": 1},
        {"push": "no"},
        {"bad name": 1},
        {"": 1},
        {"x" * 65: 1},
        {"名字": 1},
        {f"name{number}": 1 for number in range(65)},
        [],
        "dark",
        None,
    ],
)
def test_bad_preferences(alice: Any, alice_api: Any, preferences: Any) -> None:
    response = change(alice_api, preferences=preferences)
    assert response.status_code == 400
    alice.refresh_from_db()
    assert alice.preferences == {}


def test_preferences_take_little_space(alice_api: Any) -> None:
    for start in range(0, 60, 30):
        many = {f"name{number}": "x" * 255 for number in range(start, start + 30)}
        assert change(alice_api, preferences=many).status_code == 200
    assert change(alice_api, preferences={"more": "x" * 255, "more2": "x" * 255}).status_code == 400


def test_all_that_the_page_prefers_fits(alice_api: Any) -> None:
    preferences = {
        "theme": "dark",
        "send_key": "ctrl_enter",
        "text_size": "large",
        "display_name": "安妮 O'Hara-Müller",
        "model_id": "x" * 200,
        "role": "teacher",
        "favourite_models": [f"{number:02d}" + "模" * 60 for number in range(50)],
        "shortcuts": {f"chat.{'abcdefghijklmnopqrst'[:number]}": "mod+shift+Semicolon" for number in range(1, 21)},
        "shortcuts_off": False,
        "hints": {f"hint_{'abcdefghijklmnopqrst'[:number]}": True for number in range(1, 21)},
        "code_wrap": True,
        "push": False,
        "paste_as_file": True,
    }
    assert change(alice_api, preferences=preferences).json()["preferences"] == preferences


def test_other_tabs_hear_of_it(alice: Any, alice_api: Any) -> None:
    assert change(alice_api, preferences={"theme": "pink"}).status_code == 400
    assert not LiveNote.objects.exists()
    change(alice_api, preferences={"theme": "dark"})
    assert [(note.user_id, note.what) for note in LiveNote.objects.all()] == [(alice.pk, "user")]


@pytest.mark.parametrize("preferences", [{"sidebar": False}, {"width": 280.5}, {"model_id": "gpt/oss 20b"}, {}])
def test_other_preferences(alice_api: Any, preferences: Any) -> None:
    assert change(alice_api, preferences=preferences).json()["preferences"] == preferences


@pytest.mark.parametrize("body", [{"email": "no address"}, {"email": []}, {"locale": "tlh"}, {"locale": None}, [], 1])
def test_bad_input(alice_api: Any, body: Any) -> None:
    assert alice_api.patch(URL, body, format="json").status_code == 400


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"email": "a@b.c", "email": "d@e.f"}'])
def test_bad_json(alice_api: Any, body: bytes) -> None:
    assert alice_api.generic("PATCH", URL, body, "application/json").status_code == 400


def test_a_disabled_user_of_a_running_session(alice: Any, alice_api: Any) -> None:
    services.disable(alice)
    assert alice_api.get(URL).status_code == 401


def test_queries(alice_api: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one each for the session (none with Redis), the user, the budgets and policies; others count theirs."""
    monkeypatch.setattr(profile, "_extras", {})
    with django_assert_max_num_queries(4):
        alice_api.get(URL)


def test_changes_touch_only_oneself(alice_api: Any, bob: Any) -> None:
    change(alice_api, id=bob.pk, email="x@example.org")
    assert User.objects.get(pk=bob.pk).email == "bob@example.org"
