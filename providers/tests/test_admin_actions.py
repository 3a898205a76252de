"""The buttons of a provider's page: test the connection, fetch the models, choose some."""

from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from providers import services
from providers.admin.choosing import PAGE_SIZE
from providers.models import ModelConfig, Provider
from providers.tests.support import CANARY, Upstream, failing, has_canary, listing, make_model, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.urls("providers.tests.admin_urls")]

CHOOSING = ("change_provider", "change_modelconfig", "add_modelconfig")


def _to(action: str, provider: Provider) -> str:
    return reverse(f"admin:providers_provider_{action}", args=[provider.pk])


def _text(response: Any) -> str:
    return str(response.content.decode())


def test_the_connection_is_tested(root: Client, upstream: Upstream) -> None:
    upstream.handler = listing("big").handler
    provider = make_provider()
    text = _text(root.post(_to("test", provider), follow=True))
    assert "The provider answers and lists 1 model. (2xx, " in text
    assert "health-ok" in text
    assert upstream.requests[0].headers["Authorization"] == f"Bearer {CANARY}"


def test_a_failed_test_is_a_sentence_without_the_body(root: Client, upstream: Upstream) -> None:
    upstream.handler = failing(401, f"no such key: {CANARY}, secret of the target").handler
    text = _text(root.post(_to("test", make_provider()), follow=True))
    assert "refused the API key" in text and "(4xx, " in text
    assert "secret of the target" not in text and not has_canary(text)


def test_models_are_fetched_and_then_chosen(root: Client, upstream: Upstream) -> None:
    upstream.handler = listing("big", "small").handler
    provider = make_provider()
    response: Any = root.post(_to("fetch", provider), follow=True)
    assert response.redirect_chain == [(_to("choose", provider), 302)]
    text = _text(response)
    assert "lists 2 models: 2 new, 0 gone" in text and "checked" not in text
    big, small = provider.models.order_by("model_id")
    form = {"shown": [big.pk, small.pk], "offer": [big.pk], f"name-{big.pk}": "The big one", f"name-{small.pk}": ""}
    text = _text(root.post(_to("choose", provider), form, follow=True))
    assert "1 model was changed." in text and 'value="The big one"' in text
    stored = list(provider.models.order_by("model_id").values_list("model_name", "is_active"))
    assert stored == [("The big one", True), ("small", False)]


def test_a_failed_fetch_goes_back_with_a_sentence(root: Client, upstream: Upstream) -> None:
    upstream.handler = lambda request: httpx.Response(503)
    provider = make_provider()
    response: Any = root.post(_to("fetch", provider), follow=True)
    assert response.redirect_chain == [(reverse("admin:providers_provider_change", args=[provider.pk]), 302)]
    assert "cannot be reached" in _text(response)


def test_what_is_not_ticked_is_withdrawn_and_what_is_not_shown_stays(root: Client) -> None:
    provider = make_provider()
    shown, hidden = make_model(provider, "shown"), make_model(provider, "hidden")
    root.post(_to("choose", provider), {"shown": [shown.pk]})
    assert dict(provider.models.values_list("pk", "is_active")) == {shown.pk: False, hidden.pk: True}


def test_models_of_another_provider_are_out_of_reach(root: Client) -> None:
    provider, other = make_provider("one"), make_provider("two")
    model = make_model(other, "big")
    root.post(_to("choose", provider), {"shown": [model.pk], f"name-{model.pk}": "Stolen"})
    assert ModelConfig.objects.get(pk=model.pk).is_active
    assert ModelConfig.objects.get(pk=model.pk).model_name == "big"


def test_it_searches_and_pages(root: Client) -> None:
    provider = make_provider()
    for number in range(PAGE_SIZE + 20):
        make_model(provider, f"m{number:03}", sort_order=number)
    text = _text(root.get(_to("choose", provider)))
    assert "m099" in text and "m100" not in text and "Page 1 of 2" in text
    assert "m100" in _text(root.get(_to("choose", provider), {"p": 2}))
    text = _text(root.get(_to("choose", provider), {"q": "M11"}))
    assert "m119" in text and "m001" not in text
    assert "No model matches" in _text(root.get(_to("choose", provider), {"q": "<script>"}))


