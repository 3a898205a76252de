"""Encryption of provider keys at rest: AES-256-GCM with a key ring, bound to the row and to the origin.

Envelope: `v2:<kid>:<nonce>:<ciphertext>`, the last two in URL-safe base64. The ring comes from
settings.FIELD_KEYS, "kid:base64,kid:base64": the first key encrypts, all of them decrypt, so that a new
key is put first, the rows are encrypted anew, and the old key is taken out.

The associated data is `table:column:pk:origin`. A ciphertext that was copied to another row, or whose
row was pointed at another server, does not decrypt even for somebody who can write to the database
(invariant I6). There is no way round: what does not decrypt is an error, never passed on.
"""

import binascii
import os
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_noop

from providers.errors import ProviderError

if TYPE_CHECKING:
    from providers.models import ProviderKey

OLD_VERSION, VERSION = "v1", "v2"
KEY_BYTES = 32
NONCE_BYTES = 12
# Of a key shorter than this, four characters would give too much away.
SHORTEST_TO_SHOW = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


class KeyRingError(Exception):
    """settings.FIELD_KEYS cannot be used; `code` is `missing`, `format`, `length` or `duplicate`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"FIELD_KEYS: {code}")


class KeyUnreadable(ProviderError):
    """The stored key of a provider does not decrypt. Nothing is sent to that provider."""

    code = "key_unreadable"
    default_sentence = gettext_noop(
        "The stored API key of this provider cannot be read. An administrator has to enter it again."
    )


def ring() -> dict[str, AESGCM]:
    """Return the ciphers by key id, the one that encrypts first. Raises KeyRingError."""
    return _parse(settings.FIELD_KEYS)


@lru_cache(maxsize=4)
def _parse(text: str) -> dict[str, AESGCM]:
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    if not entries:
        raise KeyRingError("missing")
    ciphers: dict[str, AESGCM] = {}
    for entry in entries:
        kid, _, encoded = entry.partition(":")
        if kid in ciphers:
            raise KeyRingError("duplicate")
        ciphers[kid] = AESGCM(_key_bytes(kid, encoded))
    return ciphers


def _key_bytes(kid: str, encoded: str) -> bytes:
    try:
        key = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        # From None: the text of the key must not travel in a chained exception.
        raise KeyRingError("format") from None
    if not _KEY_ID.fullmatch(kid) or not encoded:
        raise KeyRingError("format")
    if len(key) != KEY_BYTES:
        raise KeyRingError("length")
    return key


def encrypt(secret: str, context: str) -> str:
    """Return the envelope of a secret, readable only with the same context. Raises KeyRingError."""
    kid, cipher = next(iter(ring().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, secret.encode(), context.encode())
    return ":".join((VERSION, kid, urlsafe_b64encode(nonce).decode(), urlsafe_b64encode(sealed).decode()))


def decrypt(envelope: str, context: str) -> str:
    """Return the secret in an envelope. Raises KeyUnreadable, whatever is wrong with it."""
    try:
        version, kid, nonce, sealed = envelope.split(":")
        if version not in (OLD_VERSION, VERSION):
            raise KeyUnreadable
        return ring()[kid].decrypt(urlsafe_b64decode(nonce), urlsafe_b64decode(sealed), context.encode()).decode()
    except (InvalidTag, KeyError, KeyRingError, ValueError):
        raise KeyUnreadable from None


def key_id(envelope: str) -> str:
    """Return which key of the ring an envelope needs; an empty string when it is none."""
    parts = envelope.split(":")
    return parts[1] if len(parts) == 4 and parts[0] in (OLD_VERSION, VERSION) else ""


def current_prefix() -> str:
    """How envelopes begin that need no rotation. Raises KeyRingError."""
    return f"{VERSION}:{next(iter(ring()))}:"


def seal(key: "ProviderKey", secret: str) -> None:
    """Put the encrypted secret, and its end for people to recognise it, on a saved key; does not save."""
    if key.pk is None:
        raise ValueError("The key needs its row first: the secret is bound to it.")
    key.api_key = encrypt(secret, _context(key))
    key.key_last_four = secret[-4:] if len(secret) >= SHORTEST_TO_SHOW else ""


def unseal(key: "ProviderKey") -> str:
    """Return the secret of a key. Raises KeyUnreadable.

    For the moment of the call only: keep it nowhere.
    """
    is_old = key.api_key.startswith(f"{OLD_VERSION}:")
    return decrypt(key.api_key, _old_context(key) if is_old else _context(key))


def _context(key: "ProviderKey") -> str:
    return f"{key._meta.db_table}:api_key:{key.pk}:{key.provider_id}:{key.provider.origin}"


def _old_context(key: "ProviderKey") -> str:
    return f"api_providers:api_key:{key.provider_id}:{key.provider.origin}"
