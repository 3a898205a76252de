"""Limits on guessing, counted in the database so that all processes share them.

A try is counted before the work that it asks for: a thousand guesses at once let no more through than
the limit says (django-axes, which counts afterwards, let 20 through a limit of 3).
"""

import hashlib
import ipaddress
import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ThrottleCounter, User
from aihelper.lib.errors import TooManyRequests

# One new counter in 256 sweeps away those that are over: the table stays small under attack.
SWEEPER = "00"
# A class behind one address opens a link together; a machine that tries links gets nowhere.
READINGS_PER_MINUTE = 120


def hit(key: str, *, limit: int, seconds: int) -> None:
    """Count one try of `key`; raises TooManyRequests from the try after the `limit`th within `seconds`.

    The place is taken by one conditional statement, so that no two processes can take the same one.
    """
    key_hash, now = _digest(key), timezone.now()
    counter = ThrottleCounter.objects.filter(key_hash=key_hash).first()
    if counter is None:
        granted = _create(key_hash, now, seconds) or _count(key_hash, limit, now)
    elif counter.expires_at <= now:
        granted = _restart(key_hash, now, seconds) or _count(key_hash, limit, now)
    else:
        # A storm that is refused only reads.
        granted = counter.count < limit and _count(key_hash, limit, now)
    if not granted:
        raise TooManyRequests(retry_after=_wait(counter, now))


def count_reading(request: HttpRequest, reader: User | None) -> None:
    """Count one opening of a shared link, by person or by address. Raises TooManyRequests."""
    who = f"user:{reader.pk}" if reader else client_prefix(request)
    hit(f"share-read:{who}", limit=READINGS_PER_MINUTE, seconds=60)


def forgive(key: str) -> None:
    """Forget one try: it succeeded, and was no guess."""
    ThrottleCounter.objects.filter(key_hash=_digest(key), count__gt=0).update(count=F("count") - 1)


def forget(key: str) -> None:
    """Forget all tries of `key`."""
    ThrottleCounter.objects.filter(key_hash=_digest(key)).delete()


def purge_expired() -> None:
    """Delete the counters whose window is over."""
    expired().delete()


def expired() -> QuerySet[ThrottleCounter]:
    """The counters whose window is over."""
    return ThrottleCounter.objects.filter(expires_at__lt=timezone.now())


def client_address(request: HttpRequest) -> str:
    """The address that the outermost trusted proxy saw, else the peer's own.

    With N trusted proxies that is the Nth entry of X-Forwarded-For from the right; what stands to the left
    of it was written by whoever sent the request.
    """
    peer: str = request.META.get("REMOTE_ADDR") or ""
    hops: list[str] = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted and _address(hops[-trusted]):
        return hops[-trusted]
    return peer


def client_prefix(request: HttpRequest) -> str:
    """What one customer of a network provider holds: an IPv4 address, or an IPv6 network of 64 bits."""
    address = _address(client_address(request))
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def _count(key_hash: str, limit: int, now: datetime) -> bool:
    """Take a place in the running window, if there is one left."""
    window = ThrottleCounter.objects.filter(key_hash=key_hash, expires_at__gt=now, count__lt=limit)
    return bool(window.update(count=F("count") + 1))


def _restart(key_hash: str, now: datetime, seconds: int) -> bool:
    """Begin a new window with this try, unless somebody else just has."""
    over = ThrottleCounter.objects.filter(key_hash=key_hash, expires_at__lte=now)
    return bool(over.update(count=1, expires_at=now + timedelta(seconds=seconds)))


def _create(key_hash: str, now: datetime, seconds: int) -> bool:
    """Begin the first window with this try, unless somebody else just has."""
    if key_hash.startswith(SWEEPER):
        purge_expired()
    try:
        with transaction.atomic():
            ThrottleCounter.objects.create(key_hash=key_hash, count=1, expires_at=now + timedelta(seconds=seconds))
    except IntegrityError:
        return False
    return True


def _wait(counter: ThrottleCounter | None, now: datetime) -> int:
    """Whole seconds until the window ends, at least one."""
    return max(1, math.ceil((counter.expires_at - now).total_seconds())) if counter else 1


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _digest(key: str) -> str:
    # Names and addresses of people do not stand in this table, and a key may have any length.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
