"""Roles that people make for themselves."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import LiveNote, User
from aihelper.lib.errors import Conflict, NotFound
from chat.models import BlockedWord, Role, Session
from chat.services import own_roles, roles, sessions
from chat.services.own_roles import RoleChanges
from chat.tests import make

pytestmark = pytest.mark.django_db
URL = "/api/roles"
FULL = {
    "name": " Poet\n of  rain ",
    "emoji": "🪶",
    "description": "Says it in verse",
    "welcome_message": "Hello,\r\nrain!",
    "system_prompt": "Answer in verse.\n",
    "suggestions": ["A haiku", "", "  A sonnet "],
    "temperature": 0.9,
}


def make_one(client: Any, **fields: Any) -> Any:
    return client.post(URL, {"name": "Poet", **fields}, format="json")


def test_it_works(alice: User, alice_api: APIClient) -> None:
    answer = alice_api.post(URL, FULL, format="json")
    assert answer.status_code == 201
    body = answer.json()
    slug = body.pop("slug")
    assert slug.startswith("own-") and len(slug) == 28
    assert body == {
        "name": "Poet of rain",
        "emoji": "🪶",
        "description": "Says it in verse",
        "welcome_message": "Hello,\nrain!",
        "system_prompt": "Answer in verse.",
        "suggestions": ["A haiku", "A sonnet"],
        "model_id": None,
        "temperature": 0.9,
        "mine": True,
        "has_prompt": True,
    }
    listed = alice_api.get(URL).json()
    assert (listed["roles"][-1]["slug"], listed["roles"][-1]["mine"]) == (slug, True)
    assert listed["default_role"] == "assistant"
    assert "Answer in verse" not in str(listed)
    assert alice_api.get(f"{URL}/{slug}").json() == {"slug": slug, **body}
    assert roles.role_for(alice, slug) == Role.objects.get(slug=slug)
    assert LiveNote.objects.filter(user=alice, what="roles").count() == 1


def test_change(alice_api: APIClient) -> None:
    slug = alice_api.post(URL, FULL, format="json").json()["slug"]
    change: dict[str, Any] = {"name": "Bard", "temperature": None, "suggestions": [], "system_prompt": ""}
    body = alice_api.patch(f"{URL}/{slug}", change, format="json").json()
    assert (body["name"], body["temperature"], body["suggestions"], body["has_prompt"]) == ("Bard", None, [], False)
    assert body["description"] == "Says it in verse"
    assert alice_api.patch(f"{URL}/{slug}", {}, format="json").json() == body


def test_delete_leaves_the_sessions(alice: User, alice_api: APIClient) -> None:
    slug = make_one(alice_api).json()["slug"]
    session = sessions.start_session(alice, slug)
    assert alice_api.delete(f"{URL}/{slug}").status_code == 200
    assert Session.objects.get(pk=session.pk).role is None
    assert alice_api.get(f"{URL}/{slug}").status_code == 404


def test_somebody_elses_and_everybodys(alice_api: APIClient, bob: User, bob_api: APIClient, admin_api: Any) -> None:
    slug = make_one(alice_api, system_prompt="A secret").json()["slug"]
    for client in (bob_api, admin_api):
        for name in (slug, "assistant", "own-unknown"):
            answers = [
                client.get(f"{URL}/{name}"),
                client.patch(f"{URL}/{name}", {"name": "Mine"}, format="json"),
                client.patch(f"{URL}/{name}", {"name": 5}, format="json"),
                client.delete(f"{URL}/{name}"),
            ]
            assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}
        assert slug not in str(client.get(URL).json())
        answer = client.post("/api/chat/start", {"role": slug}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "role_not_found")
    with pytest.raises(NotFound):
        roles.role_for(bob, slug)


def test_nobody(api: APIClient) -> None:
    answers = [api.post(URL), api.get(f"{URL}/x"), api.patch(f"{URL}/x"), api.delete(f"{URL}/x")]
    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": 5},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"name": "a\x1bb"},
        {"name": "Poet", "emoji": "x" * 17},
        {"name": "Poet", "description": "x" * 301},
        {"name": "Poet", "welcome_message": "x" * 2001},
        {"name": "Poet", "system_prompt": "x" * 20_001},
        {"name": "Poet", "system_prompt": None},
        {"name": "Poet", "suggestions": ["x"] * 7},
        {"name": "Poet", "suggestions": ["x" * 201]},
        {"name": "Poet", "suggestions": "x"},
        {"name": "Poet", "suggestions": [{}]},
        {"name": "Poet", "temperature": 2.1},
        {"name": "Poet", "temperature": -1},
        {"name": "Poet", "temperature": "0.5"},
        {"name": "Poet", "temperature": True},
        {"name": "Poet", "model_id": "unknown"},
        [],
    ],
)
def test_bad_input(alice: User, alice_api: APIClient, body: Any) -> None:
    answer = alice_api.post(URL, body, format="json")
    assert answer.status_code in {400, 404}, answer.content
    assert not Role.objects.filter(owner=alice).exists()


def test_blocked_words(alice_api: APIClient) -> None:
    BlockedWord.objects.create(word="forbidden", action="block")
    BlockedWord.objects.create(word="rude", action="mask")
    answer = make_one(alice_api, system_prompt="Say forbidden things")
    assert (answer.status_code, answer.json()["code"]) == (400, "blocked_word")
    assert make_one(alice_api, suggestions=["Be rude"]).json()["suggestions"] == ["Be ***"]


def test_there_is_room_for_fifty(alice: User, alice_api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_roles, "MAX_ROLES", 2)
    assert [make_one(alice_api).status_code for _number in range(3)] == [201, 201, 409]
    with pytest.raises(Conflict):
        own_roles.create(alice, RoleChanges(name="One more"))


def test_the_administration_shows_whose_it_is_and_none_of_its_words(alice: User, admin: User) -> None:
    role = own_roles.create(alice, RoleChanges(name="Inner thoughts", system_prompt="A secret", description="Private"))
    office = Client()
    office.force_login(admin)
    page = f"/admin/chat/role/{role.pk}/change/"
    for path in (
        "/admin/chat/role/",
        page,
        f"/admin/chat/role/{role.pk}/history/",
        f"/admin/chat/role/{role.pk}/delete/",
    ):
        text = office.get(path).content.decode()
        assert (role.slug if path != "/admin/chat/role/" else alice.username) in text
        assert not any(words in text for words in ("Inner thoughts", "A secret", "Private"))
    assert "alice" in office.get(page).content.decode()
    assert office.post(page, {}).status_code == 302
    role.refresh_from_db()
    assert (role.is_active, role.name, role.system_prompt) == (False, "Inner thoughts", "A secret")


def test_everybodys_are_still_edited_there(admin: User) -> None:
    role = make.role("helper")
    office = Client()
    office.force_login(admin)
    assert "system_prompt" in office.get(f"/admin/chat/role/{role.pk}/change/").content.decode()
