from typing import Any

import pytest

from providers import services
from providers.tests.support import has_canary, make_model, make_provider

pytestmark = pytest.mark.django_db


def test_it_lists_what_is_offered_in_order(alice_api: Any) -> None:
    second, first = make_provider("Second", priority=2), make_provider("First", priority=1)
    make_model(second, "big", model_name="Big", sort_order=1)
    make_model(second, "small", sort_order=2)
    make_model(first, "big", icon="🦉", has_vision=True, context_window=8000, max_tokens=500, description="text")
    make_model(first, "withdrawn", is_active=False)
    make_model(make_provider("Off", is_active=False), "off")
    answer = alice_api.get("/api/models").json()
    assert answer["models"] == ["big", "small"]
    assert answer["default_model"] == "big"
    assert list(answer["providers"]) == ["First", "Second"]
    assert [model["model_id"] for model in answer["providers"]["Second"]] == ["big", "small"]
    assert answer["providers"]["First"] == [
        {
            "model_id": "big",
            "model_name": "big",
            "icon": "🦉",
            "description": "text",
            "context_window": 8000,
            "max_tokens": 500,
            "capabilities": {"vision": True, "reasoning": False, "tools": False},
            "demo": False,
        }
    ]


def test_the_demo_is_marked(alice_api: Any) -> None:
    services.ensure_demo()
    answer = alice_api.get("/api/models").json()
    assert answer["models"] == ["demo", "demo-thinking"]
    assert all(model["demo"] for model in answer["providers"]["demo"])


def test_without_models_it_is_empty(alice_api: Any) -> None:
    assert alice_api.get("/api/models").json() == {"models": [], "providers": {}, "default_model": None}


def test_administrators_and_others_get_the_same(alice_api: Any, bob_api: Any, admin_api: Any) -> None:
    make_model(make_provider(), "big")
    answers = [client.get("/api/models").json() for client in (alice_api, bob_api, admin_api)]
    assert answers[0] == answers[1] == answers[2]


def test_nobody_gets_nothing(api: Any, disabled_user: Any) -> None:
    make_model(make_provider(), "big")
    assert api.get("/api/models").status_code == 401
    api.force_login(disabled_user)
    assert api.get("/api/models").status_code == 401


def test_no_key_and_no_address_leave(alice_api: Any) -> None:
    provider = make_provider()
    make_model(provider, "big")
    text = alice_api.get("/api/models").content.decode()
    assert not has_canary(text)
    assert provider.keys.get().api_key not in text and "api.example.com" not in text and "tail" not in text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(alice_api: Any, method: str) -> None:
    assert getattr(alice_api, method)("/api/models").status_code == 405


def test_the_list_costs_the_same_for_any_number(alice_api: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(10):
        provider = make_provider(f"p{number}")
        for order in range(5):
            make_model(provider, f"m{order}")
    # Session, user, whether there is a real provider, and the models.
    with django_assert_max_num_queries(4):
        assert len(alice_api.get("/api/models").json()["providers"]) == 10
