import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from providers.models import DEMO_NAME, ModelConfig, Provider
from providers.tests.support import BASE_URL, make_model, make_provider

pytestmark = pytest.mark.django_db


def test_it_normalises_and_names() -> None:
    provider = make_provider(base_url="HTTPS://API.Example.com:443/v1/")
    assert provider.base_url == BASE_URL
    assert provider.origin == "https://api.example.com"
    model = ModelConfig(provider=provider, model_id="big")
    model.full_clean()
    assert (model.model_id, model.model_name, str(model)) == ("big", "big", "big")
    assert model.capabilities == {"vision": False, "reasoning": False, "tools": False}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Demo"),
        ("base_url", ""),
        ("base_url", "ftp://example.com"),
        ("base_url", "https://user@example.com"),
        ("dialect", "smoke signals"),
        ("priority", 10_001),
        ("connect_timeout", 0),
        ("connect_timeout", 121),
        ("first_token_timeout", 3601),
        ("gap_timeout", 0),
        ("total_timeout", 86401),
    ],
)
def test_it_refuses_bad_fields_of_a_provider(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        make_provider(**{field: value})
    assert set(caught.value.message_dict) == {field}
    assert len(caught.value.message_dict[field]) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model_id", ""),
        ("model_id", "two words"),
        ("model_id", "a" * 201),
        ("max_tokens", 0),
        ("context_window", 100_000_001),
        ("sort_order", 100_001),
        ("parameters", ["temperature"]),
        ("parameters", {"stream": False}),
        ("parameters", {"seed": 2**64}),
        ("parameters", {"logit_bias": json.loads("[" * 100 + "]" * 100)}),
        ("parameters", {"temperature": float("nan")}),
        ("parameters", {"stop": ["x" * 9000]}),
    ],
)
def test_it_refuses_bad_fields_of_a_model(field: str, value: Any) -> None:
    model = ModelConfig(provider=make_provider(), **{"model_id": "big", field: value})
    with pytest.raises(ValidationError) as caught:
        model.full_clean()
    assert field in caught.value.message_dict


@pytest.mark.parametrize(
    "fields",
    [
        {"base_url": "ftp://example.com"},
        {"name": DEMO_NAME},
        {"name": "other", "is_demo": True},
        {"priority": -10_001},
        {"connect_timeout": 0},
        {"total_timeout": 86401},
    ],
)
def test_the_database_holds_the_rules_for_providers(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Provider.objects.create(**{"name": "new", "base_url": BASE_URL, **fields})


@pytest.mark.parametrize(
    "fields",
    [{"model_id": "small"}, {"model_id": ""}, {"max_tokens": 0}, {"sort_order": 200_000}],
)
def test_the_database_holds_the_rules_for_models(fields: dict[str, Any]) -> None:
    provider = make_provider()
    make_model(provider, "small")
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelConfig.objects.create(provider=provider, **{"model_id": "big", **fields})


def test_two_providers_may_have_the_same_model() -> None:
    make_model(make_provider("one"), "small")
    make_model(make_provider("two"), "small")


def test_offered_models_are_in_the_order_of_the_page() -> None:
    late, soon = make_provider("late", priority=5), make_provider("soon", priority=1)
    off = make_provider("off", is_active=False)
    for provider in (late, soon, off):
        make_model(provider, "second", sort_order=2)
        make_model(provider, "first", sort_order=1)
        make_model(provider, "withdrawn", is_active=False)
    offered = [(model.provider.name, model.model_id) for model in ModelConfig.objects.offered()]
    assert offered == [("soon", "first"), ("soon", "second"), ("late", "first"), ("late", "second")]
