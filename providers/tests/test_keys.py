"""Several keys of one provider: which is asked, which pauses, and how they are stored."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from providers import keys, registry, secrets, services
from providers.keys import KeyChange
from providers.models import Provider, ProviderKey
from providers.tests.support import CANARY, Upstream, answer, listing, make_model, make_provider

pytestmark = pytest.mark.django_db

OTHER = "another-key-that-is-long"


def _two(**other: Any) -> tuple[Provider, ProviderKey, ProviderKey]:
    provider = make_provider()
    services.save_provider(provider, changes=[KeyChange(secret=OTHER, label="other", **other)])
    first, second = provider.keys.all()
    return provider, first, second


def test_each_key_is_a_candidate_of_its_own() -> None:
    provider, first, second = _two()
    upstream = Upstream(lambda request: answer("Hi"))
    found = registry.candidates([make_model(provider, "big")], client_factory=upstream)
    assert {each.label for each in found} == {"Example"}
    by_key = {each.dialect.key_id: each.dialect.key_label for each in found}  # type: ignore[attr-defined] # of LazyDialect
    assert by_key == {first.pk: "…tail", second.pk: "other …long"}

    async def ask_all() -> None:
        for each in found:
            await each.dialect.models()

    with pytest.raises(Exception):  # noqa: B017 - what the upstream answers is no list; only who asked counts
        asyncio.run(ask_all())
    assert upstream.requests[0].headers["Authorization"].removeprefix("Bearer ") in {CANARY, OTHER}


def test_the_keys_of_all_models_cost_one_query(django_assert_num_queries: Any) -> None:
    models = [make_model(make_provider(f"p{number}"), "big") for number in range(5)]
    with django_assert_num_queries(1):
        assert len(registry.candidates(models, client_factory=listing("big"))) == 5


def test_the_draw_follows_the_weights() -> None:
    _provider, first, second = _two(weight=3)
    provider = Provider.objects.prefetch_related("keys").get()
    step = 1 / 60
    grid = [(step * (a + 0.5), step * (b + 0.5)) for a in range(60) for b in range(60)]
    firsts = []
    for pair in grid:
        numbers = iter(pair)
        firsts.append(keys.in_order(provider, random=lambda numbers=numbers: next(numbers))[0].pk)  # type: ignore[misc]
    assert firsts.count(second.pk) / len(grid) == pytest.approx(0.75, abs=0.01)
    assert firsts.count(first.pk) / len(grid) == pytest.approx(0.25, abs=0.01)


def test_a_key_that_pauses_is_asked_last_and_comes_back() -> None:
    provider, first, second = _two()
    keys.cool_down(first.pk, 60, "rate_limited")
    assert [key.pk for key in keys.in_order(provider)] == [second.pk, first.pk]
    first.refresh_from_db()
    assert first.last_error == "rate_limited" and keys.is_pausing(first)
    later = timezone.now() + timedelta(seconds=61)
    assert first.pk in [key.pk for key in keys.in_order(provider, random=lambda: 0.5, now=later)][:2]
    assert not keys.is_pausing(first, later)
    keys.note(first.pk, "")
    first.refresh_from_db()
    assert (first.cooldown_until, first.last_error) == (None, "")


def test_a_pause_is_never_shortened_and_never_for_ever() -> None:
    _provider, first, _second = _two()
    keys.cool_down(first.pk, 10**12, "rate_limited")
    first.refresh_from_db()
    longest = first.cooldown_until
    assert longest is not None and longest <= timezone.now() + timedelta(seconds=keys.MAX_COOLDOWN_SECONDS)
    keys.cool_down(first.pk, 1, "rate_limited")
    first.refresh_from_db()
    assert first.cooldown_until == longest


def test_a_key_that_is_switched_off_is_not_asked() -> None:
    provider, first, second = _two(is_active=False)
    assert [key.pk for key in keys.in_order(provider)] == [first.pk]
    provider.keys.update(is_active=False)
    with pytest.raises(registry.KeysSwitchedOff):
        registry.candidates([make_model(provider, "big")], client_factory=listing("big"))


def test_one_unreadable_key_leaves_the_other() -> None:
    provider, first, second = _two()
    ProviderKey.objects.filter(pk=first.pk).update(api_key=second.api_key)
    found = registry.candidates([make_model(provider, "big")], client_factory=listing("big"))
    assert [each.dialect.key_id for each in found] == [second.pk]  # type: ignore[attr-defined] # of LazyDialect


def test_another_origin_needs_every_key_again() -> None:
    provider, first, second = _two()
    provider.base_url = "https://other.example/v1"
    with pytest.raises(ValidationError) as caught:
        services.save_provider(provider, changes=[KeyChange(first.pk, OTHER)])
    assert caught.value.error_dict["base_url"][0].code == "key_required"
    services.save_provider(provider, changes=[KeyChange(first.pk, OTHER), KeyChange(second.pk, remove=True)])
    [left] = Provider.objects.get().keys.select_related("provider")
    assert secrets.unseal(left) == OTHER


def test_a_renamed_key_keeps_its_secret() -> None:
    provider, first, _second = _two()
    services.save_provider(provider, changes=[KeyChange(first.pk, label=" mine ", weight=7, is_active=False)])
    stored = ProviderKey.objects.select_related("provider").get(pk=first.pk)
    assert (stored.label, stored.weight, stored.is_active) == ("mine", 7, False)
    assert secrets.unseal(stored) == CANARY


@pytest.mark.parametrize(
    "change", [KeyChange(label="no secret"), KeyChange(999_999, OTHER), KeyChange(secret=OTHER, weight=0)]
)
def test_what_cannot_be_stored_changes_nothing(change: KeyChange) -> None:
    provider = make_provider()
    with pytest.raises(ValidationError):
        services.save_provider(provider, changes=[KeyChange(secret="first-of-the-two-keys"), change])
    assert provider.keys.count() == 1


def test_there_are_not_more_keys_than_a_form_holds() -> None:
    provider = make_provider()
    with pytest.raises(ValidationError) as caught:
        services.save_provider(provider, changes=[KeyChange(secret=OTHER)] * keys.MAX_KEYS)
    assert caught.value.code == "too_many_keys"
    assert provider.keys.count() == 1


def test_a_key_of_another_provider_cannot_be_named() -> None:
    provider, foreign = make_provider(), make_provider("Foreign").keys.get()
    with pytest.raises(ValidationError) as caught:
        services.save_provider(provider, changes=[KeyChange(foreign.pk, remove=True)])
    assert caught.value.code == "key_gone"
    assert ProviderKey.objects.filter(pk=foreign.pk).exists()
