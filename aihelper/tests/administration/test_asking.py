"""What destroys, or locks somebody out, asks before: actions of lists, and pages of our own that are posted to."""

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from aihelper.tests.administration.pages import USUAL
from aihelper.tests.rights import administrators, world
from aihelper.tests.rights.administrators import Office

pytestmark = pytest.mark.django_db

# Actions that may do their work at once, and why. Every other one asks.
HARMLESS = {
    ("providers/modelconfig", "offer"): "people get more; `withdraw` takes it back",
    ("providers/modelconfig", "withdraw"): "nothing is lost, running answers go on; `offer` takes it back",
    ("providers/modelconfig", "move_up"): "the order of a list",
    ("providers/modelconfig", "move_down"): "the order of a list",
}
# Routes of our own that do something when they are posted to with nothing in the form, and why they may.
POSTED = {
    "providers_provider_test": "asks the provider, and notes whether it answered",
    "providers_provider_fetch": "adds models, which are offered only when they are chosen",
    "providers_provider_choose": "the page is the question; with nothing ticked on it nothing is on it",
}
# Tables that every request may write to.
PASSING = {"sessions.session", "accounts.throttlecounter"}


@pytest.fixture
def office(upstream: Any) -> Office:
    world.offer_a_model()
    return administrators.build()


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> None:
    """No provider is asked."""
    from providers.admin import ProviderAdmin
    from providers.tests.support import listing

    monkeypatch.setattr(ProviderAdmin, "client_factory", listing("big"))


def test_every_action_asks_or_is_harmless(office: Office) -> None:
    client, before, wrong = office.client("superuser"), _everything(), []
    actions = administrators.all_actions(office.people["superuser"])
    assert set(HARMLESS) <= actions
    for page, name in sorted(actions - set(HARMLESS)):
        told = administrators.try_action(client, page, name, office.rows[page])
        if told not in {"asks", administrators.SHUT}:
            wrong.append(f"{page} {name} {told} its work at once: let it ask, or say in HARMLESS why it need not")
        if _everything() != before:
            wrong.append(f"{page} {name} changes something before it is answered: {_changed(before)}")
            before = _everything()
    assert not wrong, "\n".join(wrong)


def test_what_asks_says_how_many_and_does_it_when_it_is_answered(office: Office) -> None:
    client = office.client("superuser")
    data = {"action": "disable_users", "_selected_action": [str(office.person.pk)]}
    page = client.post("/admin/accounts/user/", data)
    assert office.person.username in page.content.decode()
    client.post("/admin/accounts/user/", {**data, "confirmed": "yes"})
    office.person.refresh_from_db()
    assert not office.person.is_active


def test_every_page_of_our_own_takes_no_empty_post(office: Office) -> None:
    client, before, wrong = office.client("superuser"), _everything(), []
    routes = _routes(office)
    assert set(POSTED) <= set(routes)
    for name, path in routes.items():
        status = _post(client, path)
        if status >= 500:
            wrong.append(f"{name}: {status}")
        if name not in POSTED and _everything() != before:
            wrong.append(f"{name} changes something before it is answered: {_changed(before)}")
        before = _everything()
    assert not wrong, "\n".join(wrong)


def test_deleting_asks_first(office: Office) -> None:
    client, before = office.client("superuser"), _everything()
    asked = 0
    for model, page in admin.site._registry.items():
        key = f"{model._meta.app_label}/{model._meta.model_name}"
        answer = client.get(reverse(f"admin:{key.replace('/', '_')}_delete", args=[office.rows[key]]))
        asked += answer.status_code == 200
        assert answer.status_code in {200, 403}, page
        assert _everything() == before, page
    assert asked > 5


def _routes(office: Office) -> dict[str, str]:
    """The addresses of our own pages, by their names."""
    found = {}
    for model, page in admin.site._registry.items():
        key = f"{model._meta.app_label}/{model._meta.model_name}"
        for entry in page.get_urls():
            name = getattr(entry, "name", None) or ""
            if not name or name.rpartition("_")[2] in USUAL:
                continue
            try:
                found[name] = reverse(f"admin:{name}", args=[office.rows[key]] if "<" in str(entry.pattern) else [])
            except NoReverseMatch:
                found[name] = reverse(f"admin:{name}")
    return found


def _post(client: Client, path: str) -> int:
    return int(client.post(path, {}).status_code)


def _everything() -> dict[str, str]:
    """A digest of each table."""
    found = {}
    for model in apps.get_models():
        if model._meta.label_lower not in PASSING and model._meta.managed and not model._meta.proxy:
            rows = model._base_manager.order_by("pk").values_list()
            found[model._meta.label_lower] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


def _changed(before: dict[str, str]) -> list[str]:
    return [table for table, digest in _everything().items() if before[table] != digest]
