"""Whether our own address policy lets us reach a base URL; asked when an administrator enters one.

Only a courtesy, so that the mistake is seen in the form: what is really dialled is checked again at
every connection (`aihelper.lib.net`), against the addresses of that moment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from ipaddress import ip_address

import httpx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aihelper.lib.addresses import IPAddress, Policy
from aihelper.lib.net import Resolver
from aihelper.lib.outbound import AddressNotAllowed
from providers import addresses

Lookup = Callable[[str, int], Awaitable[list[str]]]

LOOKUP_SECONDS = 5.0


class Verdict(Enum):
    FINE = "fine"
    PRIVATE = "private"  # would be allowed if the operator listed it
    NEVER = "never"


def judge(base_url: str, *, lookup: Lookup | None = None) -> Verdict:
    """Judge a normalised base URL. A name that has no address at the moment is fine: that may change.

    `lookup` replaces the system's resolver; without it no name is looked up while model requests are off.
    """
    host, port = addresses.host_and_port(base_url)
    found = _addresses(host, port, lookup)
    if _passes(Policy.of(settings.ALLOWED_PRIVATE_HOSTS), base_url, found):
        return Verdict.FINE
    listed = Policy.of([*settings.ALLOWED_PRIVATE_HOSTS, allow_list_entry(base_url)])
    return Verdict.PRIVATE if _passes(listed, base_url, found) else Verdict.NEVER


def require_reachable(base_url: str, *, lookup: Lookup | None = None) -> None:
    """Raises ValidationError with what to do about it when the policy refuses this address."""
    verdict = judge(base_url, lookup=lookup)
    if verdict is Verdict.PRIVATE:
        raise ValidationError(
            _(
                "This address is in a private network. To allow it, put %(entry)s into "
                "AIHELPER_ALLOWED_PRIVATE_HOSTS and restart the server."
            ),
            code="address_private",
            params={"entry": allow_list_entry(base_url)},
        )
    if verdict is Verdict.NEVER:
        raise ValidationError(
            _("Requests to this address are never allowed: it is reserved, or belongs to the network itself."),
            code="address_never",
        )


def allow_list_entry(base_url: str) -> str:
    """Return the host:port to put into AIHELPER_ALLOWED_PRIVATE_HOSTS for this base URL."""
    host, port = addresses.host_and_port(base_url)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _passes(policy: Policy, base_url: str, found: list[IPAddress]) -> bool:
    host, port = addresses.host_and_port(base_url)
    try:
        policy.check_url(httpx.URL(base_url))
        policy.check_addresses(host, port, found)
    except AddressNotAllowed:
        return False
    return True


def _addresses(host: str, port: int, lookup: Lookup | None) -> list[IPAddress]:
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    if lookup is None and not settings.ALLOW_MODEL_REQUESTS:
        return []
    return [ip_address(answer) for answer in asyncio.run(_look_up(host, port, lookup))]


async def _look_up(host: str, port: int, lookup: Lookup | None) -> list[str]:
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            return await (lookup or Resolver(Policy()).lookup)(host, port)
    except (OSError, TimeoutError):
        return []
