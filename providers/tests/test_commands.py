import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from providers.management.commands import checkproviders, createprovider, syncmodels
from providers.management.commands.createprovider import KEY_VARIABLE
from providers.models import ModelConfig, Provider
from providers.tests.support import (
    BASE_URL,
    CANARY,
    Upstream,
    failing,
    has_canary,
    key_of,
    listing,
    make_model,
    make_provider,
)

pytestmark = pytest.mark.django_db


def _run(module: Any, *args: str, upstream: Upstream | None = None, **options: Any) -> str:
    out = io.StringIO()
    call_command(module.Command(client_factory=upstream), *args, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def key_in_environment(monkeypatch: Any) -> None:
    monkeypatch.setenv(KEY_VARIABLE, CANARY)


def test_createprovider_works(key_in_environment: None) -> None:
    text = _run(createprovider, "Example", f"{BASE_URL}/", "--models", "big,small", "--priority", "4")
    provider = Provider.objects.get()
    assert (provider.name, provider.base_url, provider.priority) == ("Example", BASE_URL, 4)
    assert key_of(provider) == CANARY
    assert list(provider.models.values_list("model_id", "is_active")) == [("big", True), ("small", True)]
    assert BASE_URL in text and not has_canary(text)


def test_createprovider_fetches_and_offers(key_in_environment: None) -> None:
    text = _run(createprovider, "Example", BASE_URL, "--fetch", "--offer", upstream=listing("big", "tts-1"))
    assert "Models fetched: 2." in text
    assert list(ModelConfig.objects.filter(is_active=True).values_list("model_id", flat=True)) == ["big"]


def test_createprovider_keeps_the_provider_when_the_fetch_fails(key_in_environment: None, capsys: Any) -> None:
    with pytest.raises(SystemExit, match="1"):
        call_command(createprovider.Command(client_factory=failing(503)), "Example", BASE_URL, "--fetch")
    said = capsys.readouterr()
    assert "Added Example" in said.out and "cannot be reached" in said.err
    assert Provider.objects.get().has_key


def test_createprovider_tells_programs(key_in_environment: None) -> None:
    facts = json.loads(_run(createprovider, "Example", BASE_URL, "--fetch", "--json", upstream=listing("big", "small")))
    assert facts == {
        "ok": True, "provider": "Example", "url": BASE_URL, "offered": 0, "fetched": 2, "error": ""
    }  # fmt: skip


def test_createprovider_takes_the_key_from_standard_input(monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANARY}\nmore\n"))
    _run(createprovider, "Example", BASE_URL, "--key-stdin")
    assert key_of(Provider.objects.get()) == CANARY


def test_createprovider_takes_the_key_from_a_named_variable(monkeypatch: Any) -> None:
    monkeypatch.setenv("MY_KEY", CANARY)
    _run(createprovider, "Example", BASE_URL, "--key-env", "MY_KEY")
    assert key_of(Provider.objects.get()) == CANARY
    with pytest.raises(CommandError, match="no variable OTHER"):
        _run(createprovider, "Another", BASE_URL, "--key-env", "OTHER")


def test_createprovider_warns_of_a_key_on_the_command_line() -> None:
    text = _run(createprovider, "Example", BASE_URL, "--key", CANARY)
    assert "seen by others" in text and not has_canary(text)
    assert key_of(Provider.objects.get()) == CANARY


def test_createprovider_needs_no_key() -> None:
    _run(createprovider, "Example", BASE_URL, "--no-key")
    assert not Provider.objects.get().has_key


def test_createprovider_does_not_wait_for_a_key_where_nobody_types(monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="--key-stdin"):
        _run(createprovider, "Example", BASE_URL)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("Example", "ftp://example.com"), "must begin with"),
        (("Example", "http://127.0.0.1:11434/v1"), "put 127.0.0.1:11434 into"),
        (("demo", BASE_URL), "built-in demo"),
        (("Taken", BASE_URL), "already exists"),
        (("Example", BASE_URL, "--models", "two words"), "no spaces"),
        (("Example", BASE_URL, "--priority", "99999"), "10000"),
    ],
)
def test_createprovider_refuses_bad_input(key_in_environment: None, args: tuple[str, ...], sentence: str) -> None:
    make_provider("Taken", "https://taken.example")
    with pytest.raises(CommandError, match=sentence) as refused:
        _run(createprovider, *args)
    assert refused.value.returncode == 2
    assert Provider.objects.count() == 1


def test_syncmodels_works() -> None:
    make_provider("one")
    make_provider("off", is_active=False)
    text = _run(syncmodels, upstream=listing("big", "small"))
    assert text.strip() == "one: 2 listed, 2 new, 0 gone, 0 back."
    assert ModelConfig.objects.count() == 2


def test_syncmodels_takes_one_provider() -> None:
    make_provider("one")
    make_provider("off", is_active=False)
    _run(syncmodels, "off", "--offer", upstream=listing("big"))
    assert [(model.provider.name, model.is_active) for model in ModelConfig.objects.all()] == [("off", True)]
    with pytest.raises(CommandError, match="no provider named two") as refused:
        _run(syncmodels, "two")
    assert refused.value.returncode == 2


def test_syncmodels_ends_with_code_1_when_one_fails(capsys: Any) -> None:
    make_provider("one")
    with pytest.raises(SystemExit, match="1"):
        call_command(syncmodels.Command(client_factory=failing(401, CANARY)), "--json")
    said = capsys.readouterr()
    [row] = json.loads(said.out)["providers"]
    assert (row["provider"], row["code"]) == ("one", "authentication_failed") and row["error"]
    assert not has_canary(said.out + said.err)


def test_checkproviders_works() -> None:
    make_provider("one")
    text = _run(checkproviders, upstream=listing("big"))
    assert text.startswith("one  ok") and "lists 1 model" in text


def test_checkproviders_writes_json() -> None:
    make_provider("one")
    [item] = json.loads(_run(checkproviders, "--json", upstream=listing("big")))["providers"]
    assert (item["provider"], item["ok"], item["status_class"]) == ("one", True, "2xx")


def test_checkproviders_ends_with_code_1_when_one_is_down() -> None:
    make_model(make_provider("one"))
    with pytest.raises(SystemExit) as caught:
        _run(checkproviders, upstream=failing(500, CANARY))
    assert caught.value.code == 1


def test_checkproviders_without_a_provider_says_so() -> None:
    assert "No provider is active." in _run(checkproviders)
