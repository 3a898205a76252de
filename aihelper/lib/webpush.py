"""Web Push without a network: what is sent to a browser's push service, and how it is encrypted and signed.

RFC 8291 (encryption), RFC 8188 (its framing), RFC 8292 (VAPID, who sends). Pure functions; the RFC's own example is a
test. See docs/decisions/web-push-here.md.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
KEY_BYTES, AUTH_BYTES, POINT_BYTES = 32, 16, 65
RECORD_SIZE = 4096
TOKEN_SECONDS = 12 * 3600


def new_key() -> str:
    """A private VAPID key: 32 bytes, base64url without padding."""
    return encode(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(KEY_BYTES, "big"))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """A key that `new_key` made. Raises ValueError."""
    data = decode(text)
    if len(data) != KEY_BYTES:
        raise ValueError("a VAPID key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(data, "big"), CURVE)


def public_key(text: str) -> str:
    """The public half of a private key, as browsers take it (`applicationServerKey`). Raises ValueError."""
    return encode(_point(private_key(text).public_key()))


def check_keys(p256dh: str, auth: str) -> None:
    """Whether these are keys of a browser's subscription. Raises ValueError."""
    if len(decode(auth)) != AUTH_BYTES:
        raise ValueError("auth has 16 bytes")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(p256dh))


def encrypt(
    text: bytes, p256dh: str, auth: str, *, salt: bytes | None = None, sender: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """The body that only this browser can read. `salt` and `sender` are for the RFC's example. Raises ValueError."""
    sender, salt = sender or ec.generate_private_key(CURVE), salt or os.urandom(16)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(p256dh))
    ours, theirs = _point(sender.public_key()), _point(receiver)
    shared = sender.exchange(ec.ECDH(), receiver)
    seed = _derive(shared, decode(auth), b"WebPush: info\0" + theirs + ours, 32)
    key = _derive(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(seed, salt, b"Content-Encoding: nonce\0", 12)
    # One record, and the last one: 2 ends the text.
    sealed = AESGCM(key).encrypt(nonce, text + b"\x02", None)
    return salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


def authorization(endpoint: str, key: str, contact: str, now: float) -> str:
    """The header by which a push service knows us: a token for its origin, signed with the private key `key`."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now) + TOKEN_SECONDS, "sub": contact}
    head = encode(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    signed = f"{head}.{encode(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(private_key(key).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_key(key)}"


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Base64url with or without padding. Raises ValueError."""
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
