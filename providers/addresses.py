"""Base URLs of providers: one spelling for each address, and its origin. No network, no Django.

What is judged here is the very object that the HTTP client will send to (`httpx.URL`): a second parser
that reads an address differently is how such checks are got round (security rule T-S6).
"""

import httpx

MAX_LENGTH = 500
DEFAULT_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = frozenset('\\<>"^`{|}@?#')


class InvalidAddress(ValueError):
    """The text is not an address that a provider can have. `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def normalise(text: str) -> str:
    """Return the one spelling of a base URL: http or https, lower-case host, no default port, no final slash.

    Raises InvalidAddress with the code `characters`, `scheme`, `extra` (user name, query or fragment),
    `host`, `port`, `path` or `length`.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise InvalidAddress("length")
    if any(character in "@?#" for character in text):
        raise InvalidAddress("extra")
    if any(ord(character) <= 32 or ord(character) == 127 or character in _FORBIDDEN for character in text):
        raise InvalidAddress("characters")
    if not text.lower().startswith(("http://", "https://")):
        raise InvalidAddress("scheme")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise InvalidAddress("host") from error
    return f"{_origin(url)}{_path(text, url)}"


def _origin(url: httpx.URL) -> str:
    host = url.raw_host.decode("ascii").rstrip(".")
    if not host or ".." in host or "%" in host:
        raise InvalidAddress("host")
    port = url.port if url.port is not None else DEFAULT_PORTS[url.scheme]
    if not 1 <= port <= 65535:
        raise InvalidAddress("port")
    suffix = "" if port == DEFAULT_PORTS[url.scheme] else f":{port}"
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}{suffix}"


def _path(text: str, url: httpx.URL) -> str:
    # The text is asked, too: httpx has resolved the dots already, and other programs may read them otherwise.
    parts = text.lower().replace("%2e", ".").split("/")
    path = url.raw_path.decode("ascii").rstrip("/")
    if "//" in path or "." in parts or ".." in parts:
        raise InvalidAddress("path")
    return path


def origin(base_url: str) -> str:
    """Return scheme://host[:port] of a normalised base URL: what a key is bound to (invariant I6)."""
    scheme, _, rest = base_url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def host_and_port(base_url: str) -> tuple[str, int]:
    """Return the host (an IPv6 one without brackets) and the port that a normalised base URL dials."""
    url = httpx.URL(base_url)
    return url.host, url.port if url.port is not None else DEFAULT_PORTS[url.scheme]


def allow_list_entry(base_url: str) -> str:
    """Return the host:port that a list of allowed private addresses names a normalised base URL by."""
    host, port = host_and_port(base_url)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
