"""Spans for OpenTelemetry, where its packages are installed and OTEL_* variables say where to; else nothing at all.

The program itself knows two words, `begin` and `child`. Spans tell of models, providers, codes and ids of answers,
never of what was written.
"""

import os
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, Self

import structlog

log = structlog.get_logger(__name__)

NAME = "aihelper"
# One of these says that somebody wants traces.
WANTED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
_GROUP = "opentelemetry_traces_exporter"
# "otlp" is spoken in two ways, each by a package of its own.
_OTLP = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
_PORT_OF_GRPC = ":4317"


class Span(Protocol):
    """Something that takes time. `end` may be called again; only the first time counts."""

    def child(self, name: str, **attributes: Any) -> "Span":
        """Begin a part of it."""

    def end(self, error: str = "", **attributes: Any) -> None:
        """It is over; `error` is the code of why it failed."""

    def __enter__(self) -> "Span":
        """Until the end of the block it is what other spans of this context are parts of."""

    def __exit__(self, *error: object) -> None:
        """Ends it."""


class Tracing(Protocol):
    """Where spans begin."""

    def begin(self, name: str, **attributes: Any) -> Span:
        """Begin a span, as a part of the one that this context is in."""


class _Nothing:
    """No tracing: one object for all spans, and no memory."""

    def begin(self, name: str, **attributes: Any) -> Self:
        return self

    child = begin

    def end(self, error: str = "", **attributes: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


NOTHING = _Nothing()


class _Span:
    """A span of OpenTelemetry's."""

    def __init__(self, tracing: "OpenTelemetry", span: Any) -> None:
        self._tracing = tracing
        self._span = span
        self._token: Any = None

    def child(self, name: str, **attributes: Any) -> "_Span":
        context = self._tracing.trace.set_span_in_context(self._span)
        return _Span(self._tracing, self._tracing.tracer.start_span(name, context=context, attributes=attributes))

    def end(self, error: str = "", **attributes: Any) -> None:
        if not self._span.is_recording():
            return
        self._span.set_attributes({name: value for name, value in attributes.items() if value is not None})
        if error:
            self._span.set_status(self._tracing.trace.StatusCode.ERROR, error)
        self._span.end()

    def __enter__(self) -> "_Span":
        self._token = self._tracing.context.attach(self._tracing.trace.set_span_in_context(self._span))
        return self

    def __exit__(self, kind: object = None, *_error: object) -> None:
        self._tracing.context.detach(self._token)
        self.end(error=getattr(kind, "__name__", "") if kind else "")


class OpenTelemetry:
    """Tracing by a tracer of OpenTelemetry's."""

    def __init__(self, tracer: Any) -> None:
        self.tracer = tracer
        # By name: the package is none of ours, and mostly not there.
        self.trace = import_module("opentelemetry.trace")
        self.context = import_module("opentelemetry.context")

    def begin(self, name: str, **attributes: Any) -> _Span:
        """Begin a span."""
        return _Span(self, self.tracer.start_span(name, attributes=attributes))


def is_wanted() -> bool:
    """Whether the environment asks for traces."""
    return os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true" and any(map(os.environ.get, WANTED))


def missing() -> str:
    """What traces need and is not installed; an empty string when nothing is. It starts nothing."""
    try:
        import_module("opentelemetry.sdk.trace")
    except ImportError:
        return "opentelemetry-sdk"
    return ", ".join(name for name in _wanted() if not _entries(name))


@cache
def current() -> Tracing:
    """This process's tracing, as the environment says."""
    if not is_wanted():
        return NOTHING
    try:
        trace = import_module("opentelemetry.trace")
        sdk = import_module("opentelemetry.sdk.trace")
        export = import_module("opentelemetry.sdk.trace.export")
    except ImportError:
        log.warning("tracing.not_installed", hint="pip install opentelemetry-sdk opentelemetry-exporter-otlp")
        return NOTHING
    if not isinstance(trace.get_tracer_provider(), sdk.TracerProvider):
        # Nobody (such as opentelemetry-instrument) has set one up before.
        exporters = _exporters()
        if not exporters:
            return NOTHING
        provider = sdk.TracerProvider()
        for exporter in exporters:
            provider.add_span_processor(export.BatchSpanProcessor(exporter))
        trace.set_tracer_provider(provider)
    return OpenTelemetry(trace.get_tracer(NAME))


def _exporters() -> list[Any]:
    """Those that OTEL_TRACES_EXPORTER names and that are installed; of the others the log tells."""
    found = []
    for name in _wanted():
        if entries := _entries(name):
            found.append(entries[0].load()())
        else:
            log.warning("tracing.no_exporter", exporter=name, hint="pip install opentelemetry-exporter-otlp")
    return found


def _wanted() -> list[str]:
    """The exporters that the environment names."""
    names = map(str.strip, os.environ.get("OTEL_TRACES_EXPORTER", "otlp").split(","))
    return [name for name in names if name not in {"", "none"}]


def _entries(name: str) -> list[EntryPoint]:
    """Where an exporter is offered, the preferred one first."""
    return [entry for each in _names(name) for entry in entry_points(group=_GROUP, name=each)]


def _names(name: str) -> list[str]:
    """By what names packages may offer an exporter, the preferred one first."""
    if name != "otlp":
        return [name]
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    if protocol:
        return [_OTLP[protocol]] if protocol in _OTLP else []
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    names = list(_OTLP.values())
    return names[::-1] if endpoint.rstrip("/").endswith(_PORT_OF_GRPC) else names
