"""What administrators and monitors see of the providers' health: a few queries, whatever the number of calls."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.utils import timezone

from providers import keys
from providers.health import figures
from providers.health.words import in_short
from providers.models import Provider, ProviderMinute, ProviderState

Circuit = Literal["closed", "open", "half_open"]

# The figures are of the last hour; the line shows more, in steps.
FIGURES_OF = timedelta(hours=1)
STEP = timedelta(minutes=5)
STEPS = 36


@dataclass(slots=True)
class Step:
    """How many calls within a few minutes were answered, and how many were not."""

    ok: int = 0
    failed: int = 0


@dataclass(slots=True)
class Pause:
    """A key that is left alone for a while."""

    key: str
    until: datetime
    sentence: str


@dataclass(slots=True)
class Status:
    """One provider. Times to the first token are in milliseconds, None where there was no answer."""

    provider: Provider
    circuit: Circuit = "closed"
    open_until: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None
    pauses: list[Pause] = field(default_factory=list)
    ok: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    p50: int | None = None
    p95: int | None = None
    steps: list[Step] = field(default_factory=lambda: [Step() for _ in range(STEPS)])

    @property
    def failed(self) -> int:
        return sum(self.errors.values())

    @property
    def requests(self) -> int:
        return self.ok + self.failed

    @property
    def error_rate(self) -> float | None:
        """Between 0 and 1; None without a request."""
        return self.failed / self.requests if self.requests else None

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """What the errors were, in words, the most frequent first."""
        ordered = sorted(self.errors.items(), key=lambda each: -each[1])
        return [(in_short(code), count) for code, count in ordered]


def circuit_of(state: ProviderState | None, now: datetime) -> Circuit:
    """The circuit as the processes share it. One that is over its time waits for its trial."""
    if state is None or state.open_until is None:
        return "closed"
    return "open" if state.open_until > now else "half_open"


def read(providers: Sequence[Provider] | None = None, *, now: datetime | None = None) -> list[Status]:
    """The status of these providers, or of all but the demo, in the administrator's order. Three queries."""
    now = now or timezone.now()
    rows = Provider.objects.select_related("state").prefetch_related("keys").order_by("-is_active", "priority", "id")
    rows = rows.real() if providers is None else rows.filter(pk__in=[provider.pk for provider in providers])
    found = {provider.pk: _of(provider, now) for provider in rows}
    _count(found, now)
    return list(found.values())


def _of(provider: Provider, now: datetime) -> Status:
    status = Status(provider)
    state: ProviderState | None = getattr(provider, "state", None)
    status.circuit = circuit_of(state, now)
    if state is not None:
        status.open_until = state.open_until
        status.last_error, status.last_error_at = in_short(state.last_error), state.last_error_at
    for key in provider.keys.all():
        if key.is_active and key.cooldown_until is not None and keys.is_pausing(key, now):
            status.pauses.append(Pause(str(key), key.cooldown_until, in_short(key.last_error)))
    return status


def _count(found: dict[int, Status], now: datetime) -> None:
    """Add the minutes up."""
    since, hour = now - STEP * STEPS, now - FIGURES_OF
    histograms: dict[int, list[list[int]]] = defaultdict(list)
    rows = ProviderMinute.objects.filter(minute__gt=since, provider_id__in=found).order_by()
    for pk, minute, ok, errors, ttft in rows.values_list("provider_id", "minute", "ok", "errors", "ttft"):
        status = found[pk]
        step = status.steps[min((minute - since) // STEP, STEPS - 1)]
        step.ok += ok
        step.failed += sum(errors.values())
        if minute > hour:
            status.ok += ok
            histograms[pk].append(ttft)
            for code, count in errors.items():
                status.errors[code] = status.errors.get(code, 0) + count
    for pk, of_provider in histograms.items():
        total = figures.added(of_provider)
        found[pk].p50, found[pk].p95 = figures.quantile(total, 0.5), figures.quantile(total, 0.95)
