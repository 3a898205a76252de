"""One chain of processors for every log line, ours and the libraries': context ids, redaction, one line each.

What never reaches a log: a password, a key, a token, a query string, the text of a message. The first
four are taken out here, whatever the caller did; the last is a rule for callers. Control characters are
escaped, so that nobody can forge a line with a carriage return in a path or a name.
"""

import logging
import logging.config
import re
from collections.abc import Mapping
from secrets import token_hex
from typing import Any

import structlog
from django.conf import settings
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)|secret|token(?!s)|ticket|api_?key|authorization|cookie|credential|session_?key|jwt|query|^key$|_key$",
    re.I,
)
_SECRET_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=:-]{6,}", re.I), rf"\1 {REDACTED}"),
    # A JSON web token, wherever it stands.
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(\.[\w-]*)?"), REDACTED),
    # The keys of providers: sk-..., gsk_..., sk-ant-...
    (re.compile(r"\b(sk|gsk|pk|rk|xai|hf)[-_][\w-]{8,}"), REDACTED),
    # name=value and "name": "value" of secret names, in text that others wrote.
    (
        re.compile(
            r"""(["']?\b(?:password|passwd|secret|token|ticket|api_?key|access|refresh)["']?\s*[=:]\s*)["']?[^\s"',&}]+["']?""",
            re.I,
        ),
        rf"\1{REDACTED}",
    ),
    # The name and password in a URL.
    (re.compile(r"(\w+://)[^\s/@]+@"), rf"\1{REDACTED}@"),
    # Query strings: of a URL, and of a path.
    (re.compile(r"((?:\w+://|/)[^\s?'\"]*)\?[^\s'\")]+"), r"\1"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|\n")
_MAX_DEPTH = 4


def clean_text(text: str) -> str:
    """The text without secrets and query strings."""
    for pattern, replacement in _SECRET_TEXTS:
        text = pattern.sub(replacement, text)
    return text


def one_line(text: str) -> str:
    r"""The text with its control characters written out (\x1b), so that it stays on its line."""
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def redact(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Structlog processor: take out the values of secret names, and secrets inside other values."""
    for key, value in event.items():
        if not key.startswith("_") and key != "exc_info":
            event[key] = REDACTED if _SECRET_KEY.search(key) else _clean(value, 0)
    return event


def escape_control(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Structlog processor: no value but a traceback may hold more than one line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = "\n".join(map(one_line, value.split("\n"))) if key == "exception" else one_line(value)
    return event


def _clean(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth >= _MAX_DEPTH:
        return "..."
    if isinstance(value, Mapping):
        return {
            str(key): REDACTED if _SECRET_KEY.search(str(key)) else _clean(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(item, depth + 1) for item in value]
    return clean_text(value if isinstance(value, str) else str(value))


def _from_library(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Name the logger of a line that came through the standard library's logging."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        event["logger"] = record.name
    return event


SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure() -> None:
    """Send all logs through one chain; `settings.LOG_FORMAT` (json or console) and `LOG_LEVEL` say how."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(_standard_library())


def _standard_library() -> dict[str, Any]:
    level = settings.LOG_LEVEL.upper() if settings.LOG_LEVEL.upper() in logging.getLevelNamesMapping() else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Their lines come through the root; a handler of their own would write each twice.
            **{name: {"handlers": [], "propagate": True} for name in ("django", "uvicorn", "uvicorn.error", "daphne")},
            # We write one line per request ourselves, without query string; these would add one with it.
            **{name: {"handlers": [], "propagate": False, "level": "CRITICAL"} for name in _ACCESS_LOGS},
            # A 4xx is the client's affair and stands in our request line; from here only 5xx with their traceback.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            **{
                name: {"level": "WARNING"}
                for name in ("httpx", "httpcore", "asyncio", "daphne", "environ", "PIL", "aiohttp")
            },
        },
    }


_ACCESS_LOGS = ("uvicorn.access", "daphne.access", "django.channels.server", "django.server", "aiohttp.access")


def formatter() -> logging.Formatter:
    """The formatter of all handlers: the rest of the chain, then JSON or a line for people."""
    renderer: Processor
    if settings.LOG_FORMAT == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED],
        processors=[
            _from_library,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            escape_control,
            renderer,
        ],
    )


def new_request_id(given: str) -> str:
    """The id of a request: the one that a trusted proxy gives in X-Request-ID, else a new one."""
    return given if settings.TRUSTED_PROXIES and _REQUEST_ID.fullmatch(given) else token_hex(8)
