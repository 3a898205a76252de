from typing import Any

import pytest

from providers import registry, services
from providers.models import ModelConfig, Provider
from providers.tests.support import listing, make_model, make_provider

pytestmark = pytest.mark.django_db


def test_it_makes_the_demo_once(settings: Any) -> None:
    services.ensure_demo()
    services.ensure_demo()
    demo = Provider.objects.get()
    assert (demo.name, demo.is_demo, demo.base_url, demo.has_key) == ("demo", True, settings.DEMO_URL, False)
    assert list(demo.models.values_list("model_id", "is_active")) == [("demo", True), ("demo-thinking", True)]


def test_its_address_follows_the_port(settings: Any) -> None:
    services.ensure_demo()
    settings.DEMO_URL = "http://127.0.0.1:8123/demo/v1"
    services.ensure_demo()
    assert Provider.objects.get().base_url == settings.DEMO_URL


def test_it_is_offered_until_another_provider_is_active(alice: Any) -> None:
    services.ensure_demo()
    assert [model.model_id for model in registry.offered_models(alice)] == ["demo", "demo-thinking"]
    real = make_provider(is_active=False)
    make_model(real, "big")
    assert [model.model_id for model in registry.offered_models(alice)] == ["demo", "demo-thinking"]
    services.update_provider(real, is_active=True)
    assert [model.model_id for model in registry.offered_models(alice)] == ["big"]


def test_it_can_be_removed() -> None:
    make_provider()
    services.ensure_demo()
    services.remove_demo()
    assert not Provider.objects.filter(is_demo=True).exists()
    assert not ModelConfig.objects.exists()
    assert Provider.objects.count() == 1


def test_it_is_asked_at_this_server_with_its_own_token(settings: Any) -> None:
    """Another process on the same database may have written its own port into the row."""
    from providers import demo

    provider = services.ensure_demo()
    Provider.objects.update(base_url="http://127.0.0.1:1/demo/v1")
    upstream = listing("demo")
    assert services.test_connection(Provider.objects.get(pk=provider.pk), client_factory=upstream).ok
    [request] = upstream.requests
    assert str(request.url) == f"{settings.DEMO_URL}/models"
    assert request.headers["Authorization"] == f"Bearer {demo.token()}"
    assert upstream.allowed == {settings.DEMO_ORIGIN}


def test_only_the_demo_may_reach_this_server(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1:11434"]
    assert registry.allowed_private(make_provider()) == {"127.0.0.1:11434"}
