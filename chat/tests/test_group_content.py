"""Roles and prompts for some groups only: on every route that names one, they are not there for anybody else."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Prompt, Role
from chat.services import roles
from chat.services.send import SendRequest, send
from chat.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def teachers(alice: User) -> Group:
    group = Group.objects.create(name="teachers")
    alice.groups.add(group, Group.objects.create(name="choir"))
    return group


@pytest.fixture
def grading(teachers: Group) -> Role:
    role = Role.objects.create(slug="grading", name="Grading", system_prompt="Grade this.")
    # In two of Alice's groups, of which she shall see one role.
    role.groups.set(Group.objects.all())
    return role


@pytest.fixture
def marks(teachers: Group) -> Prompt:
    prompt = Prompt.objects.create(command="marks", title="Marks", text="Give marks.")
    prompt.groups.set(Group.objects.all())
    return prompt


def _slugs(client: APIClient) -> list[str]:
    return [role["slug"] for role in client.get("/api/roles").json()["roles"]]


def test_the_list_of_roles(alice_api: APIClient, bob_api: APIClient, grading: Role) -> None:
    assert _slugs(alice_api).count("grading") == 1
    assert "grading" not in _slugs(bob_api)
    assert "assistant" in _slugs(bob_api)


def test_a_chat_begins_with_it_for_the_group_only(alice_api: APIClient, bob_api: APIClient, grading: Role) -> None:
    make.offered_model()
    assert alice_api.post("/api/chat/start", {"role": "grading"}, format="json").status_code == 201
    theirs = bob_api.post("/api/chat/start", {"role": "grading"}, format="json")
    unknown = bob_api.post("/api/chat/start", {"role": "no-such-role"}, format="json")
    assert (theirs.status_code, theirs.content) == (404, unknown.content)


def test_a_chat_changes_to_it_for_the_group_only(
    alice: User, bob: User, alice_api: APIClient, bob_api: APIClient, grading: Role
) -> None:
    for client, user, status in ((alice_api, alice, 200), (bob_api, bob, 404)):
        path = f"/api/chat/session/{make.session(user).session_id}"
        assert client.patch(path, {"role": "grading"}, format="json").status_code == status


def test_a_message_names_it_for_the_group_only(alice: User, bob: User, grading: Role) -> None:
    make.offered_model()
    send(alice, SendRequest("Hi", role="grading"))
    with pytest.raises(NotFound):
        send(bob, SendRequest("Hi", role="grading"))
    session = make.session(bob)
    with pytest.raises(NotFound):
        send(bob, SendRequest("Hi", session_id=session.session_id, role="grading"))


def test_its_own_page_is_nobodys(alice_api: APIClient, bob_api: APIClient, grading: Role) -> None:
    for client in (alice_api, bob_api):
        assert client.get("/api/roles/grading").status_code == 404
        assert client.patch("/api/roles/grading", {"name": "Mine"}, format="json").status_code == 404
        assert client.delete("/api/roles/grading").status_code == 404


def test_who_leaves_the_group_begins_no_more_chats_with_it(alice: User, grading: Role) -> None:
    alice.groups.clear()
    with pytest.raises(NotFound):
        roles.role_for(alice, "grading")


def test_the_default_is_one_that_the_person_has(bob: User, teachers: Group) -> None:
    for role in Role.objects.filter(slug="assistant"):
        role.groups.add(teachers)
    found = roles.role_for(bob, None)
    assert found is not None and found.slug != "assistant"


def test_the_list_of_prompts(alice_api: APIClient, bob_api: APIClient, marks: Prompt) -> None:
    def commands(client: APIClient) -> list[str]:
        return [prompt["command"] for prompt in client.get("/api/prompts").json()["prompts"]]

    assert commands(alice_api) == ["marks"]
    assert commands(bob_api) == []


def test_a_prompt_for_a_group_is_nobodys_to_change(alice_api: APIClient, bob_api: APIClient, marks: Prompt) -> None:
    for client in (alice_api, bob_api):
        path = f"/api/prompts/{marks.prompt_id}"
        assert client.patch(path, {"title": "Mine"}, format="json").status_code == 404
        assert client.delete(path).status_code == 404


def test_ones_own_stay_ones_own(bob: User, bob_api: APIClient, teachers: Group) -> None:
    mine = Prompt.objects.create(owner=bob, command="mine", title="Mine", text="Mine.")
    mine.groups.add(teachers)
    assert [prompt["command"] for prompt in bob_api.get("/api/prompts").json()["prompts"]] == ["mine"]


def test_the_lists_cost_one_query_however_many_groups(
    alice: User, grading: Role, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        roles.visible_roles(alice)
