"""What callers of the HTTP client share with it: deadlines, and why a connection was not made. Pure values."""

from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `first_token` and `total` count from the request; `gap` is the longest silence between tokens."""

    connect: float = 10.0
    first_token: float = 120.0
    gap: float = 60.0
    total: float = 1800.0


class AddressNotAllowed(Exception):
    """The address policy refused a URL or an IP address; nothing was dialled. The message names the reason only."""


class NameNotResolved(httpx.ConnectError):
    """The host name has no address."""


class TlsFailed(httpx.ConnectError):
    """The handshake failed or the certificate is not valid for this name."""
