"""Whether our own address policy lets us reach a base URL; asked when an administrator enters one.

Only a courtesy, so that the mistake is seen in the form: what is really dialled is checked again at
every connection (`aihelper.lib.net`), against the addresses of that moment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
    PRIVATE = "private"  # would be allowed if the operator or an administrator listed it
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about an address: the verdict, and where it leads at the moment."""

    verdict: Verdict
    addresses: tuple[str, ...] = ()


def find(base_url: str, *, allowed: str = "", lookup: Lookup | None = None) -> Finding:
    """Judge a normalised base URL. A name that has no address at the moment is fine: that may change.

    `allowed` is a host:port that is allowed beside those of the deployment. `lookup` replaces the system's resolver;
    without it no name is looked up while model requests are off.
    """
    host, port = addresses.host_and_port(base_url)
    found = _addresses(host, port, lookup)
    listed = [*settings.ALLOWED_PRIVATE_HOSTS, *([allowed] if allowed else [])]
    told = tuple(dict.fromkeys(map(str, found)))
    if _passes(Policy.of(listed), base_url, found):
        return Finding(Verdict.FINE, told)
    would_pass = _passes(Policy.of([*listed, addresses.allow_list_entry(base_url)]), base_url, found)
    return Finding(Verdict.PRIVATE if would_pass else Verdict.NEVER, told)


def judge(base_url: str, *, lookup: Lookup | None = None) -> Verdict:
    """Like `find`, only the verdict."""
    return find(base_url, lookup=lookup).verdict


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
            params={"entry": addresses.allow_list_entry(base_url)},
        )
    if verdict is Verdict.NEVER:
        raise never()


def never() -> ValidationError:
    """What to say of an address that nobody can allow."""
    return ValidationError(
        _("Requests to this address are never allowed: it is reserved, or belongs to the network itself."),
        code="address_never",
    )


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
