from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from providers import services
from providers.models import ModelConfig
from providers.tests.support import make_model, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.urls("providers.tests.admin_urls")]

LIST = "/admin/providers/modelconfig/"


def _form(provider: Any, **changes: Any) -> dict[str, Any]:
    fields = {"provider": provider.pk, "model_id": "big", "sort_order": 0, "is_active": "on"}
    fields |= {"prices-TOTAL_FORMS": 0, "prices-INITIAL_FORMS": 0}
    return {**fields, **changes}


def test_it_adds_a_model_by_hand(root: Client) -> None:
    provider = make_provider()
    fields = {"parameters": '{"temperature": 0.5}', "has_vision": "on"}
    root.post(f"{LIST}add/", _form(provider, **fields))
    model = ModelConfig.objects.get()
    assert (model.model_name, model.parameters) == ("big", {"temperature": 0.5})
    assert model.capabilities["vision"]


def test_prices_are_entered_with_the_day_from_which_they_hold(root: Client) -> None:
    price = {"valid_from": "2026-03-01", "input_price": "1.25", "output_price": "10", "currency": "CNY"}
    rows = {"prices-TOTAL_FORMS": 1, **{f"prices-0-{name}": value for name, value in price.items()}}
    root.post(f"{LIST}add/", _form(make_provider(), **rows))
    assert str(ModelConfig.objects.get().prices.get()) == "2026-03-01: 1.250000 / 10.000000 CNY"


def test_empty_parameters_are_none_at_all(root: Client) -> None:
    root.post(f"{LIST}add/", _form(make_provider(), parameters=""))
    assert ModelConfig.objects.get().parameters == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": "[1]"},
        {"parameters": '{"stream": false}'},
        {"parameters": "{"},
        {"model_id": "a b"},
        {"prices-TOTAL_FORMS": 1, "prices-0-valid_from": "2026-01-01", "prices-0-currency": "€"},
        {"prices-TOTAL_FORMS": 1, "prices-0-valid_from": "never", "prices-0-input_price": 1},
        {"prices-TOTAL_FORMS": 1, "prices-0-valid_from": "2026-01-01", "prices-0-input_price": -1},
    ],
)
def test_it_refuses_bad_input(root: Client, changes: dict[str, Any]) -> None:
    assert root.post(f"{LIST}add/", _form(make_provider(), **changes)).status_code == 200
    assert not ModelConfig.objects.exists()


def test_the_order_is_edited_in_the_list(root: Client) -> None:
    provider = make_provider()
    one, two = make_model(provider, "one"), make_model(provider, "two", sort_order=1)
    form = {
        "form-TOTAL_FORMS": 2,
        "form-INITIAL_FORMS": 2,
        "form-0-id": one.pk,
        "form-0-sort_order": 9,
        "form-0-is_active": "on",
        "form-1-id": two.pk,
        "form-1-sort_order": 1,
        "_save": "Save",
    }
    root.post(LIST, form)
    stored = dict(ModelConfig.objects.values_list("model_id", "sort_order"))
    assert stored == {"one": 9, "two": 1}
    assert not ModelConfig.objects.get(pk=two.pk).is_active


@pytest.mark.parametrize(("action", "order"), [("move_up", ["b", "a", "c"]), ("move_down", ["a", "c", "b"])])
def test_models_are_moved(root: Client, action: str, order: list[str]) -> None:
    provider = make_provider()
    models = {name: make_model(provider, name) for name in "abc"}
    root.post(LIST, {"action": action, "_selected_action": models["b"].pk})
    assert list(ModelConfig.objects.order_by("sort_order").values_list("model_id", flat=True)) == order


def test_models_are_offered_and_withdrawn_in_bulk(root: Client) -> None:
    provider = make_provider()
    ids = [make_model(provider, name).pk for name in "abc"]
    root.post(LIST, {"action": "withdraw", "_selected_action": ids[:2]})
    assert ModelConfig.objects.filter(is_active=True).count() == 1
    root.post(LIST, {"action": "offer", "_selected_action": ids})
    assert ModelConfig.objects.filter(is_active=True).count() == 3


def test_the_list_costs_the_same_for_any_number(root: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(10):
        provider = make_provider(f"p{number}")
        for order in range(5):
            make_model(provider, f"m{order}")
    with django_assert_max_num_queries(10):
        assert root.get(LIST).context["cl"].result_count == 50


def test_models_that_are_gone_are_found(root: Client) -> None:
    provider = make_provider()
    make_model(provider, "here")
    make_model(provider, "gone", vanished_at=timezone.now())
    for value, shown in (("0", 1), ("1", 1), ("x", 2)):
        assert root.get(LIST, {"gone": value}).context["cl"].result_count == shown


def test_an_empty_list_says_what_to_do(root: Client) -> None:
    services.ensure_demo()
    assert "There are no models yet" in root.get(LIST).content.decode()


def test_the_demos_models_are_fixed(root: Client) -> None:
    demo = services.ensure_demo()
    model = demo.models.all()[0]
    assert root.get(f"{LIST}{model.pk}/change/").status_code == 302
    assert f'value="{demo.pk}"' not in root.get(f"{LIST}add/").content.decode()
    assert root.post(f"{LIST}add/", _form(demo)).status_code == 200
    assert demo.models.count() == 2


def test_it_needs_the_permission(staff: Any, client: Client) -> None:
    model = make_model(make_provider(), "big")
    assert client.get(LIST).status_code == 302
    assert staff().get(LIST).status_code == 403
    browser = staff("view_modelconfig")
    assert browser.get(LIST).status_code == 200
    browser.post(LIST, {"action": "withdraw", "_selected_action": model.pk})
    assert ModelConfig.objects.get().is_active


def test_groups_are_chosen_and_shown(root: Client) -> None:
    teachers = Group.objects.create(name="teachers")
    root.post(f"{LIST}add/", _form(make_provider(), groups=[teachers.pk]))
    assert list(ModelConfig.objects.get().groups.all()) == [teachers]
    make_model(make_provider("Other"), "open")
    text = root.get(LIST).content.decode()
    assert "teachers" in text and "everybody" in text
