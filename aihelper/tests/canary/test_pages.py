"""No secret is on any page of the administration, in any log line or in any row in clear (issue: keys)."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from aihelper.lib.testing.plugin import PASSWORD
from aihelper.tests.administration.pages import pages, signed_in
from aihelper.tests.canary import secrets
from aihelper.tests.canary.secrets import Secrets
from aihelper.tests.rights import world
from chat.tests import make
from providers.admin import ProviderAdmin
from providers.tests.support import failing

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(admin: User) -> Secrets:
    found = secrets.enter(admin)
    provider = secrets.provider()
    provider.models.create(model_id="model-1", model_name="Model 1")
    world.rows_of_the_administration()
    return found


def test_no_page_of_the_administration_tells_a_secret(known: Secrets, admin: User, caplog: Any, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    # A page of lines for each variable that a template of the theme asks for in vain.
    caplog.set_level(logging.INFO, logger="django.template")
    wrong = {}
    shown = 0
    client = signed_in(admin)
    for page in pages(admin):
        if " by " not in page.name:
            response = client.get(page.path)
            shown += response.status_code == 200
            if found := known.found_in(response.content + repr(response.headers).encode()):
                wrong[page.name] = found
    assert shown > 100
    assert wrong == {}
    assert known.found_in(_logged(caplog, capfd)) == []


def test_no_form_that_is_refused_sends_a_secret_back(known: Secrets, admin: User) -> None:
    client, provider = signed_in(admin), secrets.provider()
    for path in (
        f"/admin/providers/provider/{provider.pk}/change/",
        "/admin/providers/provider/guide/",
        f"/admin/accounts/user/{admin.pk}/password/",
    ):
        form = {"name": "", "key": secrets.PROVIDER_KEY, "keys-0-key": secrets.PROVIDER_KEY, "keys-TOTAL_FORMS": 1}
        form |= {"keys-INITIAL_FORMS": 0, "password1": PASSWORD, "password2": "another", "base_url": "nothing"}
        response = client.post(path, form)
        assert response.status_code == 200, path
        assert known.found_in(response.content) == [], path


def test_no_answer_of_the_api_and_no_page_of_it_tells_a_secret(known: Secrets, admin: User) -> None:
    client, wrong, shown = signed_in(admin), {}, 0
    session = make.session(admin)
    make.chain(session, ["question", "answer"])
    things = {"session_id": session.session_id, "slug": "assistant", "kind": "diagram", "size": 192}
    for route in _routes(get_resolver()):
        if route.startswith(("admin/", "api/chat/stream", "api/live")):
            continue
        path = world.filled(route, _Anything(things)) if "(?P" not in route else "/"
        response: Any = client.get(path)
        shown += response.status_code == 200
        content = (
            b"".join(response) if response.streaming and not response.is_async else getattr(response, "content", b"")
        )
        if found := known.found_in(content + repr(response.headers).encode()):
            wrong[route] = found
    assert shown > 20
    assert wrong == {}


def test_no_row_holds_a_secret_in_clear(known: Secrets, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProviderAdmin, "client_factory", failing(401, f"Incorrect API key: {secrets.PROVIDER_KEY}"))
    client = signed_in(admin)
    provider = secrets.provider()
    client.post(f"/admin/providers/provider/{provider.pk}/test/")
    where: dict[str, list[str]] = {}
    for table, rows in secrets.everything_stored().items():
        for name in known.found_in(rows):
            where.setdefault(name, []).append(table)
    # The hash of a password is what is stored of it; the sealed key is the key's row.
    assert where == {"hash of a password": ["users"], "sealed key": ["provider_keys"]}


class _Anything(dict[str, Any]):
    """What stands for a parameter of which nothing is known."""

    def __missing__(self, _name: str) -> Any:
        return 1


def _routes(resolver: Any, prefix: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += _routes(entry, route)
        elif isinstance(entry, URLPattern):
            found.append(route)
    return found


def _logged(caplog: Any, capfd: Any) -> str:
    """What was logged, as the records have it and as it was written."""
    return str(caplog.text) + "".join(capfd.readouterr())


def test_a_leak_would_be_found(known: Secrets, client: Client) -> None:
    for name, value in known.values.items():
        assert name in known.found_in(f"before {value} after")
    assert known.found_in(b"nothing of it, only the tail") == []
