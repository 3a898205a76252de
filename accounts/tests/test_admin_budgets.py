"""Budgets in Django admin: making one, topping one up, and who may."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.budgets import known, ledger, top_up
from accounts.budgets.ledger import QuotaExceeded, Spent
from accounts.budgets.models import Budget, BudgetCounter, TopUp, Unit
from accounts.models import LiveNote, User

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Class", "is_active": "on", "limit": "20", "unit": "messages", "period": "day", "warn_percent": "80",
    "currency": "", "model_id": "", "user": "", "group": "",
}  # fmt: skip


@pytest.fixture
def person() -> User:
    return User.objects.create_user("pupil")


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_it_makes_one_for_a_group(root: Client) -> None:
    group = Group.objects.create(name="7b")
    assert root.post("/admin/accounts/budget/add/", {**FORM, "group": group.pk}).status_code == 302
    made = Budget.objects.get()
    assert (made.group, made.limit, made.unit) == (group, 20, Unit.MESSAGES)
    page = root.get("/admin/accounts/budget/").content.decode()
    assert "20 messages per day" in page
    assert "7b" in page


@pytest.mark.parametrize(("limit", "shown"), [("20", "20"), ("1.25", "1.25"), ("0", "0")])
def test_the_form_shows_amounts_without_idle_zeros(root: Client, limit: str, shown: str) -> None:
    budget = Budget.objects.create(name="Class", limit=Decimal(limit))
    budget.refresh_from_db()
    form = root.get(f"/admin/accounts/budget/{budget.pk}/change/").context["adminform"].form
    assert form["limit"].value() == shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"limit": "-1"}, "greater than or equal to 0"),
        ({"limit": ""}, "required"),
        ({"unit": "money"}, "Money needs its currency"),
        ({"unit": "money", "currency": "1$€"}, "Money needs its currency"),
        ({"warn_percent": "0"}, "greater than or equal to 1"),
        ({"period": "year"}, "not one of the available choices"),
    ],
)
def test_it_refuses_bad_input_with_a_sentence(root: Client, changes: dict[str, str], sentence: str) -> None:
    response = root.post("/admin/accounts/budget/add/", {**FORM, **changes})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Budget.objects.exists()


@pytest.fixture
def shop() -> Iterator[None]:
    """A site with one model that costs dollars."""
    before = known._models, known._currencies
    known.register(models=lambda: ["gpt"], currencies=lambda: {"USD"})
    yield
    known.register(models=before[0], currencies=before[1])


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model_id": "gtp"}, "No model with the id “gtp” is offered at present"),
        ({"unit": "money", "currency": "eur"}, "No model has prices in EUR at present"),
        ({"model_id": "gpt", "unit": "money", "currency": "USD"}, ""),
        ({}, ""),
    ],
)
def test_it_tells_of_a_budget_that_counts_nothing(root: Client, changes: dict[str, str], sentence: str) -> None:
    page = root.post("/admin/accounts/budget/add/", {**FORM, **changes}, follow=True).content.decode()
    assert Budget.objects.count() == 1
    assert sentence in page
    assert ("counts nothing" in page) is bool(sentence)
    assert '<option value="gpt">' in root.get("/admin/accounts/budget/add/").content.decode()


def test_what_was_counted_is_not_taken_for_another_unit(root: Client, person: User) -> None:
    budget = Budget.objects.create(name="Class", limit=100_000, unit=Unit.TOKENS)
    url = f"/admin/accounts/budget/{budget.pk}/change/"
    assert root.post(url, {**FORM, "unit": "messages"}).status_code == 302
    assert root.post(url, {**FORM, "unit": "tokens", "currency": "USD"}).status_code == 302
    ledger.reserve(person.pk, "m", lambda: Spent(tokens=50_000), key="a")
    for changes in ({"unit": "messages"}, {"unit": "money", "currency": "USD"}):
        page = root.post(url, {**FORM, **changes})
        assert "Something has been counted in another unit" in page.content.decode()
    # What is left alone by it can be changed.
    assert root.post(url, {**FORM, "unit": "tokens", "limit": "9", "period": "month"}).status_code == 302
    budget.refresh_from_db()
    assert (budget.limit, budget.unit, budget.currency) == (9, "tokens", "")


def test_it_tops_up_a_persons_share_of_a_budget_of_all(root: Client, person: User) -> None:
    budget = Budget.objects.create(name="All", limit=1)
    ledger.reserve(person.pk, "m", Spent, key="a")
    with pytest.raises(QuotaExceeded):
        ledger.reserve(person.pk, "m", Spent, key="b")
    url = f"/admin/accounts/budget/{budget.pk}/top-up/"
    assert b'name="user"' in root.get(url).content
    answer = root.post(url, {"user": person.pk, "amount": "2", "reason": "The exam is tomorrow"})
    assert answer.status_code == 302
    ledger.reserve(person.pk, "m", Spent, key="b")
    kept = TopUp.objects.get()
    assert (kept.username, kept.amount, kept.reason, kept.by_name) == ("pupil", 2, "The exam is tomorrow", "root")
    assert LiveNote.objects.filter(user=person, what="user").exists()
    assert b"The exam is tomorrow" in root.get("/admin/accounts/topup/").content
    assert b"pupil" in root.get("/admin/accounts/budgetcounter/").content


@pytest.mark.parametrize("changes", [{"amount": "0"}, {"amount": "x"}, {"reason": "  "}, {"user": ""}, {"user": "99"}])
def test_a_top_up_without_sense_is_refused(root: Client, person: User, changes: dict[str, Any]) -> None:
    budget = Budget.objects.create(name="All", limit=1)
    data = {"user": person.pk, "amount": "2", "reason": "Because", **changes}
    assert root.post(f"/admin/accounts/budget/{budget.pk}/top-up/", data).status_code == 400
    assert not TopUp.objects.exists()
    assert not BudgetCounter.objects.exists()


def test_who_may_only_look_cannot_top_up(client: Client, person: User) -> None:
    budget = Budget.objects.create(name="All", limit=1, is_shared=True)
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_budget"))
    client.force_login(looker)
    assert client.get(f"/admin/accounts/budget/{budget.pk}/change/").status_code == 200
    url = f"/admin/accounts/budget/{budget.pk}/top-up/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"amount": "2", "reason": "x"}).status_code == 403


def test_a_top_up_outlives_its_budget_and_its_people(root: Client, person: User) -> None:
    budget = Budget.objects.create(name="Mine", limit=1, user=person)
    top_up.add(budget, amount=Decimal(5), reason="Because", by=User.objects.get(username="root"))
    person.delete()
    kept = TopUp.objects.get()
    assert (kept.budget, kept.user, kept.budget_name, kept.username) == (None, None, "Mine", "pupil")


def test_the_lists_cost_the_same_for_any_number(root: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(10):
        user = User.objects.create_user(f"p{number}")
        Budget.objects.create(name=f"b{number}", limit=1, user=user)
        ledger.reserve(user.pk, "m", Spent, key=str(number))
    for name in ("budget", "budgetcounter", "topup"):
        with django_assert_max_num_queries(15):
            assert root.get(f"/admin/accounts/{name}/").status_code == 200
