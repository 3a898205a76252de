"""The database's side of the providers' health. Synchronous."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from providers import keys
from providers.health import figures
from providers.models import Provider, ProviderMinute, ProviderState
from providers.wire.breaker import WINDOW_SECONDS

# The page shows a day.
KEPT = timedelta(hours=48)


@dataclass(slots=True)
class Minute:
    """A row of `provider_minutes` while its process still counts."""

    ok: int = 0
    failed: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    ttft_ms_sum: int = 0
    ttft: list[int] = field(default_factory=figures.empty)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A breaker's last change. Times are of the wall clock in seconds; `open_until` 0: closed."""

    open_until: float
    changed_at: float


@dataclass(slots=True)
class News:
    """What a process has to tell. Minutes by (provider, beginning), errors as (code, when), keys by their id.

    Of a key: the seconds to leave it alone and why, or 0 and an empty code when it works again.
    """

    minutes: dict[tuple[int, int], Minute] = field(default_factory=dict)
    circuits: dict[int, Circuit] = field(default_factory=dict)
    errors: dict[int, tuple[str, float]] = field(default_factory=dict)
    keys: dict[int, tuple[float, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What other processes have told: calls within the window as (good, bad), and circuits, by provider."""

    counts: Mapping[int, tuple[int, int]]
    circuits: Mapping[int, Circuit]


def exchange(owner: str, news: News) -> Heard:
    """Write the news in one transaction, and read everybody's."""
    touched = {pk for pk, _minute in news.minutes} | set(news.circuits) | set(news.errors)
    if touched or news.keys:
        with transaction.atomic():
            # Deleted meanwhile: nobody wants to know.
            there = set(Provider.objects.filter(pk__in=touched).values_list("pk", flat=True))
            _write_minutes(owner, {key: entry for key, entry in news.minutes.items() if key[0] in there})
            for pk in there & (set(news.circuits) | set(news.errors)):
                _write_state(pk, news.circuits.get(pk), news.errors.get(pk))
            for key_id, (seconds, code) in news.keys.items():
                if code:
                    keys.cool_down(key_id, seconds, code)
                else:
                    keys.note(key_id, "")
    return _read(owner)


def _write_minutes(owner: str, minutes: Mapping[tuple[int, int], Minute]) -> None:
    rows = [
        ProviderMinute(
            provider_id=provider_id,
            minute=moment(minute),
            owner=owner,
            ok=entry.ok,
            failed=entry.failed,
            errors=dict(entry.errors),
            ttft_ms_sum=entry.ttft_ms_sum,
            ttft=list(entry.ttft),
        )
        for (provider_id, minute), entry in minutes.items()
    ]
    # The row's own process writes whole numbers, never differences: a commit that is written twice does no harm.
    names_target = connection.features.supports_update_conflicts_with_target
    ProviderMinute.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=("ok", "failed", "errors", "ttft_ms_sum", "ttft"),
        unique_fields=("provider", "minute", "owner") if names_target else None,
    )


def _write_state(provider_id: int, circuit: Circuit | None, error: tuple[str, float] | None) -> None:
    changes: dict[str, object] = {}
    if circuit is not None:
        changes["open_until"] = moment(circuit.open_until) if circuit.open_until else None
        changes["changed_at"] = moment(circuit.changed_at)
    if error is not None:
        changes["last_error"], changes["last_error_at"] = error[0], moment(error[1])
    ProviderState.objects.update_or_create(provider_id=provider_id, defaults=changes)


def _read(owner: str) -> Heard:
    since = timezone.now() - timedelta(seconds=WINDOW_SECONDS)
    others = ProviderMinute.objects.filter(minute__gt=since).exclude(owner=owner).order_by()
    sums = others.values("provider_id").annotate(good=Sum("ok"), bad=Sum("failed"))
    counts = {row["provider_id"]: (row["good"] or 0, row["bad"] or 0) for row in sums}
    states = ProviderState.objects.exclude(changed_at=None).values_list("provider_id", "open_until", "changed_at")
    circuits = {
        pk: Circuit(open_until.timestamp() if open_until else 0.0, changed_at.timestamp())
        for pk, open_until, changed_at in states
        if changed_at is not None
    }
    return Heard(counts, circuits)


def begin_anew(provider_id: int) -> None:
    """Close a provider's circuit for all processes: what was known of it is of another address or key."""
    ProviderState.objects.filter(provider_id=provider_id).update(open_until=None, changed_at=timezone.now())


def forget() -> int:
    """Delete the minutes that no page shows any more; how many."""
    deleted: int = ProviderMinute.objects.filter(minute__lt=timezone.now() - KEPT).delete()[0]
    return deleted


def moment(seconds: float) -> datetime:
    """A point in time of the wall clock."""
    return datetime.fromtimestamp(seconds, UTC)
