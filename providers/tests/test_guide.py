"""The guide: preset, key, test, models, done, on one page."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from providers import presets, registry
from providers.models import ModelConfig, Provider
from providers.tests.support import (
    BASE_URL,
    CANARY,
    Upstream,
    answer,
    failing,
    has_canary,
    key_of,
    listing,
    make_model,
    make_provider,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("providers.tests.admin_urls")]

GUIDE = "/admin/providers/provider/guide/"


def _page(provider: Provider) -> str:
    return f"/admin/providers/provider/{provider.pk}/guide/"


def _connect(**changes: str) -> dict[str, str]:
    return {"step": "connect", "name": "", "base_url": BASE_URL, "key": CANARY, **changes}


def test_from_the_address_to_people_in_two_posts(root: Client, upstream: Upstream, alice: Any) -> None:
    upstream.handler = listing("big", "text-embedding-3", "small").handler
    response = root.post(GUIDE, _connect(), follow=True)
    provider = Provider.objects.get()
    assert response.redirect_chain == [(_page(provider), 302)]
    assert (provider.name, provider.is_active, key_of(provider)) == ("api.example.com", False, CANARY)
    text = response.content.decode()
    assert "lists 3 models" in text and "2xx" in text and not has_canary(text)
    assert registry.offered_models(alice) == []

    rows = dict(provider.models.values_list("model_id", "pk"))
    assert f'value="{rows["big"]}" checked' in text and f'value="{rows["text-embedding-3"]}" checked' not in text
    chosen = {"step": "choose", "shown": list(rows.values()), "offer": [rows["big"], rows["small"]]}
    text = root.post(_page(provider), chosen, follow=True).content.decode()
    assert "People can use 2 models now." in text and "Open the chat" in text
    assert [model.model_id for model in registry.offered_models(alice)] == ["big", "small"]


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda preset: preset.slug)
def test_a_preset_fills_the_form(root: Client, preset: presets.Preset) -> None:
    text = root.get(f"{GUIDE}?preset={preset.slug}").content.decode()
    assert f'value="{preset.base_url}"' in text and f'value="{preset.name}"' in text
    assert not preset.key_page or preset.key_page.replace("&", "&amp;") in text


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda preset: preset.slug)
def test_a_preset_is_what_a_provider_can_be(preset: presets.Preset) -> None:
    provider = Provider(name=preset.name, base_url=preset.base_url, **preset.fields)
    provider.full_clean()
    assert provider.base_url == preset.base_url.lower() or preset.needs_editing
    assert bool(preset.key_page) is not preset.is_local


def test_the_quirks_of_a_preset_are_stored_and_sent(root: Client, upstream: Upstream) -> None:
    upstream.handler = lambda request: httpx.Response(404) if request.method == "GET" else answer("H")
    root.post(f"{GUIDE}?preset=openai", _connect(name="Mine"))
    provider = Provider.objects.get()
    assert (provider.name, provider.max_tokens_name, provider.asks_usage) == ("Mine", "max_completion_tokens", True)
    make_model(provider)
    root.post(f"/admin/providers/provider/{provider.pk}/test/")
    assert b"max_completion_tokens" in upstream.requests[-1].content


@pytest.mark.parametrize("name", ["", "Our own"])
def test_pressing_twice_makes_one_provider(root: Client, upstream: Upstream, name: str) -> None:
    """The test takes seconds, and the first press is under way when the second comes."""
    upstream.handler = listing("big").handler
    pages = {root.post(GUIDE, _connect(name=name), follow=True).redirect_chain[-1] for _ in range(2)}
    assert len(pages) == 1 and Provider.objects.count() == 1
    provider = Provider.objects.get()
    root.post(_page(provider), {"step": "choose", "ids": "big"})
    again = root.post(GUIDE, _connect(name="Another"), follow=True)
    assert Provider.objects.count() == 2, "one that is finished is left alone"
    assert again.redirect_chain[-1] not in pages


def test_one_that_was_switched_off_long_ago_is_left_alone(root: Client, upstream: Upstream) -> None:
    upstream.handler = listing("big").handler
    old = make_provider(is_active=False)
    Provider.objects.filter(pk=old.pk).update(create_time=timezone.now() - timedelta(days=1))
    root.post(GUIDE, _connect(key="another-key-that-is-long"))
    assert Provider.objects.count() == 2 and key_of(old) == CANARY


def test_keys_of_another_region_are_explained(root: Client) -> None:
    for preset in presets.PRESETS:
        text = root.get(f"{GUIDE}?preset={preset.slug}").content.decode()
        assert (preset.abroad in text and "outside mainland China" in text) if preset.abroad else "mainland" not in text
    assert sum(bool(preset.abroad) for preset in presets.PRESETS) == 4


def test_whose_key_was_refused_reads_of_regions_again(root: Client, upstream: Upstream) -> None:
    upstream.handler = failing(401).handler
    moonshot = presets.find("moonshot")
    assert moonshot is not None
    text = root.post(GUIDE, _connect(base_url=moonshot.base_url), follow=True).content.decode()
    assert "refused the API key" in text and moonshot.abroad in text and moonshot.key_page in text


def test_an_unknown_preset_is_none(root: Client) -> None:
    assert root.get(f"{GUIDE}?preset=%00x").status_code == 200


def test_a_wrong_key_is_told_and_entered_again_on_the_same_page(root: Client, upstream: Upstream) -> None:
    upstream.handler = failing(401, f"no: {CANARY}").handler
    text = root.post(GUIDE, _connect(), follow=True).content.decode()
    assert "refused the API key" in text and "4xx" in text and not has_canary(text)
    provider = Provider.objects.get()
    upstream.handler = listing("big").handler
    again = _connect(key="the-right-key-at-last", name=provider.name)
    text = root.post(_page(provider), again, follow=True).content.decode()
    assert "lists 1 model" in text and Provider.objects.count() == 1
    assert key_of(provider) == "the-right-key-at-last"


def test_an_empty_key_keeps_the_stored_one(root: Client, upstream: Upstream) -> None:
    upstream.handler = listing("big").handler
    provider = make_provider()
    root.post(_page(provider), _connect(key="", name="Renamed"))
    assert (Provider.objects.get().name, key_of(provider)) == ("Renamed", CANARY)


def test_another_address_needs_the_key_again(root: Client, upstream: Upstream) -> None:
    provider = make_provider()
    moved = _connect(key="", base_url="https://evil.example/v1")
    assert "please enter the key again" in root.post(_page(provider), moved).content.decode()
    assert Provider.objects.get().base_url == BASE_URL and upstream.requests == []


def test_where_nothing_is_listed_ids_are_typed_in(root: Client, upstream: Upstream, alice: Any) -> None:
    upstream.handler = failing(404).handler
    provider = make_provider(is_active=False)
    root.post(_page(provider), {"step": "choose", "ids": "big, small\nhuge"})
    assert [model.model_id for model in registry.offered_models(alice)] == ["big", "small", "huge"]


@pytest.mark.parametrize("ids", ["", " , \n", "x" * 201])
def test_nothing_to_offer_changes_nothing(root: Client, ids: str) -> None:
    provider = make_provider(is_active=False)
    assert root.post(_page(provider), {"step": "choose", "ids": ids}).status_code == 302
    assert not Provider.objects.get().is_active and not ModelConfig.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base_url": "nonsense"}, "must begin with http"),
        ({"base_url": "http://169.254.169.254/"}, "never allowed"),
        ({"base_url": ""}, "required"),
        ({"key": "two words"}, "no spaces"),
        ({"name": "demo"}, "built-in demo"),
        ({"name": "Taken"}, "already exists"),
    ],
)
def test_bad_input_is_a_sentence(root: Client, upstream: Upstream, changes: dict[str, str], sentence: str) -> None:
    make_provider("Taken")
    text = root.post(GUIDE, _connect(**changes)).content.decode()
    assert sentence in text and not has_canary(text)
    assert Provider.objects.count() == 1 and upstream.requests == []


def test_the_form_with_every_field_is_for_those_who_ask(root: Client) -> None:
    assert root.get("/admin/providers/provider/add/")["Location"] == GUIDE
    assert root.get("/admin/providers/provider/add/?by=hand").status_code == 200


def test_a_long_list_is_cut_and_costs_the_same(root: Client, django_assert_max_num_queries: Any) -> None:
    provider = make_provider()
    ModelConfig.objects.bulk_create(ModelConfig(provider=provider, model_id=f"m{n:04}") for n in range(300))
    with django_assert_max_num_queries(12):
        text = root.get(_page(provider)).content.decode()
    assert "m0199" in text and "m0200" not in text and "search in all models" in text


def test_whoever_lacks_a_right_gets_nowhere(staff: Any, client: Client, upstream: Upstream) -> None:
    provider = make_provider()
    assert client.post(GUIDE, _connect()).status_code == 302
    rights = ["add_provider", "change_provider", "view_provider", "add_modelconfig", "change_modelconfig"]
    for left_out in ("add_modelconfig", "change_modelconfig"):
        browser = staff(*(right for right in rights if right != left_out))
        assert {browser.post(path, _connect()).status_code for path in (GUIDE, _page(provider))} == {403}
    assert staff(*(right for right in rights if right != "add_provider")).post(GUIDE, _connect()).status_code == 403
    changing = staff(*(right for right in rights if right not in {"change_provider", "view_provider"}))
    assert changing.post(_page(provider), _connect()).status_code == 403
    assert Permission.objects.exists() and upstream.requests == [] and Provider.objects.count() == 1
