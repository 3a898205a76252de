"""Every table of settings keeps what administrators change of it, and goes back by one click; secrets are in none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Announcement, Budget, GroupPolicy, SettingChange, SiteSettings, User
from aihelper.lib.history import HistoryAdmin
from chat.models import BlockedWord, Prompt, Role
from providers import services
from providers.models import ModelConfig, ModelPrice, Provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
KEY = "sk-canary-of-the-histories-77aa31"
OTHER_KEY = "sk-canary-of-the-histories-second-0b"

# What administrators may change in a form and is no setting: what keeps record of it.
OTHERWISE = {
    "accounts.user": "the audit log",
}


@dataclass(frozen=True)
class Case:
    """A row, the form that makes it what it is, and what is changed of it. `shows`: the words before and after."""

    make: Callable[[], Any]
    form: dict[str, Any]
    change: dict[str, Any]
    shows: tuple[str, str]
    more: dict[str, Any] = field(default_factory=dict)


def provider() -> Provider:
    return services.create_provider(name="Upstream", base_url="https://models.example.com/v1", api_key=KEY)


def model() -> ModelConfig:
    row = ModelConfig.objects.create(provider=provider(), model_id="model-1", model_name="Model 1")
    ModelPrice.objects.create(
        model=row, valid_from="2026-01-01", input_price=Decimal("0.5"), output_price=Decimal(2), currency="USD"
    )
    return row


def group() -> Group:
    row = Group.objects.create(name="7b")
    GroupPolicy.objects.create(group=row, retention_days=30)
    return row


def empty(prefix: str, initial: int = 0, total: int | None = None) -> dict[str, Any]:
    return {f"{prefix}-TOTAL_FORMS": initial if total is None else total, f"{prefix}-INITIAL_FORMS": initial}


TIMES = {"connect_timeout": 10, "first_token_timeout": 120, "gap_timeout": 60, "total_timeout": 600}
PROVIDER: dict[str, Any] = {
    "name": "Upstream",
    "base_url": "https://models.example.com/v1",
    "dialect": "openai",
    "is_active": "on",
}
PROVIDER |= {"asks_usage": "on", "max_tokens_name": "max_tokens", "priority": 0, **TIMES} | empty("models")
MODEL = {"model_id": "model-1", "model_name": "Model 1", "sort_order": 0, "is_active": "on", "parameters": "{}"}
BUDGET = {"name": "All", "limit": 5, "unit": "messages", "period": "day", "warn_percent": 80, "is_active": "on"}
CASES: dict[type[Any], Case] = {
    Announcement: Case(
        lambda: Announcement.objects.create(text="Before"),
        {"text": "Before", "level": "info", "in_chat": "on", "is_active": "on", "is_dismissible": "on"},
        {"text": "After"},
        ("Before", "After"),
    ),
    Budget: Case(
        lambda: Budget.objects.create(name="All", limit=5, period="day", unit="messages"),
        BUDGET,
        {"limit": 7},
        ("5", "7"),
    ),
    SiteSettings: Case(
        lambda: SiteSettings.objects.create(site_name="Before"),
        {"site_name": "Before", "registration_mode": "open", "sharing": "public"},
        {"site_name": "After"},
        ("Before", "After"),
    ),
    Prompt: Case(
        lambda: Prompt.objects.create(command="c", title="t", text="Before"),
        {"command": "c", "title": "t", "text": "Before", "is_active": "on"},
        {"text": "After"},
        ("Before", "After"),
    ),
    Role: Case(
        lambda: Role.objects.create(slug="r", name="Before"),
        {"slug": "r", "name": "Before", "is_active": "on", "sort_order": 0, "suggestions": "", "suggestions_zh": ""},
        {"name": "After"},
        ("Before", "After"),
    ),
    BlockedWord: Case(
        lambda: BlockedWord.objects.create(word="rude"),
        {"word": "rude", "action": "block", "is_active": "on"},
        {"action": "mask"},
        ("refuse the message", "replace the word by ***"),
    ),
    Provider: Case(provider, PROVIDER, {"name": "After"}, ("Upstream", "After")),
    ModelConfig: Case(model, MODEL, {"model_name": "After"}, ("Model 1", "After")),
    Group: Case(
        group,
        {"name": "7b", "policy-0-may_delete": "on", "policy-0-retention_days": 30},
        {"policy-0-retention_days": 60},
        ("30", "60"),
    ),
}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", password="correct horse battery"))
    return client


def path(row: Any, page: str) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{page}/"


def whole(row: Any, body: dict[str, Any]) -> dict[str, Any]:
    """The form with what its inlines need."""
    if isinstance(row, Provider):
        (key,) = row.keys.all()
        keys = {"keys-0-id": key.pk, "keys-0-provider": row.pk, "keys-0-weight": 1, "keys-0-is_active": "on"}
        return body | empty("keys", 1) | keys
    if isinstance(row, ModelConfig):
        (price,) = row.prices.all()
        prices = {
            "prices-0-id": price.pk,
            "prices-0-model": row.pk,
            "prices-0-valid_from": "2026-01-01",
            "prices-0-input_price": "0.5",
            "prices-0-output_price": "2",
            "prices-0-currency": "USD",
        }
        return {"provider": row.provider_id} | prices | body | empty("prices", 1)
    if isinstance(row, Group):
        policy = {"policy-0-id": row.policy.pk, "policy-0-group": row.pk}
        return body | empty("policy", 1) | policy | empty("budgets")
    return body


def save(office: Client, row: Any, body: dict[str, Any]) -> SettingChange:
    """Send the form; the entry that this made."""
    count = SettingChange.objects.count()
    answer = office.post(path(row, "change"), whole(row, body))
    form = answer.context and answer.context.get("adminform")
    assert answer.status_code == 302, form and form.form.errors
    assert SettingChange.objects.count() == count + 1
    return SettingChange.objects.latest("pk")


def stored(row: Any) -> Any:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


# --- All of them --------------------------------------------------------------------------------
def test_every_administration_that_changes_something_keeps_it(office: Client) -> None:
    request: Any = office.get("/admin/").wsgi_request
    changing = {model: page for model, page in admin.site._registry.items() if page.has_change_permission(request)}
    kept = {model for model, page in changing.items() if isinstance(page, HistoryAdmin)}
    assert {model._meta.label_lower for model in changing if model not in kept} == set(OTHERWISE)
    assert kept <= set(CASES), "add a case for each"


@pytest.mark.parametrize("model", CASES, ids=lambda model: model.__name__)
def test_a_change_is_kept_and_goes_back_by_one_click(office: Client, model: Any) -> None:
    case = CASES[model]
    row = case.make()
    before = stored(row)
    change = save(office, row, case.form | case.change)
    assert (change.action, change.actor_name, change.object_id) == ("changed", "root", str(row.pk))
    assert stored(row) != before or model is Group
    page = office.get(path(row, "history")).content.decode()
    assert all(word in page for word in case.shows) and "root" in page
    assert "Yes, restore it" in page
    answer = office.post(path(row, "history"), {"change": change.pk}, follow=True)
    assert "The earlier state was restored." in answer.content.decode()
    after = stored(row)
    for passing in ("update_time", "health", "checked_at"):
        before.pop(passing, None), after.pop(passing, None)
    assert after == before
    restored = SettingChange.objects.latest("pk")
    assert (restored.action, restored.new) == ("restored", change.old)
    # The way back is a change as well.
    office.post(path(row, "history"), {"change": restored.pk})
    assert SettingChange.objects.latest("pk").new == change.new


@pytest.mark.parametrize("model", CASES, ids=lambda model: model.__name__)
def test_what_changes_nothing_is_not_kept(office: Client, model: Any) -> None:
    case = CASES[model]
    row = case.make()
    office.post(path(row, "change"), whole(row, case.form))
    changes = SettingChange.objects.all()
    office.post(path(row, "change"), whole(row, case.form))
    assert changes.count() <= 1, "the second time nothing was changed"


# --- Providers ----------------------------------------------------------------------------------
def test_an_address_does_not_move_back_without_its_key(office: Client) -> None:
    row = provider()
    moved = PROVIDER | {"base_url": "https://other.example.com/v1", "keys-0-key": OTHER_KEY}
    change = save(office, row, moved)
    answer = office.post(path(row, "history"), {"change": change.pk}, follow=True)
    assert "please enter the key again" in answer.content.decode()
    row.refresh_from_db()
    assert row.base_url == "https://other.example.com/v1"
    assert SettingChange.objects.latest("pk") == change


def test_an_address_in_a_private_network_does_not_come_back_by_a_click(office: Client) -> None:
    row = services.create_provider(name="Upstream", base_url="http://127.0.0.1:9/v1", private=["127.0.0.1"])
    change = SettingChange.objects.create(
        model="providers.provider", object_id=str(row.pk), object_name="x", action="changed", actor_name="root",
        old=PROVIDER | {"base_url": "http://10.0.0.9:9/v1", "asks_usage": True, "is_active": True}, new={},
    )  # fmt: skip
    answer = office.post(path(row, "history"), {"change": change.pk}, follow=True)
    assert "This cannot be restored" in answer.content.decode()
    row.refresh_from_db()
    assert row.base_url == "http://127.0.0.1:9/v1"


def test_no_history_holds_a_key(office: Client) -> None:
    row = provider()
    save(office, row, PROVIDER | {"name": "After", "keys-0-key": OTHER_KEY})
    office.post(path(row, "delete"), {"post": "yes"})
    said = repr(list(SettingChange.objects.values_list("old", "new", "object_name")))
    said += office.get(path(row, "history")).content.decode()
    for secret in (KEY, OTHER_KEY, KEY[-4:], OTHER_KEY[-4:], "api_key", "v1:test:"):
        assert secret not in said


# --- Models -------------------------------------------------------------------------------------
def test_prices_and_groups_go_back_with_a_model(office: Client) -> None:
    row = model()
    teachers = Group.objects.create(name="teachers")
    changed = {"prices-0-input_price": "9", "groups": [teachers.pk], "parameters": '{"temperature": 0.5}'}
    change = save(office, row, MODEL | changed)
    assert change.old is not None and change.new is not None
    assert (change.old["prices"], change.new["prices"]) == (["2026-01-01 0.5 2 USD"], ["2026-01-01 9 2 USD"])
    page = office.get(path(row, "history")).content.decode()
    assert "teachers" in page and "2026-01-01 9 2 USD" in page
    office.post(path(row, "history"), {"change": change.pk})
    row.refresh_from_db()
    (price,) = row.prices.all()
    assert (float(price.input_price), list(row.groups.all()), row.parameters) == (0.5, [], {})


def test_actions_and_choosing_are_kept_row_by_row(office: Client) -> None:
    row = model()
    ModelConfig.objects.create(provider=row.provider, model_id="model-2", model_name="Model 2")
    everything = list(ModelConfig.objects.filter(provider=row.provider).values_list("pk", flat=True))
    office.post("/admin/providers/modelconfig/", {"action": "withdraw", "_selected_action": everything})
    changes = SettingChange.objects.filter(model="providers.modelconfig")
    assert sorted(change.object_id for change in changes) == sorted(map(str, everything))
    assert all(change.new and change.new["is_active"] is False for change in changes)
    office.post("/admin/providers/modelconfig/", {"action": "withdraw", "_selected_action": everything})
    assert changes.count() == 2
    choose = f"/admin/providers/provider/{row.provider_id}/choose/"
    office.post(choose, {"shown": everything, "offer": [row.pk], **{f"name-{pk}": f"M {pk}" for pk in everything}})
    assert changes.filter(object_id=str(row.pk)).count() == 2
    office.post(path(row, "history"), {"change": changes.filter(object_id=str(row.pk)).earliest("pk").pk})
    row.refresh_from_db()
    assert row.is_active


# --- Groups -------------------------------------------------------------------------------------
def test_rights_and_people_do_not_come_back_by_a_click(office: Client, alice: User) -> None:
    row = group()
    change = save(office, row, CASES[Group].form | {"policy-0-retention_days": 60, "members": [alice.pk]})
    assert change.old is not None and set(change.old) == {
        "name", "may_delete", "retention_days", "may_be_read", "notice", "managers",
    }  # fmt: skip
    office.post(path(row, "history"), {"change": change.pk})
    assert list(row.user_set.all()) == [alice]
    row.policy.refresh_from_db()
    assert row.policy.retention_days == 30


# --- Lists of words -----------------------------------------------------------------------------
def test_a_list_of_words_is_one_entry_and_is_taken_back_as_one(office: Client) -> None:
    BlockedWord.objects.create(word="old")
    page = "/admin/chat/blockedword/import/"
    office.post(page, {"text": "one\ntwo\nthree\nold", "action": "mask"})
    change = SettingChange.objects.get()
    assert (change.action, change.new) == ("added", {"words": 3, "action": "mask"})
    shown = office.get(page).content.decode()
    assert change.object_id in shown and "Yes, delete 3 words" in shown
    BlockedWord.objects.get(word="two").delete()
    assert office.post(page, {"take_back": change.object_id}).status_code == 302
    assert list(BlockedWord.objects.values_list("word", flat=True)) == ["old"]
    assert SettingChange.objects.latest("pk").old == {"words": 2}
    assert "Yes, delete" not in office.get(page).content.decode()


@pytest.mark.parametrize("batch", ["", "x", "11111111-1111-4111-8111-111111111111"])
def test_a_list_that_is_not_there(office: Client, batch: str) -> None:
    BlockedWord.objects.create(word="old")
    assert office.post("/admin/chat/blockedword/import/", {"take_back": batch}).status_code == 404
    assert BlockedWord.objects.count() == 1
