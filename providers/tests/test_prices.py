"""Prices hold from a day on, and what was asked keeps the price of its day."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from providers import prices
from providers.models import ModelConfig, ModelPrice
from providers.tests.support import BASE_URL, make_model, make_provider


def _priced() -> ModelConfig:
    model = make_model(make_provider())
    old, new = Decimal(1), Decimal("0.5")
    model.prices.create(valid_from=date(2026, 1, 1), input_price=old, output_price=2 * old, currency="USD")
    model.prices.create(valid_from=date(2026, 3, 1), input_price=new, output_price=2 * new, currency="CNY")
    return model


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("when", "found"),
    [
        (datetime(2025, 12, 31, 12, tzinfo=UTC), None),
        (datetime(2026, 1, 1, 0, tzinfo=UTC), 1),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 1, 0, tzinfo=UTC), Decimal("0.5")),
        (datetime(2030, 1, 1, tzinfo=UTC), Decimal("0.5")),
    ],
)
def test_the_newest_that_holds_is_found(settings: Any, when: datetime, found: Decimal | None) -> None:
    settings.TIME_ZONE = "UTC"
    price = prices.price_at(_priced(), when)
    assert (price.input_price if price else None) == found


@pytest.mark.django_db
def test_a_day_begins_at_the_servers_midnight(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    model = _priced()
    before, after = datetime(2026, 2, 28, 15, 59, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)
    found = [prices.price_at(model, when) for when in (before, after)]
    assert [price.currency if price else "" for price in found] == ["USD", "CNY"]


@pytest.mark.django_db
def test_it_costs_one_query_and_other_models_do_not_matter(django_assert_num_queries: Any) -> None:
    model, other = _priced(), make_model(make_provider("other"), "other")
    with django_assert_num_queries(1):
        assert prices.price_at(other) is None
    assert prices.price_at(model) is not None


@pytest.mark.django_db
def test_the_cost_is_by_the_million() -> None:
    price = ModelPrice(input_price=Decimal("1.5"), output_price=Decimal(6))
    assert prices.cost(price, 1000, 500) == Decimal("0.0045")
    assert prices.cost(price, 0, 0) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"input_price": -1}, {"output_price": -1}, {"currency": "usd"}, {"currency": "EURO"}, {"valid_from": "x"}]
)
def test_bad_prices_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ModelPrice(model=make_model(make_provider()), **wrong).full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"input_price": -1}, {"output_price": -1}, {"valid_from": date(2026, 1, 1)}])
def test_the_database_refuses_them_too(wrong: dict[str, Any]) -> None:
    model = _priced()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.prices.create(**wrong)


BEFORE = [("providers", "0003_quirks")]


@pytest.mark.django_db(transaction=True)
def test_the_old_prices_move_and_come_back() -> None:
    def migrate(target: list[tuple[str, str]]) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate(target)
        return executor.loader.project_state(target).apps

    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "providers"]
    try:
        apps = migrate(BEFORE)
        provider = apps.get_model("providers", "Provider").objects.create(name="Example", base_url=BASE_URL)
        models = apps.get_model("providers", "ModelConfig").objects
        models.create(provider=provider, model_id="both", input_price=1, output_price=2, currency="CNY")
        models.create(provider=provider, model_id="one", output_price=3)
        models.create(provider=provider, model_id="none")
        migrate(latest)
        rows = ModelPrice.objects.order_by("model__model_id").values_list("model__model_id", "input_price", "currency")
        assert list(rows) == [("both", Decimal(1), "CNY"), ("one", Decimal(0), "USD")]
        assert prices.price_at(ModelConfig.objects.get(model_id="both"), datetime(2020, 1, 1, tzinfo=UTC)) is not None
        old = migrate(BEFORE).get_model("providers", "ModelConfig").objects
        assert old.get(model_id="both").output_price == 2
    finally:
        migrate(latest)
