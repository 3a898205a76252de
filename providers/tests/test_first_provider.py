from typing import Any

import httpx
import pytest

from providers import services
from providers.models import ModelConfig, Provider, ProviderKey
from providers.tests.support import BASE_URL, CANARY, Upstream, failing, has_canary, key_of, listing, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def first(settings: Any) -> None:
    settings.FIRST_PROVIDER_URL = f"{BASE_URL}/"
    settings.FIRST_PROVIDER_KEY = CANARY
    settings.FIRST_PROVIDER_MODELS = []


def _offered() -> list[str]:
    return list(ModelConfig.objects.filter(is_active=True).order_by("sort_order").values_list("model_id", flat=True))


def test_it_works_with_given_models_and_asks_nobody(settings: Any) -> None:
    settings.FIRST_PROVIDER_MODELS = ["big", " small ", "", "big"]
    provider = services.setup_first_provider()
    assert provider is not None
    assert (provider.name, provider.base_url, key_of(provider)) == ("api.example.com", BASE_URL, CANARY)
    assert _offered() == ["big", "small"]


def test_without_models_they_are_fetched_and_the_chat_models_offered() -> None:
    services.setup_first_provider(client_factory=listing("big", "text-embedding-3", "small"))
    assert _offered() == ["big", "small"]
    assert ModelConfig.objects.count() == 3


def test_again_and_again_it_changes_nothing(settings: Any) -> None:
    settings.FIRST_PROVIDER_MODELS = ["big"]
    services.setup_first_provider()
    before = ProviderKey.objects.get().api_key
    ModelConfig.objects.update(model_name="Named by hand", is_active=False)
    services.setup_first_provider()
    assert ProviderKey.objects.get().api_key == before
    assert list(ModelConfig.objects.values_list("model_name", "is_active")) == [("Named by hand", False)]


def test_it_does_not_fetch_again_once_there_are_models() -> None:
    services.setup_first_provider(client_factory=listing("big"))
    upstream = listing("big", "new")
    services.setup_first_provider(client_factory=upstream)
    assert upstream.requests == []


def test_another_key_is_taken(settings: Any) -> None:
    settings.FIRST_PROVIDER_MODELS = ["big"]
    services.setup_first_provider()
    settings.FIRST_PROVIDER_KEY = "another-key-that-is-long"
    services.setup_first_provider()
    assert key_of(Provider.objects.get()) == "another-key-that-is-long"
    settings.FIRST_PROVIDER_KEY = ""
    services.setup_first_provider()
    assert key_of(Provider.objects.get()) == "another-key-that-is-long"


def test_it_takes_the_provider_that_an_administrator_made(settings: Any) -> None:
    settings.FIRST_PROVIDER_MODELS = ["big"]
    made = make_provider("By hand", api_key="")
    provider = services.setup_first_provider()
    assert provider is not None and provider.pk == made.pk and Provider.objects.count() == 1


def test_its_name_gives_way(settings: Any) -> None:
    settings.FIRST_PROVIDER_MODELS = ["big"]
    make_provider("api.example.com", "https://elsewhere.example")
    provider = services.setup_first_provider()
    assert provider is not None and provider.name == "api.example.com 2"


def test_without_the_setting_there_is_nothing_to_do(settings: Any) -> None:
    settings.FIRST_PROVIDER_URL = ""
    assert services.setup_first_provider() is None
    assert not Provider.objects.exists()


@pytest.mark.parametrize("upstream", [failing(500, CANARY), failing(401), failing(200, "<html>")])
def test_a_failing_fetch_is_a_logged_sentence(upstream: Upstream, capsys: Any, caplog: Any) -> None:
    assert services.setup_first_provider(client_factory=upstream) is not None
    logged = capsys.readouterr().out + caplog.text
    assert "first_models_not_fetched" in logged
    assert not has_canary(logged)


def test_an_upstream_that_is_down_stops_nothing() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert services.setup_first_provider(client_factory=Upstream(refuse)) is not None


@pytest.mark.parametrize("name,value", [("URL", "nonsense"), ("URL", "https://u:p@example.com"), ("KEY", "two words")])
def test_a_wrong_setting_is_logged_and_not_told(settings: Any, capsys: Any, caplog: Any, name: str, value: str) -> None:
    setattr(settings, f"FIRST_PROVIDER_{name}", value)
    assert services.setup_first_provider() is None
    logged = capsys.readouterr().out + caplog.text
    assert "first_refused" in logged and value not in logged
    assert not Provider.objects.exists()
