"""Which addresses we may dial. The judgement is on IP addresses that are really dialled, never on spellings.

`ipaddress.is_global` alone is not enough: it calls Azure's 168.63.129.16, Oracle's 192.0.0.192, multicast and
IPv4 addresses wrapped in NAT64 or 6to4 global (measured on 3.11), so those are unwrapped or listed here.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx
import yarl

from aihelper.lib.outbound import AddressNotAllowed

IPAddress = IPv4Address | IPv6Address


class Kind(Enum):
    PUBLIC = "public"
    PRIVATE = "private"  # reachable only where the operator listed exactly this host and port
    FORBIDDEN = "forbidden"  # never: metadata services, link-local, multicast, "this host", reserved


_FORBIDDEN_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "100.100.100.200/32",  # metadata, Alibaba
        "168.63.129.16/32",  # wire server, Azure
        "192.0.0.0/24",  # holds Oracle's metadata at .192
        "192.88.99.0/24",  # 6to4 relays
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
_FORBIDDEN_V6 = [
    IPv6Network(network)
    for network in (
        "::/128",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "fd00:ec2::254/128",  # metadata, Amazon
        "fd20:ce::254/128",  # metadata, Google
        "64:ff9b:1::/48",  # a network's own NAT64: what lies behind it is unknown
        "100::/64",
    )
]
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
# No model is served on these; a request there would speak HTTP to a mail server or a database.
_BAD_PORTS = frozenset({22, 23, 25, 110, 143, 465, 587, 993, 995, 1433, 3306, 5432, 6379, 9042, 11211, 27017})


def judge(address: IPAddress) -> Kind:
    """What kind of address this is; one that carries an IPv4 address inside is judged by what it carries."""
    if isinstance(address, IPv4Address):
        return _judge_v4(address)
    if address.scope_id is not None:
        return Kind.FORBIDDEN
    if address.ipv4_mapped is not None:
        return _judge_v4(address.ipv4_mapped)
    if address == IPv6Address("::1"):
        return Kind.PRIVATE
    carried = _carried(address)
    if carried:
        # Only the plain forms can be listed: a private address in a wrapping is nobody's intention.
        return Kind.PUBLIC if all(_judge_v4(inner) is Kind.PUBLIC for inner in carried) else Kind.FORBIDDEN
    if any(address in network for network in _FORBIDDEN_V6):
        return Kind.FORBIDDEN
    return Kind.PUBLIC if address.is_global else Kind.PRIVATE


def _judge_v4(address: IPv4Address) -> Kind:
    if any(address in network for network in _FORBIDDEN_V4):
        return Kind.FORBIDDEN
    return Kind.PUBLIC if address.is_global else Kind.PRIVATE


def _carried(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to by NAT64, 6to4, Teredo, ISATAP or an old notation."""
    number = int(address)
    low = IPv4Address(number & 0xFFFFFFFF)
    if address in _NAT64 or address in _TRANSLATED or (address in _COMPATIBLE and number > 1):
        return [low]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return [low]
    return []


def parse_entry(entry: str) -> tuple[str, int]:
    """(host, port) of an allow-list entry `host:port`, `1.2.3.4:port` or `[::1]:port`. Raises ValueError."""
    match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})", entry.strip())
    if match is None:
        raise ValueError("not host:port")
    port = int(match[3])
    if not 0 < port < 65536:
        raise ValueError("no such port")
    host = str(IPv6Address(match[1])) if match[1] else _plain(match[2])
    if ends_in_number(host) and match[2]:
        IPv4Address(host)
    return host, port


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")


def _host(text: str) -> str:
    """The one spelling of a URL's host. Raises AddressNotAllowed."""
    if ":" not in text:
        return _plain(text)
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise AddressNotAllowed("this is not an IPv6 address") from None


def ends_in_number(host: str) -> bool:
    """Whether resolvers may read this name as an IPv4 address: 127.1, 0x7f.1, 2130706433, 0177.0.0.1."""
    return re.fullmatch(r"\d+|0x[0-9a-f]*", _plain(host).rpartition(".")[2]) is not None


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be dialled: every public address, and the private ones that are listed by exact host and port."""

    allowed: frozenset[tuple[str, int]] = frozenset()
    loopback_only: bool = False  # tests: no call may leave the machine

    @classmethod
    def of(cls, entries: Collection[str], *, loopback_only: bool = False) -> "Policy":
        """A policy from allow-list entries. One that cannot be read allows nothing."""
        return cls(frozenset(_readable(entries)), loopback_only)

    def check_url(self, url: httpx.URL) -> None:
        """Refuse what no provider's address looks like. Raises AddressNotAllowed."""
        if url.scheme not in ("http", "https"):
            raise AddressNotAllowed("only http and https are allowed")
        if url.userinfo or url.fragment:
            raise AddressNotAllowed("an address with a user name or a fragment is not allowed")
        host, port = _host(url.raw_host.decode("ascii")), url.port or (443 if url.scheme == "https" else 80)
        self._check_agreement(url, host, port)
        if ":" in host:
            self.check_addresses(host, port, [IPv6Address(host)])
        elif ends_in_number(host):
            self.check_addresses(host, port, [_canonical(host)])
        elif not re.fullmatch(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", host) or len(host) > 253:
            raise AddressNotAllowed("this is not a host name")
        elif self.loopback_only and host != "localhost" and (host, port) not in self.allowed:
            raise AddressNotAllowed("model requests are switched off (AIHELPER_ALLOW_MODEL_REQUESTS)")
        elif port in _BAD_PORTS and (host, port) not in self.allowed:
            raise AddressNotAllowed("no provider is reached at this port")

    @staticmethod
    def _check_agreement(url: httpx.URL, host: str, port: int) -> None:
        """The client under httpx parses the address once more; both must see the same target."""
        try:
            other = yarl.URL(str(url))
        except ValueError:
            raise AddressNotAllowed("the address is ambiguous") from None
        if (other.scheme, _host(other.raw_host or ""), other.port) != (url.scheme, host, port) or other.user:
            raise AddressNotAllowed("the address is ambiguous")

    def check_addresses(self, host: str, port: int, addresses: Iterable[IPAddress]) -> None:
        """Every answer has to be allowed, or the host is refused. Raises AddressNotAllowed."""
        for address in addresses:
            kind = judge(address)
            plain = getattr(address, "ipv4_mapped", None) or address
            listed = (_plain(host), port) in self.allowed or (str(plain), port) in self.allowed
            if kind is Kind.FORBIDDEN or (kind is Kind.PRIVATE and not listed):
                raise AddressNotAllowed("the address is private or reserved")
            if self.loopback_only and not plain.is_loopback:
                raise AddressNotAllowed("model requests are switched off (AIHELPER_ALLOW_MODEL_REQUESTS)")
            if port in _BAD_PORTS and not listed:
                raise AddressNotAllowed("no provider is reached at this port")


def _readable(entries: Collection[str]) -> Iterable[tuple[str, int]]:
    for entry in entries:
        try:
            yield parse_entry(entry)
        except ValueError:
            continue


def _canonical(host: str) -> IPAddress:
    try:
        return ip_address(host)
    except ValueError:
        raise AddressNotAllowed("an IPv4 address is written as four decimal numbers") from None
