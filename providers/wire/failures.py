"""From what went wrong to the error tree. The upstream's words decide the class; they are never passed on."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from aihelper.lib.outbound import AddressNotAllowed, NameNotResolved, TlsFailed
from providers.errors import (
    AddressRefused,
    AuthenticationFailed,
    BadResponse,
    ContentRefused,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    RateLimited,
    UpstreamTimeout,
    UpstreamUnavailable,
    gettext_noop,
)

MAX_RETRY_AFTER = 24 * 3600.0

NO_CREDIT = gettext_noop(
    "The account at the model provider has no credit left or has used up its quota. An administrator has to look at it."
)
NOT_ACCEPTED = gettext_noop(
    "The model provider did not accept the request. An administrator has to check the model's name and its parameters."
)
NO_SUCH_PAGE = gettext_noop(
    "The model provider does not know this model or this address. "
    "An administrator has to check the model's name and the provider's address."
)
MOVED = gettext_noop(
    "The model provider sends us to another address, which we do not follow. "
    "An administrator has to enter the provider's final address."
)
NAME_UNKNOWN = gettext_noop(
    "The model provider's host name cannot be found. An administrator has to check the address, or the network's DNS."
)
TLS = gettext_noop(
    "No secure connection to the model provider is possible. "
    "An administrator has to check its address and its certificate."
)
CUT_OFF = gettext_noop("The model provider broke the answer off. Try again or let it continue.")

# In this order: the first pattern that the error's code, type or message matches decides.
_PATTERNS: list[tuple[re.Pattern[str], type[ProviderError], str]] = [
    (
        re.compile(
            r"context[_ ](length|window|size)|maximum context|prompt is too long|input is too long|"
            r"too many (input )?tokens|reduce the length|string_above_max_length|exceeds? the (model'?s )?(max|limit)"
        ),
        ContextTooLong,
        "",
    ),
    (
        re.compile(r"insufficient_quota|billing|insufficient (balance|credit|funds)|out of credit"),
        RateLimited,
        NO_CREDIT,
    ),
    (re.compile(r"rate.?limit|too many requests|overloaded_error"), RateLimited, ""),
    (
        re.compile(r"content.?(filter|policy|management)|safety|moderation|data_inspection|sensitive"),
        ContentRefused,
        "",
    ),
    (
        re.compile(r"invalid.api.key|incorrect api key|authentication|unauthori[sz]ed|permission"),
        AuthenticationFailed,
        "",
    ),
    (
        re.compile(r"model_not_found|unknown model|no such model|model\b.{0,120}(not found|not exist|not supported)"),
        ModelNotFound,
        "",
    ),
]
_STATUSES: dict[int, tuple[type[ProviderError], str]] = {
    401: (AuthenticationFailed, ""),
    402: (RateLimited, NO_CREDIT),
    403: (AuthenticationFailed, ""),
    404: (ModelNotFound, NO_SUCH_PAGE),
    408: (UpstreamTimeout, ""),
    409: (UpstreamUnavailable, ""),
    413: (ContextTooLong, ""),
    425: (UpstreamUnavailable, ""),
    429: (RateLimited, ""),
    504: (UpstreamTimeout, ""),
    522: (UpstreamTimeout, ""),
    524: (UpstreamTimeout, ""),
}
# Where the words may correct what the status says; of a 401 or a 503 they could only confuse.
_SPEAKING = frozenset({200, 400, 402, 403, 404, 413, 422, 429, 500})


def from_status(status: int, headers: Mapping[str, str], words: str = "") -> ProviderError:
    """The error for an HTTP status; `words` is what the upstream says in its error's code, type and message."""
    kind, sentence = _by_status(status)
    said = _by_words(words) if status in _SPEAKING else None
    if said and (status != 429 or said[1] == NO_CREDIT):
        kind, sentence = said
    retryable = False if sentence == NO_CREDIT else None
    return kind(sentence, status=status, retry_after=retry_after(headers), retryable=retryable)


def from_event(words: str, status: int | None = None) -> ProviderError:
    """The error for one that came inside an answer with status 200; `status` is what its code says, if anything."""
    if status is not None and 400 <= status < 600:
        return from_status(status, {}, words)
    kind, sentence = _by_words(words) or (UpstreamUnavailable, "")
    return kind(sentence, retryable=False if sentence == NO_CREDIT else None)


def _by_status(status: int) -> tuple[type[ProviderError], str]:
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return UpstreamUnavailable, ""
    if 300 <= status < 400:
        return BadResponse, MOVED
    return BadResponse, NOT_ACCEPTED if status >= 400 else ""


def _by_words(words: str) -> tuple[type[ProviderError], str] | None:
    words = words[:4000].lower()
    for pattern, kind, sentence in _PATTERNS:
        if words and pattern.search(words):
            return kind, sentence
    return None


def from_exception(error: Exception) -> ProviderError:
    """The error for what the HTTP client raised before or during an answer."""
    match error:
        case AddressNotAllowed():
            return AddressRefused()
        case NameNotResolved():
            return UpstreamUnavailable(NAME_UNKNOWN)
        case TlsFailed():
            return UpstreamUnavailable(TLS, retryable=False)
        case TimeoutError() | httpx.TimeoutException():
            return UpstreamTimeout()
        case httpx.RemoteProtocolError() | httpx.DecodingError():
            return BadResponse()
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return AddressRefused()
    return UpstreamUnavailable()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `Retry-After` (seconds or a date) or `retry-after-ms`; None where there is none to read."""
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) is not None:
        return _within(milliseconds / 1000)
    value = headers.get("retry-after", "").strip()
    if (seconds := _number(value)) is not None:
        return _within(seconds)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return _within((when - datetime.now(UTC)).total_seconds())


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _within(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
