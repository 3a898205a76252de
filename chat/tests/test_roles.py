"""GET /api/roles, and the built-in roles."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from aihelper.lib.errors import NotFound
from chat.models import Role
from chat.services import roles
from chat.services.builtin_roles import BUILTIN
from chat.tests import make

pytestmark = pytest.mark.django_db


def test_it_works(alice_api: APIClient) -> None:
    answer = alice_api.get("/api/roles")
    assert answer.status_code == 200
    body = answer.json()
    assert body["default_role"] == "assistant"
    assert [role["slug"] for role in body["roles"]] == ["assistant", "teacher", "programmer"]
    for role in body["roles"]:
        assert set(role) == {
            "slug",
            "name",
            "emoji",
            "description",
            "welcome_message",
            "suggestions",
            "mine",
            "has_prompt",
        }
        assert (role["mine"], role["has_prompt"]) == (False, True)
        assert len(role["suggestions"]) == 4
        assert role["welcome_message"]
        assert "system_prompt" not in role


def test_it_speaks_the_language_of_the_request(alice_api: APIClient) -> None:
    names = [role["name"] for role in alice_api.get("/api/roles", HTTP_ACCEPT_LANGUAGE="zh-hans").json()["roles"]]
    assert names == ["智能助手", "教师", "编程专家"]


def test_a_role_without_chinese_shows_its_english(alice_api: APIClient) -> None:
    make.role("poet", welcome_message="Hello", sort_order=99)
    last = alice_api.get("/api/roles", HTTP_ACCEPT_LANGUAGE="zh-hans").json()["roles"][-1]
    assert (last["name"], last["welcome_message"]) == ("Poet", "Hello")


def test_it_costs_the_same_however_many_roles(alice_api: APIClient, django_assert_max_num_queries: Any) -> None:
    Role.objects.bulk_create([Role(slug=f"r{number}", name="R") for number in range(200)])
    with django_assert_max_num_queries(4):
        assert len(alice_api.get("/api/roles").json()["roles"]) == 203


def test_nobody_is_asked_to_sign_in(api: APIClient) -> None:
    assert api.get("/api/roles").status_code == 401


def test_what_is_switched_off_or_somebody_elses_is_not_offered(alice: Any, bob: Any, alice_api: APIClient) -> None:
    make.role("off", is_active=False)
    make.role("bobs", owner=bob)
    make.role("alices", owner=alice)
    slugs = {role["slug"] for role in alice_api.get("/api/roles").json()["roles"]}
    assert "alices" in slugs
    assert not slugs & {"off", "bobs"}
    for slug in ("off", "bobs", "never-was"):
        with pytest.raises(NotFound) as caught:
            roles.role_for(alice, slug)
        assert caught.value.code == "role_not_found"


def test_without_a_wish_it_is_the_assistant_or_the_first(alice: Any) -> None:
    assert getattr(roles.role_for(alice, None), "slug", None) == "assistant"
    Role.objects.filter(slug="assistant").update(is_active=False)
    assert getattr(roles.role_for(alice, ""), "slug", None) == "teacher"
    Role.objects.all().delete()
    assert roles.role_for(alice, None) is None


def test_what_an_administrator_changed_or_deleted_stays_so() -> None:
    Role.objects.filter(slug="assistant").update(name="Renamed")
    Role.objects.filter(slug="teacher").delete()
    roles.create_builtin()
    assert dict(Role.objects.values_list("slug", "name")) == {
        "assistant": "Renamed",
        "programmer": "Programming expert",
    }


def test_the_built_in_texts_are_complete_and_fit_their_columns() -> None:
    for fields in BUILTIN:
        for name in ("name", "description", "welcome_message", "system_prompt", "suggestions"):
            assert fields[name]
            assert fields[f"{name}_zh"]
        Role(**fields).clean_fields()
