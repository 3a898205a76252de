"""Addresses that must never be dialled, in the spellings that were used against other projects."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

PRIVATE_V4 = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "203.0.113.9",
]
FORBIDDEN_V4 = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]


def wrappings(address: str) -> list[str]:
    """IPv6 addresses that lead to this IPv4 one: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP."""
    number = int(IPv4Address(address))
    numbers = [
        0xFFFF << 32 | number,
        0xFFFF << 48 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80 | 1,
        0x20010000 << 96 | 0x01010101 << 64 | (number ^ 0xFFFFFFFF),
        0x20010000 << 96 | number << 64 | 0xFEFEFEFE,
        0x26064700 << 96 | 0x5EFE << 32 | number,
    ]
    if number > 1:
        numbers.append(number)
    return [str(IPv6Address(each)) for each in numbers]


def spellings(address: str) -> Iterator[str]:
    """The same IPv4 address in decimal, octal, hexadecimal, short and decorated forms."""
    parts = [int(part) for part in address.split(".")]
    number = int(IPv4Address(address))
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield ".".join(hex(part) for part in parts)
    yield ".".join(f"0{part:o}" for part in parts)
    yield ".".join(f"{part:03d}" for part in parts)
    yield f"{parts[0]}.{number & 0xFFFFFF}"
    yield f"{parts[0]}.{parts[1]}.{number & 0xFFFF}"
    yield f"0x{parts[0]:x}.{number & 0xFFFFFF}"
    yield address + "."
    yield "".join(chr(ord(letter) + 0xFEE0) if letter != "." else letter for letter in address)
    yield address.replace(".", "。")
    yield address.replace(".", "%2e")


def _urls() -> Iterator[str]:
    for address in PRIVATE_V4 + FORBIDDEN_V4:
        yield f"http://{address}/v1"
        for spelling in spellings(address):
            yield f"http://{spelling}/v1"
        for wrapped in wrappings(address):
            yield f"http://[{wrapped}]:8000/v1"
    yield from TRICKS


# Two parsers that read one of these differently let a request through.
TRICKS = [
    "http://127.0.0.1:80@api.example.org/",
    "http://api.example.org@127.0.0.1/",
    "http://user:password@api.example.org/",
    "http://api.example.org#@127.0.0.1/",
    "http://127.0.0.1#.api.example.org/",
    "http://127.0.0.1\\@api.example.org/",
    "http://api.example.org\\@127.0.0.1/",
    "http://127.0.0.1\t.api.example.org/",
    "http://api.example.org\n.evil/",
    "http://127.0.0.1 /",
    "http://127.0.0.1%00.api.example.org/",
    "http://127.0.0.1%2f.api.example.org/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:8o/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::1]:8000/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:7f00:1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[::1/",
    "http://::1/",
    "http:///v1",
    "http://",
    "//127.0.0.1/",
    "/v1",
    "",
    "127.0.0.1:8000",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_INFO",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "ws://127.0.0.1/",
    "http://0/",
    "http://0x/",
    "http://1.1.1.1.1/",
    "http://256.256.256.256/",
    "http://1.2.3.0x4/",
    "http://evil.0177/",
    "http://a.b.127/",
    "http://.../",
    "http://a..b/",
    "http://-a.example/",
    "http://exa$mple.org/",
    "http://exa mple.org/",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    "http://models.example:22/",
    "http://models.example:6379/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127.0.0.1／v1/",
]
URLS = list(_urls())
