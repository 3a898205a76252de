"""A private address is allowed by exactly its host and port, by somebody who enters the password once more."""

import asyncio
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from providers import reach, registry, services
from providers.management.commands import createprovider
from providers.models import Provider
from providers.reach import Verdict
from providers.tests.support import BASE_URL, Upstream, has_canary, listing, make_provider
from providers.tests.test_admin_provider import ADD, _form, _kept, _page

pytestmark = [pytest.mark.django_db, pytest.mark.urls("providers.tests.admin_urls")]

GUIDE = "/admin/providers/provider/guide/"
LOCAL = "http://127.0.0.1:11434/v1"
NEVER = ["http://169.254.169.254/v1", "http://[fe80::1]/v1", "http://168.63.129.16/v1", "http://100.100.100.200/v1"]


@pytest.fixture
def password(admin: Any) -> str:
    """The administrator's."""
    admin.set_password("correct horse battery")
    admin.save()
    return "correct horse battery"


@pytest.fixture
def root(client: Client, admin: Any, password: str) -> Client:
    """The administrator's browser, signed in with that password."""
    client.force_login(admin)
    return client


def _guide(**changes: str) -> dict[str, str]:
    return {"step": "connect", "name": "Ollama", "base_url": LOCAL, "key": "", **changes}


def test_the_guide_asks_for_the_password_and_shows_where_it_leads(
    root: Client, upstream: Upstream, password: str
) -> None:
    upstream.handler = listing("big").handler
    assert 'name="password"' not in root.get(GUIDE).content.decode()
    text = root.post(GUIDE, _guide()).content.decode()
    assert "127.0.0.1:11434 is in a private network (127.0.0.1)" in text and 'name="password"' in text
    assert not Provider.objects.exists() and upstream.requests == []
    text = root.post(GUIDE, _guide(password=password), follow=True).content.decode()
    provider = Provider.objects.get()
    assert (provider.private_host, provider.private_addresses) == ("127.0.0.1:11434", "127.0.0.1")
    assert upstream.allowed == {"127.0.0.1:11434"}
    assert "lists 1 model" in text and password not in text


def test_so_does_the_form_with_every_field(root: Client, password: str) -> None:
    assert 'name="password"' not in root.get(f"{ADD}?by=hand").content.decode()
    form = _form(base_url=LOCAL, **{"keys-TOTAL_FORMS": 0})
    assert 'name="password"' in root.post(ADD, form).content.decode()
    root.post(ADD, {**form, "password": password})
    provider = Provider.objects.get()
    assert provider.private_host == "127.0.0.1:11434"
    assert "127.0.0.1:11434 (127.0.0.1)" in root.get(_page(provider)).content.decode()


@pytest.mark.parametrize("wrong", ["wrong horse battery", " ", "Correct horse battery"])
def test_a_wrong_password_allows_nothing(root: Client, upstream: Upstream, wrong: str) -> None:
    for path, form in ((GUIDE, _guide()), (ADD, _form(base_url=LOCAL))):
        text = root.post(path, {**form, "password": wrong}).content.decode()
        assert "This is not your password." in text
        assert "wrong horse" not in text
    assert not Provider.objects.exists() and upstream.requests == []


def test_guesses_are_counted_like_those_at_the_sign_in(root: Client, password: str) -> None:
    for _guess in range(5):
        root.post(GUIDE, _guide(password="wrong horse battery"))
    assert root.post(GUIDE, _guide(password=password)).status_code == 200
    assert not Provider.objects.exists()


def test_the_password_of_somebody_else_is_none(root: Client, alice: Any) -> None:
    alice.set_password("the password of alice")
    alice.save()
    root.post(GUIDE, _guide(password="the password of alice"))
    assert not Provider.objects.exists()


@pytest.mark.parametrize("base_url", NEVER)
def test_metadata_and_link_local_are_never_allowed(root: Client, base_url: str, password: str) -> None:
    for path, form in ((GUIDE, _guide(base_url=base_url)), (ADD, _form(base_url=base_url))):
        text = root.post(path, {**form, "password": password}).content.decode()
        assert "never allowed" in text
    assert not Provider.objects.exists()


