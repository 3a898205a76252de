from typing import Any

import pytest
from django.core.exceptions import ValidationError

from providers import services
from providers.models import Provider
from providers.tests.support import BASE_URL, CANARY, key_of, make_provider

pytestmark = pytest.mark.django_db

MOVED = ["http://api.example.com/v1", "https://other.example.com/v1", "https://api.example.com:8443/v1"]


def test_it_creates_a_provider_with_its_key() -> None:
    provider = services.create_provider(name="New", base_url=f"{BASE_URL}/", api_key=CANARY, priority=3)
    stored = Provider.objects.get()
    assert (stored.name, stored.base_url, stored.priority) == ("New", BASE_URL, 3)
    assert (stored.pk, key_of(stored)) == (provider.pk, CANARY)


def test_a_provider_needs_no_key() -> None:
    provider = services.create_provider(name="Local", base_url="http://localhost:11434/v1")
    assert not provider.has_key
    assert key_of(provider) == ""


@pytest.mark.parametrize("base_url", MOVED)
def test_another_origin_needs_the_key_again(base_url: str) -> None:
    provider = make_provider()
    with pytest.raises(ValidationError) as caught:
        services.update_provider(provider, base_url=base_url)
    assert caught.value.error_dict["base_url"][0].code == "key_required"
    assert Provider.objects.get().base_url == BASE_URL


@pytest.mark.parametrize("base_url", MOVED)
def test_another_origin_with_the_key_is_taken(base_url: str) -> None:
    provider = make_provider()
    services.update_provider(provider, base_url=base_url, api_key="another-key-that-is-long")
    assert key_of(Provider.objects.get()) == "another-key-that-is-long"


def test_another_path_keeps_the_key() -> None:
    provider = make_provider()
    services.update_provider(provider, base_url="https://api.example.com/v2")
    stored = Provider.objects.get()
    assert stored.base_url == "https://api.example.com/v2"
    assert key_of(stored) == CANARY


def test_without_a_key_the_address_may_change() -> None:
    provider = make_provider(api_key="")
    services.update_provider(provider, base_url="https://other.example.com")
    assert Provider.objects.get().base_url == "https://other.example.com"


def test_a_key_can_be_removed() -> None:
    provider = make_provider()
    services.update_provider(provider, api_key="", base_url="https://other.example.com")
    assert not Provider.objects.get().has_key


def test_a_stale_copy_does_not_bring_an_old_key_back() -> None:
    stale = make_provider()
    services.update_provider(Provider.objects.get(), api_key="another-key-that-is-long")
    services.update_provider(stale, description="changed meanwhile")
    assert key_of(Provider.objects.get()) == "another-key-that-is-long"


def test_a_changed_address_is_not_tested_any_more() -> None:
    provider = make_provider()
    Provider.objects.update(health=Provider.Health.OK)
    services.update_provider(Provider.objects.get(), description="text")
    assert Provider.objects.get().health == Provider.Health.OK
    services.update_provider(provider, base_url="https://api.example.com/v2")
    assert Provider.objects.get().health == Provider.Health.UNKNOWN


@pytest.mark.parametrize("key", ["two words", "line\r\nHost: evil", "schlüssel", "k" * 4097])
def test_it_refuses_a_key_that_is_no_header(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make_provider(api_key=key)
    assert key not in str(caught.value)
    assert not Provider.objects.exists()


def test_it_refuses_a_name_that_is_taken() -> None:
    make_provider("Twice")
    with pytest.raises(ValidationError) as caught:
        make_provider("Twice")
    assert "name" in caught.value.message_dict


def test_without_a_key_ring_no_key_is_stored(settings: Any) -> None:
    settings.FIELD_KEYS = ""
    with pytest.raises(ValidationError) as caught:
        make_provider()
    assert caught.value.code == "key_ring"
    assert not Provider.objects.exists()


def test_the_demo_cannot_be_changed() -> None:
    demo = services.ensure_demo()
    with pytest.raises(ValidationError):
        services.update_provider(demo, base_url="https://evil.example")
    demo.is_demo = False
    with pytest.raises(ValidationError):
        services.update_provider(demo, name="mine")