def test_all_that_were_found_are_offered_or_withdrawn(root: Client) -> None:
    provider = make_provider()
    for name in ("big-1", "big-2", "small"):
        make_model(provider, name, is_active=False)
    root.post(_to("choose", provider), {"q": "big", "all": "offer"})
    assert set(provider.models.filter(is_active=True).values_list("model_id", flat=True)) == {"big-1", "big-2"}
    root.post(_to("choose", provider), {"q": "", "all": "withdraw"})
    assert not provider.models.filter(is_active=True).exists()


@pytest.mark.parametrize(
    "form",
    [{"shown": ["x", "-1", "9" * 30, "1e5", "²"]}, {"offer": ["1"]}, {"all": "delete"}, {"p": "x", "q": "\x00"}],
)
def test_nonsense_changes_nothing(root: Client, form: dict[str, Any]) -> None:
    provider = make_provider()
    make_model(provider, "big", is_active=False)
    assert root.post(_to("choose", provider), form).status_code == 302
    assert not provider.models.filter(is_active=True).exists()


@pytest.mark.parametrize("name", ["x" * 201, "line\nbreak", "bell\x07"])
def test_a_name_that_cannot_be_shown_is_refused(root: Client, name: str) -> None:
    provider = make_provider()
    model = make_model(provider, "big")
    text = _text(root.post(_to("choose", provider), {"shown": [model.pk], f"name-{model.pk}": name}, follow=True))
    assert "too long or holds control characters" in text
    assert provider.models.get().model_name == "big" and provider.models.get().is_active


def test_names_are_escaped(root: Client) -> None:
    provider = make_provider()
    make_model(provider, "<script>alert(1)</script>", model_name='"><img src=x>')
    text = _text(root.get(_to("choose", provider)))
    assert "<script>alert" not in text and "<img src=x>" not in text


def test_an_empty_list_says_what_to_do(root: Client) -> None:
    assert "There are no models here yet" in _text(root.get(_to("choose", make_provider())))


def test_buttons_need_a_post_with_the_token(admin: Any, upstream: Upstream) -> None:
    provider = make_provider()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin)
    for action in ("test", "fetch"):
        assert browser.get(_to(action, provider)).status_code == 405
    for action in ("test", "fetch", "choose"):
        assert browser.post(_to(action, provider)).status_code == 403
    assert upstream.requests == []


@pytest.mark.parametrize("permissions", [(), ("view_provider",), ("change_modelconfig", "add_modelconfig")])
def test_buttons_need_the_right_to_change(staff: Any, upstream: Upstream, permissions: tuple[str, ...]) -> None:
    provider = make_provider()
    browser = staff(*permissions)
    for action in ("test", "fetch", "choose"):
        assert browser.post(_to(action, provider)).status_code == 403
    assert browser.get(_to("choose", provider)).status_code == 403
    assert upstream.requests == []


def test_fetching_and_choosing_need_the_right_to_models(staff: Any, upstream: Upstream) -> None:
    upstream.handler = listing("big").handler
    provider = make_provider()
    browser = staff("change_provider")
    assert browser.post(_to("test", provider)).status_code == 302
    for action in ("fetch", "choose"):
        assert browser.post(_to(action, provider)).status_code == 403
    browser = staff(*CHOOSING)
    for action in ("fetch", "choose"):
        assert browser.post(_to(action, provider)).status_code == 302


def test_people_who_are_no_staff_are_sent_to_sign_in(alice_api: Any, client: Client, upstream: Upstream) -> None:
    provider = make_provider()
    for action in ("test", "fetch", "choose"):
        assert client.post(_to(action, provider)).status_code == 302
        assert alice_api.post(_to(action, provider)).status_code == 302
    assert upstream.requests == [] and not Provider.objects.exclude(health="unknown").exists()


def test_the_demo_can_be_tested_and_nothing_else(root: Client, upstream: Upstream) -> None:
    upstream.handler = listing("demo").handler
    demo = services.ensure_demo()
    assert "lists 1 model" in _text(root.post(_to("test", demo), follow=True))
    for action in ("fetch", "choose"):
        assert root.post(_to(action, demo)).status_code == 404


@pytest.mark.parametrize("object_id", ["999999", "x", "1_5F", "%00"])
def test_an_unknown_provider_is_not_found(root: Client, object_id: str) -> None:
    for action in ("test", "fetch", "choose"):
        assert root.post(f"/admin/providers/provider/{object_id}/{action}/").status_code == 404