def test_it_holds_for_that_host_and_port_only() -> None:
    provider = services.create_provider(name="Ollama", base_url=LOCAL, private=["127.0.0.1"])
    assert registry.allowed_private(provider) == {"127.0.0.1:11434"}
    services.update_provider(provider, base_url="http://127.0.0.1:11434/v2")
    assert registry.allowed_private(provider) == {"127.0.0.1:11434"}
    # Past the application, too.
    Provider.objects.update(base_url="http://127.0.0.1:6379/v1")
    assert registry.allowed_private(Provider.objects.get()) == frozenset()
    services.update_provider(Provider.objects.get(), base_url="http://10.0.0.7:11434/v1")
    stored = Provider.objects.get()
    assert (stored.private_host, stored.private_addresses) == ("", "")
    services.update_provider(stored, base_url=LOCAL)
    assert registry.allowed_private(Provider.objects.get()) == frozenset()


def test_another_port_asks_again(root: Client, password: str) -> None:
    provider = services.create_provider(name="Example", base_url=LOCAL, api_key="k" * 20, private=["127.0.0.1"])
    moved = _kept(provider, base_url="http://127.0.0.1:8000/v1", **{"keys-0-key": "k" * 20})
    assert "127.0.0.1:8000 is in a private network" in root.post(_page(provider), moved).content.decode()
    root.post(_page(provider), {**moved, "password": password})
    assert Provider.objects.get().private_host == "127.0.0.1:8000"


def test_other_changes_need_no_password(root: Client) -> None:
    provider = services.create_provider(name="Example", base_url=LOCAL, api_key="k" * 20, private=["127.0.0.1"])
    root.post(_page(provider), _kept(provider, name="Renamed", base_url=LOCAL))
    stored = Provider.objects.get()
    assert (stored.name, stored.private_host) == ("Renamed", "127.0.0.1:11434")


def test_one_that_the_deployment_lists_needs_no_password(root: Client, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1:11434"]
    root.post(ADD, _form(base_url=LOCAL))
    assert Provider.objects.get().private_host == ""


def test_a_name_is_shown_with_its_addresses() -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return ["10.0.0.7", "10.0.0.8", "10.0.0.7"]

    found = reach.find("http://ollama.lan:11434/v1", lookup=lookup)
    assert found == reach.Finding(Verdict.PRIVATE, ("10.0.0.7", "10.0.0.8"))
    assert reach.find("http://ollama.lan:11434/v1", allowed="ollama.lan:11434", lookup=lookup).verdict is Verdict.FINE
    assert reach.find("http://ollama.lan:11434/v1", allowed="ollama.lan:80", lookup=lookup).verdict is Verdict.PRIVATE


def test_what_is_dialled_is_judged_by_it() -> None:
    upstream = listing("big")
    provider = services.create_provider(name="Ollama", base_url=LOCAL, private=["127.0.0.1"])
    asyncio.run(registry.open_provider(provider, client_factory=upstream).models())
    assert upstream.allowed == {"127.0.0.1:11434"}
    other = make_provider()
    asyncio.run(registry.open_provider(other, client_factory=upstream).models())
    assert upstream.allowed == frozenset()


def test_the_command_takes_a_flag() -> None:
    arguments = ("Ollama", LOCAL, "--no-key")
    with pytest.raises(CommandError, match="private network"):
        call_command(createprovider.Command(), *arguments)
    call_command(createprovider.Command(), *arguments, "--allow-private")
    assert Provider.objects.get().private_host == "127.0.0.1:11434"
    with pytest.raises(CommandError, match="never allowed"):
        call_command(createprovider.Command(), "Cloud", NEVER[0], "--no-key", "--allow-private")


def test_a_provider_that_is_not_valid_is_not_allowed_either() -> None:
    with pytest.raises(ValidationError):
        services.create_provider(name="", base_url=BASE_URL, private=["127.0.0.1"])
    assert not has_canary(repr(list(Provider.objects.values())))
