from typing import Any

import pytest
from django.core.exceptions import ValidationError

from providers import catalogue, services
from providers.errors import ProviderError
from providers.events import RemoteModel
from providers.models import ModelConfig, Provider
from providers.tests.support import failing, listing, make_model, make_provider

pytestmark = pytest.mark.django_db


def _states(provider: Provider) -> dict[str, tuple[bool, bool]]:
    return {model.model_id: (model.is_active, model.vanished_at is not None) for model in provider.models.all()}


def test_new_models_are_added_and_not_offered() -> None:
    provider = make_provider()
    result = services.sync_models(provider, client_factory=listing("big", "small"))
    assert (result.added, result.listed) == (2, 2)
    assert _states(provider) == {"big": (False, False), "small": (False, False)}
    assert list(provider.models.values_list("sort_order", flat=True)) == [0, 10]


def test_when_told_only_chat_models_are_offered() -> None:
    provider = make_provider()
    services.sync_models(provider, offer=True, client_factory=listing("big", "text-embedding-3-small", "whisper-1"))
    assert [name for name, (offered, _) in _states(provider).items() if offered] == ["big"]


def test_what_the_administrator_edited_stays() -> None:
    provider = make_provider()
    model = make_model(provider, "big", model_name="Mine", context_window=8000, sort_order=7, description="text")
    before = ModelConfig.objects.values().get(pk=model.pk)
    catalogue.merge(provider, [RemoteModel("big", "Theirs", 128_000)], offer=True)
    assert ModelConfig.objects.values().get(pk=model.pk) == before


def test_what_is_gone_is_marked_and_comes_back() -> None:
    provider = make_provider()
    services.sync_models(provider, client_factory=listing("big", "small"))
    result = services.sync_models(provider, client_factory=listing("big"))
    assert (result.added, result.vanished) == (0, 1)
    since = provider.models.get(model_id="small").vanished_at
    services.sync_models(provider, client_factory=listing("big"))
    assert provider.models.get(model_id="small").vanished_at == since is not None
    result = services.sync_models(provider, client_factory=listing("small", "big"))
    assert (result.returned, result.vanished) == (1, 0)
    assert provider.models.get(model_id="small").vanished_at is None


def test_new_ones_come_after_the_old_ones() -> None:
    provider = make_provider()
    make_model(provider, "big", sort_order=500)
    services.sync_models(provider, client_factory=listing("new", "big"))
    assert provider.models.get(model_id="new").sort_order == 510


def test_names_and_windows_are_taken_over_within_bounds() -> None:
    provider = make_provider()
    listed = [RemoteModel("a", "A" * 300, 128_000), RemoteModel("b", "", -5), RemoteModel("c", "C", 10**12)]
    catalogue.merge(provider, listed)
    stored = dict(provider.models.values_list("model_id", "context_window"))
    assert stored == {"a": 128_000, "b": None, "c": None}
    assert [len(name) for name in provider.models.values_list("model_name", flat=True)] == [200, 1, 1]


def test_ids_that_cannot_be_used_are_left_out() -> None:
    provider = make_provider()
    listed = [RemoteModel(model_id, "x") for model_id in ("good", "", "two words", "x" * 201, "a\x00b", "good")]
    result = catalogue.merge(provider, listed)
    assert (result.added, result.skipped) == (1, 5)


def test_an_endless_list_ends() -> None:
    provider = make_provider()
    catalogue.merge(provider, [RemoteModel(f"m{number}", "") for number in range(catalogue.MAX_LISTED + 500)])
    assert provider.models.count() == catalogue.MAX_LISTED


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_failing_fetch_changes_nothing(status: int) -> None:
    provider = make_provider()
    make_model(provider, "big")
    with pytest.raises(ProviderError):
        services.sync_models(provider, client_factory=failing(status))
    assert _states(provider) == {"big": (True, False)}


def test_models_are_added_by_hand() -> None:
    provider = make_provider()
    assert catalogue.add(provider, ["big", " embed-1 ", "", "big"]) == 2
    assert catalogue.add(provider, ["big"]) == 0
    assert _states(provider) == {"big": (True, False), "embed-1": (True, False)}
    with pytest.raises(ValidationError):
        catalogue.add(provider, ["two words"])


def _order(provider: Provider) -> str:
    return "".join(provider.models.order_by("sort_order", "pk").values_list("model_id", flat=True))


@pytest.mark.parametrize(
    ("chosen", "up", "expected", "moved"),
    [
        ("c", True, "acbd", 1),
        ("a", True, "abcd", 0),
        ("cd", True, "acdb", 2),
        ("ab", True, "abcd", 0),
        ("b", False, "acbd", 1),
        ("d", False, "abcd", 0),
        ("ab", False, "cabd", 2),
    ],
)
def test_models_move_one_place(chosen: str, up: bool, expected: str, moved: int) -> None:
    provider, other = make_provider("one"), make_provider("two")
    models: dict[str, Any] = {letter: make_model(provider, letter) for letter in "abcd"}
    make_model(other, "x", sort_order=3)
    assert catalogue.move([models[letter].pk for letter in chosen], up=up) == moved
    assert _order(provider) == expected
    assert other.models.get().sort_order == 3


def test_the_demo_does_not_move_and_is_not_withdrawn() -> None:
    ids = [model.pk for model in services.ensure_demo().models.all()]
    assert catalogue.move(ids[1:], up=True) == 0
    assert catalogue.offer(ids, offered=False) == 0


def test_a_model_with_another_id_at_the_provider_is_known_by_both() -> None:
    provider = make_provider()
    make_model(provider, "deepseek-chat", upstream_id="deepseek/deepseek-chat")
    result = services.sync_models(provider, client_factory=listing("deepseek/deepseek-chat", "deepseek-chat"))
    assert (result.added, result.vanished) == (0, 0)
    result = services.sync_models(provider, client_factory=listing("deepseek-chat"))
    assert (result.added, result.vanished) == (0, 1), "what is sent is not listed any more"
    result = services.sync_models(provider, client_factory=listing("deepseek/deepseek-chat"))
    assert (result.added, result.returned) == (0, 1)
