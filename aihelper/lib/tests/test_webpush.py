"""Web Push: the example of RFC 8291, and what does not fit."""

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from aihelper.lib import webpush

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_it_encrypts_as_the_standard_says() -> None:
    body = webpush.encrypt(
        TEXT, P256DH, AUTH, salt=webpush.decode(SALT), sender=webpush.private_key(SENDER)
    )  # fmt: skip
    assert webpush.encode(body) == BODY


def test_each_body_is_another_one() -> None:
    assert webpush.encrypt(TEXT, P256DH, AUTH) != webpush.encrypt(TEXT, P256DH, AUTH)


def test_the_token_is_for_one_origin_and_signed() -> None:
    key = webpush.new_key()
    header = webpush.authorization("https://push.example.net/send/abc?x=1", key, "mailto:a@example.org", 1000)
    token, public = header.removeprefix("vapid t=").split(", k=")
    assert public == webpush.public_key(key)
    head, claims, signature = token.split(".")
    assert json.loads(webpush.decode(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(webpush.decode(claims)) == {
        "aud": "https://push.example.net", "exp": 1000 + 12 * 3600, "sub": "mailto:a@example.org",
    }  # fmt: skip
    raw = webpush.decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), webpush.decode(public))
    point.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(
    "p256dh, auth", [(P256DH[:-4], AUTH), (P256DH, AUTH[:-2]), ("é", AUTH), ("", ""), (AUTH, P256DH)]
)
def test_wrong_keys_are_told(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):
        webpush.check_keys(p256dh, auth)


@pytest.mark.parametrize("key", ["", "AAAA", "é" * 43, "A" * 43, "_" * 42 + "8"])
def test_a_key_that_is_none_is_told(key: str) -> None:
    with pytest.raises(ValueError):
        webpush.public_key(key)
