from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from providers import services
from providers.models import Provider
from providers.tests.support import BASE_URL, CANARY, has_canary, key_of, make_model, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.urls("providers.tests.admin_urls")]

LIST = "/admin/providers/provider/"
ADD = f"{LIST}add/"


def _form(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Example",
        "base_url": BASE_URL,
        "keys-TOTAL_FORMS": 1,
        "keys-INITIAL_FORMS": 0,
        "keys-0-key": CANARY,
        "keys-0-weight": 1,
        "keys-0-is_active": "on",
        "is_active": "on",
        "dialect": "openai",
        "asks_usage": "on",
        "max_tokens_name": "max_tokens",
        "priority": 0,
        "connect_timeout": 10,
        "first_token_timeout": 120,
        "gap_timeout": 60,
        "total_timeout": 1800,
        "models-TOTAL_FORMS": 0,
        "models-INITIAL_FORMS": 0,
    }
    return {**fields, **changes}


def _kept(provider: Provider, **changes: Any) -> dict[str, Any]:
    """The form as the provider's page shows it: its one key is there, and its field is empty."""
    key = {"keys-INITIAL_FORMS": 1, "keys-0-id": provider.keys.get().pk, "keys-0-provider": provider.pk}
    return _form(**{**key, "keys-0-key": "", **changes})


def _page(provider: Provider) -> str:
    return reverse("admin:providers_provider_change", args=[provider.pk])


def test_it_adds_a_provider_and_goes_to_its_page(root: Client) -> None:
    assert "https://api.openai.com/v1" in root.get(f"{ADD}?by=hand").content.decode()
    response = root.post(ADD, _form(base_url=f"{BASE_URL}/"), follow=True)
    provider = Provider.objects.get()
    assert response.redirect_chain == [(_page(provider), 302)]
    assert (provider.base_url, key_of(provider)) == (BASE_URL, CANARY)
    text = response.content.decode()
    assert "test the connection" in text
    for name in ("test", "fetch", "choose"):
        assert reverse(f"admin:providers_provider_{name}", args=[provider.pk]) in text


def test_the_page_shows_that_a_key_is_set_and_never_the_key(root: Client) -> None:
    text = root.get(_page(make_provider())).content.decode()
    assert "ends with tail" in text
    assert not has_canary(text)


def test_an_empty_key_field_keeps_the_key(root: Client) -> None:
    provider = make_provider()
    root.post(_page(provider), _kept(provider, name="Renamed"))
    stored = Provider.objects.get()
    assert (stored.name, key_of(stored)) == ("Renamed", CANARY)


def test_a_key_is_replaced_and_removed(root: Client) -> None:
    provider = make_provider()
    root.post(_page(provider), _kept(provider, **{"keys-0-key": "another-key-that-is-long"}))
    assert key_of(Provider.objects.get()) == "another-key-that-is-long"
    root.post(_page(provider), _kept(provider, **{"keys-0-DELETE": "on"}))
    assert not Provider.objects.get().has_key


def test_another_origin_needs_the_key_again(root: Client) -> None:
    provider = make_provider()
    response = root.post(_page(provider), _kept(provider, base_url="https://evil.example/v1"))
    assert "please enter the key again" in response.content.decode()
    assert Provider.objects.get().base_url == BASE_URL
    moved = {"keys-0-key": "key-of-the-other-server", "base_url": "https://other.example/v1"}
    root.post(_page(provider), _kept(provider, **moved))
    assert key_of(Provider.objects.get()) == "key-of-the-other-server"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base_url": "http://127.0.0.1:11434/v1"}, "127.0.0.1:11434 is in a private network (127.0.0.1)"),
        ({"base_url": "http://169.254.169.254/"}, "never allowed"),
        ({"base_url": "https://user:pw@api.example.com"}, "leave out the user name"),
        ({"base_url": "ftp://api.example.com"}, "must begin with http"),
        ({"keys-0-key": "two words"}, "no spaces"),
        ({"name": "DEMO"}, "built-in demo"),
        ({"name": ""}, "required"),
        ({"connect_timeout": 0}, "greater than or equal to 1"),
    ],
)
def test_it_refuses_bad_input_with_a_sentence(root: Client, changes: dict[str, Any], sentence: str) -> None:
    response = root.post(ADD, _form(**changes))
    assert response.status_code == 200
    text = response.content.decode()
    assert sentence in text
    assert not has_canary(text)
    assert not Provider.objects.exists()


