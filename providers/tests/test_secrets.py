from base64 import b64encode
from typing import Any

import pytest
from django.core import serializers

from providers import secrets, services
from providers.keys import KeyChange
from providers.models import Provider, ProviderKey
from providers.tests.support import CANARY, has_canary, make_provider


def _entry(kid: str, byte: int) -> str:
    return f"{kid}:{b64encode(bytes([byte]) * 32).decode()}"


def test_what_was_encrypted_decrypts_in_its_context_only() -> None:
    envelope = secrets.encrypt("a key", "context")
    assert envelope.startswith("v2:test:")
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
    "envelope", ["", "plain text", "v1:test:a", "v3:test:YWJj:YWJj", "v1:other:YWJj:YWJj", "v1:test::"]
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


def _key(name: str = "Example", **fields: Any) -> ProviderKey:
    return make_provider(name, **fields).keys.get()


def _stored() -> ProviderKey:
    return ProviderKey.objects.select_related("provider").get()


@pytest.mark.django_db
def test_a_provider_gives_back_its_key() -> None:
    _key()
    assert secrets.unseal(_stored()) == CANARY
    assert _stored().key_last_four == "tail"
    assert CANARY not in _stored().api_key


@pytest.mark.django_db
def test_a_short_key_shows_no_end() -> None:
    assert _key(api_key="short-key").key_last_four == ""


@pytest.mark.django_db
def test_swapped_rows_do_not_decrypt() -> None:
    one, two = _key("one"), _key("two")
    one.api_key, two.api_key = two.api_key, one.api_key
    for key in (one, two):
        with pytest.raises(secrets.KeyUnreadable):
            secrets.unseal(key)


@pytest.mark.django_db
def test_swapped_rows_of_one_provider_do_not_decrypt() -> None:
    provider = make_provider()
    services.save_provider(provider, changes=[KeyChange(secret="another-key-that-is-long")])
    one, two = provider.keys.all()
    one.api_key, two.api_key = two.api_key, one.api_key
    for key in (one, two):
        with pytest.raises(secrets.KeyUnreadable):
            secrets.unseal(key)


@pytest.mark.django_db
def test_a_key_that_was_given_to_another_provider_does_not_decrypt() -> None:
    key, other = _key("one"), make_provider("two", api_key="")
    ProviderKey.objects.filter(pk=key.pk).update(provider=other)
    with pytest.raises(secrets.KeyUnreadable):
        secrets.unseal(_stored())


@pytest.mark.django_db
def test_an_envelope_from_before_there_were_rows_for_keys_decrypts_for_its_provider_only() -> None:
    one, two = make_provider("one"), make_provider("two")
    envelope = "v1" + secrets.encrypt(CANARY, f"api_providers:api_key:{one.pk}:{one.origin}").removeprefix("v2")
    ProviderKey.objects.update(api_key=envelope)
    assert secrets.unseal(one.keys.get()) == CANARY
    with pytest.raises(secrets.KeyUnreadable):
        secrets.unseal(two.keys.get())


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
    _key()
    Provider.objects.update(base_url=base_url)
    with pytest.raises(secrets.KeyUnreadable):
        secrets.unseal(_stored())


@pytest.mark.django_db
def test_another_path_on_the_same_server_decrypts() -> None:
    _key()
    Provider.objects.update(base_url="https://api.example.com/v2")
    assert secrets.unseal(_stored()) == CANARY


@pytest.mark.django_db
def test_the_key_is_in_no_copy_of_the_row() -> None:
    key = _key()
    texts = [repr(key), str(key), repr(vars(key)), serializers.serialize("json", [key])]
    texts += [str(list(ProviderKey.objects.values())), str(list(ProviderKey.objects.values_list()))]
    texts.append(repr(KeyChange(secret=CANARY)))
    assert not any(has_canary(text) for text in texts)
    # Not even encrypted, unless it is asked for by name.
    assert not any(key.api_key in text for text in texts[3:])


@pytest.mark.django_db
def test_an_unsaved_key_takes_no_secret() -> None:
    with pytest.raises(ValueError, match="row"):
        secrets.seal(ProviderKey(provider=make_provider()), "a key")


@pytest.mark.django_db
def test_the_error_names_neither_key_nor_envelope() -> None:
    key = _key()
    key.provider.base_url = "https://evil.example"
    with pytest.raises(secrets.KeyUnreadable) as caught:
        secrets.unseal(key)
    assert not has_canary(repr(caught.value)) and key.api_key not in repr(caught.value)
    assert caught.value.__suppress_context__
