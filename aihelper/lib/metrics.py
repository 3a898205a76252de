"""What a process counts of itself for monitoring (Prometheus). Counting is memory only, and never once per token.

Labels are names that an administrator has given, and codes of our own: nothing that people write or are called, and
nothing of which there could be any number. How the processes tell each other: chat.engine.meters.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# The sizes of providers.health.figures, in seconds.
FIRST_TOKEN = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 15, 30, 60)
FLUSH = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

registry = CollectorRegistry()
ProcessCollector(registry=registry)

ANSWERS = Counter(
    "aihelper_answers", "Answers that ended, by outcome and reason.", ("model", "provider", "outcome", "reason"),
    registry=registry,
)  # fmt: skip
CALLS = Counter(
    "aihelper_provider_calls", "Questions to providers, by what came of them.", ("provider", "code"), registry=registry
)
FIRST_TOKENS = Histogram(
    "aihelper_first_token_seconds", "From the start of an answer to its first token.", ("model", "provider"),
    buckets=FIRST_TOKEN, registry=registry,
)  # fmt: skip
TOKENS = Counter(
    "aihelper_tokens", "Tokens as providers told them.", ("model", "provider", "direction"), registry=registry
)
RUNNING = Gauge("aihelper_answers_running", "Answers that are being written.", registry=registry)
QUEUED = Gauge("aihelper_answers_queued", "Answers that have not asked a provider yet.", registry=registry)
SOCKETS = Gauge("aihelper_sockets_open", "Open WebSockets.", registry=registry)
STREAMS = Gauge("aihelper_streams_open", "Open event streams and downloads.", registry=registry)
FLUSHES = Histogram(
    "aihelper_flush_seconds", "Storing the new text of all answers, each tick.", buckets=FLUSH, registry=registry
)
LAG = Gauge("aihelper_loop_lag_seconds", "How much too late the event loop woke up.", registry=registry)
REFUSALS = Counter("aihelper_budget_refusals", "Questions beyond a budget.", ("unit",), registry=registry)

# Of a process: families as (name, words, type, samples), samples as (name, labels, value).
Numbers = list[tuple[str, str, str, list[tuple[str, dict[str, str], float]]]]


def numbers() -> Numbers:
    """All of this process, in a form that JSON takes."""
    return [
        (
            family.name,
            family.documentation,
            family.type,
            # When a counter began is of no use to whoever adds up.
            [
                (each.name, dict(each.labels), each.value)
                for each in family.samples
                if not each.name.endswith("_created")
            ],
        )
        for family in registry.collect()
    ]


class _Collected:
    """Numbers of several processes as a collector of Prometheus's library."""

    def __init__(self, processes: Mapping[str, Any]) -> None:
        self._processes = processes

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for process, told in self._processes.items():
            for name, words, kind, samples in told:
                family = families.setdefault(name, Metric(name, words, kind))
                for sample, labels, value in samples:
                    family.add_sample(sample, {**labels, "process": process}, value)
        return families.values()


def text(processes: Mapping[str, Any]) -> bytes:
    """The numbers of processes, by their names, as Prometheus reads them."""
    collected = CollectorRegistry(auto_describe=False)
    collected.register(_Collected(processes))
    return generate_latest(collected)
