from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from providers import services
from providers.models import ModelConfig, Provider
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


def test_a_model_may_have_another_id_at_its_provider(root: Client) -> None:
    provider = make_provider()
    root.post(f"{LIST}add/", _form(provider, upstream_id="theirs/big"))
    model = ModelConfig.objects.get()
    assert (model.model_id, model.asked_id) == ("big", "theirs/big")
    assert "big (theirs/big)" in root.get(LIST).content.decode()
    root.post(f"{LIST}{model.pk}/change/", _form(provider, upstream_id="big"))
    assert ModelConfig.objects.get().upstream_id == "", "the same id is no other one"


def test_parameters_are_lines(root: Client) -> None:
    provider = make_provider()
    root.post(f"{LIST}add/", _form(provider, parameters="temperature = 0.7\nreasoning_effort = low"))
    model = ModelConfig.objects.get()
    assert model.parameters == {"temperature": 0.7, "reasoning_effort": "low"}
    text = root.get(f"{LIST}{model.pk}/change/").content.decode()
    assert "temperature = 0.7\nreasoning_effort = low</textarea>" in text


def test_empty_parameters_are_none_at_all(root: Client) -> None:
    root.post(f"{LIST}add/", _form(make_provider(), parameters=""))
    assert ModelConfig.objects.get().parameters == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": "[1]"},
        {"parameters": '{"stream": false}'},
        {"parameters": "{"},
        {"parameters": "temperature = 0,7"},
        {"upstream_id": "a b"},
        {"model_id": "a b"},
        {"prices-TOTAL_FORMS": 1, "prices-0-valid_from": "2026-01-01", "prices-0-currency": "€"},
        {"prices-TOTAL_FORMS": 1, "prices-0-valid_from": "never", "prices-0-input_price": 1},
        {"prices-TOTAL_FORMS": 1, "prices-0-valid_from": "2026-01-01", "prices-0-input_price": -1},
    ],
)
def test_it_refuses_bad_input(root: Client, changes: dict[str, Any]) -> None:
    assert root.post(f"{LIST}add/", _form(make_provider(), **changes)).status_code == 200
    assert not ModelConfig.objects.exists()


def _dragged(*models: ModelConfig) -> dict[str, Any]:
    """The list as it is posted after one of its rows was dragged: all are offered, and numbered from above."""
    form: dict[str, Any] = {"form-TOTAL_FORMS": len(models), "form-INITIAL_FORMS": len(models), "_save": "Save"}
    for number, model in enumerate(models):
        form |= {f"form-{number}-id": model.pk, f"form-{number}-sort_order": number, f"form-{number}-is_active": "on"}
    return form


def _order(provider: Any) -> list[str]:
    return list(provider.models.order_by("sort_order", "pk").values_list("model_id", flat=True))


def test_models_are_dragged_into_order(root: Client) -> None:
    provider, other = make_provider(), make_provider("Other", priority=1)
    a, b, c = (make_model(provider, name, sort_order=place * 10) for place, name in enumerate("abc"))
    x, y = (make_model(other, name) for name in "xy")
    text = root.post(LIST, _dragged(c, a, b, x, y), follow=True).content.decode()
    assert "The order was saved." in text
    assert (_order(provider), _order(other)) == (["c", "a", "b"], ["x", "y"])


def test_rows_on_another_page_keep_their_places(root: Client) -> None:
    provider = make_provider()
    a, b, c, d, e = (make_model(provider, name, sort_order=place * 10) for place, name in enumerate("abcde"))
    root.post(LIST, _dragged(d, b))
    assert _order(provider) == ["a", "d", "c", "b", "e"]


def test_a_list_that_nobody_dragged_stays_as_it_is(root: Client) -> None:
    provider = make_provider()
    a, b = make_model(provider, "a", sort_order=3), make_model(provider, "b", sort_order=8)
    form = _dragged(a, b) | {"form-0-sort_order": 3, "form-1-sort_order": 8, "form-1-is_active": ""}
    assert "The order was saved." not in root.post(LIST, form, follow=True).content.decode()
    assert list(ModelConfig.objects.values_list("sort_order", "is_active")) == [(3, True), (8, False)]


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "-1", "٣"])
def test_odd_numbers_break_nothing(root: Client, number: str) -> None:
    provider = make_provider()
    a, b = make_model(provider, "a"), make_model(provider, "b", sort_order=1)
    assert root.post(LIST, _dragged(b, a) | {"form-0-sort_order": number}).status_code in {200, 302}
    assert sorted(_order(provider)) == ["a", "b"]


def test_whoever_may_only_look_drags_nothing(staff: Any) -> None:
    provider = make_provider()
    a, b = make_model(provider, "a"), make_model(provider, "b", sort_order=1)
    staff("view_modelconfig").post(LIST, _dragged(b, a))
    assert _order(provider) == ["a", "b"]


def test_providers_are_dragged_into_order(root: Client) -> None:
    demo = services.ensure_demo()
    rows = [make_provider(name, priority=place * 10) for place, name in enumerate("abc")]
    form: dict[str, Any] = {"form-TOTAL_FORMS": 4, "form-INITIAL_FORMS": 4, "_save": "Save"}
    for number, provider in enumerate((rows[2], rows[0], rows[1], demo)):
        form |= {f"form-{number}-id": provider.pk, f"form-{number}-priority": number}
    root.post("/admin/providers/provider/", form)
    real = Provider.objects.real().order_by("priority")
    assert [provider.name for provider in real] == ["c", "a", "b"]
    assert Provider.objects.get(is_demo=True).priority == 0


@pytest.mark.parametrize("icon", ["🦉", "AI", "👩🏽‍💻", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "智"])
def test_an_icon_is_an_emoji_or_two_letters(root: Client, icon: str) -> None:
    root.post(f"{LIST}add/", _form(make_provider(), icon=icon))
    assert ModelConfig.objects.get().icon == icon
    assert icon in root.get(LIST).content.decode()


@pytest.mark.parametrize("icon", ["GPT", "a b", "\u202eA", "x" * 17, "\u200b"])
def test_anything_else_is_no_icon(root: Client, icon: str) -> None:
    root.post(f"{LIST}add/", _form(make_provider(), icon=icon))
    assert not ModelConfig.objects.exists()


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
