from base64 import b64encode
from typing import Any

import pytest
from django.core import serializers

from providers import secrets
from providers.models import Provider
from providers.tests.support import CANARY, has_canary, make_provider


def _entry(kid: str, byte: int) -> str:
    return f"{kid}:{b64encode(bytes([byte]) * 32).decode()}"


def test_what_was_encrypted_decrypts_in_its_context_only() -> None:
    envelope = secrets.encrypt("a key", "context")
    assert envelope.startswith("v1:test:")
    assert secrets.decrypt(envelope, "context") == "a key"
    with pytest.raises(secrets.KeyUnreadable):
        secrets.decrypt(envelope, "another context")


def test_the_same_key_never_gives_the_same_envelope() -> None:
    assert secrets.encrypt("a key", "context") != secrets.encrypt("a key", "context")


def test_every_key_of_the_ring_decrypts_and_the_first_encrypts(settings: Any) -> None:
    settings.FIELD_KEYS = _entry("old", 1)
    envelope = secrets.encrypt("a key", "context")
    settings.FIELD_KEYS = f"{_entry('new', 2)}, {_entry('old', 1)}"
    assert secrets.decrypt(envelope, "context") == "a key"
    assert secrets.key_id(secrets.encrypt("a key", "context")) == "new"


@pytest.mark.parametrize(
    ("field_keys", "code"),
    [
        ("", "missing"),
        (" , ", "missing"),
        ("nonsense", "format"),
        ("k1:not base64!", "format"),
        ("a b:" + b64encode(bytes(32)).decode(), "format"),
        ("k1:" + b64encode(bytes(16)).decode(), "length"),
        (f"{_entry('k1', 1)},{_entry('k1', 2)}", "duplicate"),
    ],
)
def test_it_refuses_a_wrong_ring_without_telling_it(settings: Any, field_keys: str, code: str) -> None:
    settings.FIELD_KEYS = field_keys
    with pytest.raises(secrets.KeyRingError) as caught:
        secrets.encrypt("a key", "context")
    assert caught.value.code == code
    assert str(caught.value) == f"FIELD_KEYS: {code}"


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_truncated_envelope_does_not_decrypt(cut: int) -> None:
    with pytest.raises(secrets.KeyUnreadable):
        secrets.decrypt(secrets.encrypt("a key", "context")[:-cut], "context")


@pytest.mark.parametrize(
    "envelope", ["", "plain text", "v1:test:a", "v2:test:YWJj:YWJj", "v1:other:YWJj:YWJj", "v1:test::"]
)
def test_what_is_no_envelope_is_never_passed_on(envelope: str) -> None:
    with pytest.raises(secrets.KeyUnreadable):
        secrets.decrypt(envelope, "context")


def test_another_key_under_the_same_name_does_not_decrypt(settings: Any) -> None:
    settings.FIELD_KEYS = _entry("k", 1)
    envelope = secrets.encrypt("a key", "context")
    settings.FIELD_KEYS = _entry("k", 2)
    with pytest.raises(secrets.KeyUnreadable):
        secrets.decrypt(envelope, "context")


@pytest.mark.django_db
def test_a_provider_gives_back_its_key() -> None:
    provider = make_provider()
    stored = Provider.objects.get(pk=provider.pk)
    assert secrets.unseal(stored) == CANARY
    assert stored.key_last_four == "tail"
    assert CANARY not in stored.api_key


@pytest.mark.django_db
def test_a_short_key_shows_no_end() -> None:
    assert make_provider(api_key="short-key").key_last_four == ""


@pytest.mark.django_db
def test_swapped_rows_do_not_decrypt() -> None:
    one, two = make_provider("one"), make_provider("two")
    one.api_key, two.api_key = two.api_key, one.api_key
    for provider in (one, two):
        with pytest.raises(secrets.KeyUnreadable):
            secrets.unseal(provider)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.example.com/v1",
        "https://api.example.com:8443/v1",
        "https://evil.example/v1",
        "https://api.example.com.evil.example",
    ],
)
def test_a_row_that_was_pointed_elsewhere_does_not_decrypt(base_url: str) -> None:
    provider = make_provider()
    Provider.objects.filter(pk=provider.pk).update(base_url=base_url)
    with pytest.raises(secrets.KeyUnreadable):
        secrets.unseal(Provider.objects.get(pk=provider.pk))


@pytest.mark.django_db
def test_another_path_on_the_same_server_decrypts() -> None:
    provider = make_provider()
    Provider.objects.filter(pk=provider.pk).update(base_url="https://api.example.com/v2")
    assert secrets.unseal(Provider.objects.get(pk=provider.pk)) == CANARY


@pytest.mark.django_db
def test_the_key_is_in_no_copy_of_the_row() -> None:
    provider = make_provider()
    texts = [repr(provider), str(provider), repr(vars(provider)), serializers.serialize("json", [provider])]
    texts += [str(list(Provider.objects.values())), str(list(Provider.objects.values_list()))]
    assert not any(has_canary(text) for text in texts)
    # Not even encrypted, unless it is asked for by name.
    assert not any(provider.api_key in text for text in texts[3:])


def test_an_unsaved_provider_takes_no_key() -> None:
    with pytest.raises(ValueError, match="row"):
        secrets.seal(Provider(name="new", base_url="https://example.com"), "a key")


@pytest.mark.django_db
def test_the_error_names_neither_key_nor_envelope() -> None:
    provider = make_provider()
    provider.base_url = "https://evil.example"
    with pytest.raises(secrets.KeyUnreadable) as caught:
        secrets.unseal(provider)
    assert not has_canary(repr(caught.value)) and provider.api_key not in repr(caught.value)
    assert caught.value.__suppress_context__