def test_an_allowed_private_address_is_taken(root: Client, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1:11434"]
    root.post(ADD, _form(base_url="http://127.0.0.1:11434/v1"))
    assert Provider.objects.get().base_url == "http://127.0.0.1:11434/v1"


def test_without_a_key_ring_it_says_so(root: Client, settings: Any) -> None:
    settings.FIELD_KEYS = ""
    assert "FIELD_KEYS" in root.post(ADD, _form()).content.decode()
    assert not Provider.objects.exists()


def test_changes_are_in_the_log_without_the_key(root: Client) -> None:
    root.post(ADD, _form())
    provider = Provider.objects.get()
    root.post(_page(provider), _kept(provider, **{"keys-0-key": "another-key-that-is-long"}, priority=5))
    entries = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert "API key" in entries
    assert not has_canary(entries) and "another-key" not in entries


def test_the_list_says_what_to_do_first(root: Client) -> None:
    services.ensure_demo()
    assert "No model provider has been added yet" in root.get(LIST).content.decode()
    make_provider()
    assert "No model provider has been added yet" not in root.get(LIST).content.decode()


def test_the_list_costs_the_same_for_any_number(root: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        make_model(make_provider(f"p{number}"), "big")
    with django_assert_max_num_queries(9):
        text = root.get(LIST).content.decode()
    assert "1 of 1" in text


def test_a_provider_with_hundreds_of_models_can_be_saved(root: Client) -> None:
    provider = make_provider()
    for number in range(120):
        make_model(provider, f"m{number:03}", sort_order=number)
    text = root.get(_page(provider)).content.decode()
    assert "m014" in text and "m015" not in text


def test_inline_models_are_saved(root: Client) -> None:
    provider = make_provider()
    model = make_model(provider, "big")
    inline = {
        "models-TOTAL_FORMS": 2,
        "models-INITIAL_FORMS": 1,
        "models-0-id": model.pk,
        "models-0-provider": provider.pk,
        "models-0-model_id": "big",
        "models-0-model_name": "The big one",
        "models-0-is_active": "on",
        "models-0-sort_order": 4,
        "models-1-provider": provider.pk,
        "models-1-model_id": "by-hand",
        "models-1-is_active": "on",
        "models-1-sort_order": 5,
    }
    root.post(_page(provider), _kept(provider, **inline))
    assert list(provider.models.values_list("model_name", "sort_order")) == [("The big one", 4), ("by-hand", 5)]


def test_the_demo_can_only_be_looked_at(root: Client) -> None:
    demo = services.ensure_demo()
    text = root.get(_page(demo)).content.decode()
    assert "This is the built-in demo" in text
    assert 'name="_save"' not in text and 'name="base_url"' not in text
    assert root.post(_page(demo), _form()).status_code == 403
    assert root.post(f"{LIST}{demo.pk}/delete/", {"post": "yes"}).status_code == 403
    root.post(LIST, {"action": "delete_selected", "_selected_action": demo.pk, "post": "yes"})
    assert Provider.objects.get().base_url == demo.base_url


def test_people_without_the_permission_see_nothing(staff: Any, alice_api: Any, client: Client) -> None:
    provider = make_provider()
    for address in (LIST, ADD, _page(provider)):
        assert client.get(address).status_code == 302
        assert alice_api.get(address).status_code == 302
    browser = staff()
    for address in (LIST, ADD, _page(provider)):
        assert browser.get(address).status_code == 403
        assert browser.post(address, _form()).status_code == 403


def test_who_may_only_look_cannot_change(staff: Any) -> None:
    provider = make_provider()
    browser = staff("view_provider")
    text = browser.get(_page(provider)).content.decode()
    assert not has_canary(text) and '-key"' not in text
    assert browser.post(_page(provider), _form(name="Renamed")).status_code == 403
    assert Provider.objects.get().name == "Example"


def test_after_a_mistake_the_page_says_that_the_key_is_gone(root: Client) -> None:
    text = root.post(ADD, _form(base_url="nonsense")).content.decode()
    assert "enter the key again before you save" in text and not has_canary(text)
    assert (
        "enter the key again before you save"
        not in root.post(ADD, _form(name="", **{"keys-0-key": ""})).content.decode()
    )


def test_a_second_key_is_added_and_each_has_its_row(root: Client) -> None:
    provider = make_provider()
    second = {"keys-TOTAL_FORMS": 2, "keys-1-key": "another-key-that-is-long", "keys-1-label": "spare"}
    root.post(_page(provider), _kept(provider, **second, **{"keys-1-weight": 3, "keys-1-is_active": "on"}))
    assert list(provider.keys.values_list("label", "key_last_four", "weight")) == [
        ("", "tail", 1),
        ("spare", "long", 3),
    ]
    text = root.get(_page(provider)).content.decode()
    assert "ends with long" in text and "another-key" not in text


def test_a_row_with_a_name_and_no_key_is_refused(root: Client) -> None:
    response = root.post(ADD, _form(**{"keys-0-key": "", "keys-0-label": "mine"}))
    assert "Please enter the key." in response.content.decode()
    assert not Provider.objects.exists()


def test_two_administrators_at_once_are_told_and_nothing_breaks(root: Client, monkeypatch: Any) -> None:
    provider = make_provider()
    form = _kept(provider, **{"keys-0-key": "key-of-the-slower-one-here"})
    save = services.save_provider

    def meanwhile(*args: Any, **kwargs: Any) -> None:
        provider.keys.all().delete()
        save(*args, **kwargs)

    monkeypatch.setattr(services, "save_provider", meanwhile)
    text = root.post(_page(provider), form, follow=True).content.decode()
    assert "Somebody else has removed this key meanwhile" in text


def test_a_provider_deleted_meanwhile_is_told(root: Client, monkeypatch: Any) -> None:
    provider = make_provider()
    form = _kept(provider)
    save = services.save_provider

    def meanwhile(*args: Any, **kwargs: Any) -> None:
        Provider.objects.all().delete()
        save(*args, **kwargs)

    monkeypatch.setattr(services, "save_provider", meanwhile)
    response = root.post(_page(provider), form)
    assert response.status_code == 302
    # The transaction was undone with the deletion in it.
    assert Provider.objects.exists()


def test_a_key_that_was_removed_meanwhile_is_a_mistake_in_the_form(root: Client) -> None:
    provider = make_provider()
    form = _kept(provider, **{"keys-0-key": "key-of-the-slower-one-here"})
    provider.keys.all().delete()
    assert root.post(_page(provider), form).status_code in {200, 302}
    assert key_of(provider) == ""
