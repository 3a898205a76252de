"""Request headers: the key, and what an administrator may add."""

import re
from collections.abc import Mapping

from providers.errors import AuthenticationFailed, gettext_noop

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x20-\x7e\t]{0,2000}")
# They decide who is asked, who asks and how the body is framed.
_OURS = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def check_extra_headers(headers: Mapping[str, str]) -> None:
    """Raise ValueError for a header that could split the request or take over what is ours."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise ValueError("this header name is not allowed")
        if not _VALUE.fullmatch(value):
            raise ValueError("this header value is not allowed")


def authorization(api_key: str) -> dict[str, str]:
    """The header that carries the key; none for a server without keys. Raises AuthenticationFailed, without the key."""
    if not api_key:
        return {}
    if not re.fullmatch(r"[\x21-\x7e]+", api_key):
        raise AuthenticationFailed(
            gettext_noop(
                "The API key holds characters that no key has, perhaps a space or a line break. "
                "An administrator has to enter it again."
            )
        )
    return {"Authorization": f"Bearer {api_key}"}
