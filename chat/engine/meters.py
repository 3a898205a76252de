"""Numbers for monitoring: what this process counts, and what all processes have told.

Several workers share one address, so whoever scrapes it hears one of them. Each tells its numbers by the database every
few seconds, and the one that is asked answers for all (docs/decisions/metrics.md).
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from aihelper.lib import metrics
from chat.models import ProcessNumbers

if TYPE_CHECKING:
    from chat.engine.calls import Lines
    from chat.engine.supervisor import Supervisor

SHARE_SECONDS = 10.0
# Whoever has told nothing for so long is gone.
GONE_AFTER = timedelta(seconds=60)
KEPT = timedelta(hours=1)
# Why an answer ended whose process is gone. Which provider it was asked nobody knows any more.
TAKEN_OVER = "taken_over"


def is_on() -> bool:
    """Whether anybody may ask for the numbers."""
    return bool(settings.METRICS_TOKEN)


def look(supervisor: "Supervisor") -> None:
    """Read off what changes without being counted. On the event loop; it costs nothing."""
    metrics.RUNNING.set(supervisor.live)
    metrics.QUEUED.set(supervisor.queued)
    metrics.LAG.set(supervisor.flusher.lag)


def share(owner: str) -> None:
    """Tell this process's numbers, and forget those of processes that are long gone."""
    names_target = connection.features.supports_update_conflicts_with_target
    ProcessNumbers.objects.bulk_create(
        [ProcessNumbers(owner=owner, numbers=metrics.numbers(), update_time=timezone.now())],
        update_conflicts=True,
        update_fields=("numbers", "update_time"),
        unique_fields=("owner",) if names_target else None,
    )
    ProcessNumbers.objects.filter(update_time__lt=timezone.now() - KEPT).delete()


def text(owner: str) -> bytes:
    """What this process counts and what all others that live have told, as Prometheus reads it. One query."""
    return metrics.text({owner: metrics.numbers(), **_others(owner)})


def _others(owner: str) -> dict[str, Any]:
    rows = ProcessNumbers.objects.filter(update_time__gt=timezone.now() - GONE_AFTER).exclude(owner=owner)
    return dict(rows.order_by("owner").values_list("owner", "numbers"))


def ended(model: str, outcome: str, reason: str, lines: "Lines") -> None:
    """Count an answer that has ended, with the calls that were made for it."""
    provider = lines.answer.provider_name if lines.answer else ""
    metrics.ANSWERS.labels(model, provider, outcome, reason).inc()
    called(model, lines)


def called(model: str, lines: "Lines") -> None:
    """Count the calls that were made for an answer, or for a title."""
    for line in lines.others:
        metrics.CALLS.labels(line.provider_name, line.error_code or line.state).inc()
    if lines.answer is None:
        return
    provider = lines.answer.provider_name
    metrics.CALLS.labels(provider, lines.answer.error_code or "answered").inc()
    if lines.answer.first_token_ms is not None:
        metrics.FIRST_TOKENS.labels(model, provider).observe(lines.answer.first_token_ms / 1000)
    metrics.TOKENS.labels(model, provider, "asked").inc(lines.answer.prompt_tokens or 0)
    metrics.TOKENS.labels(model, provider, "answered").inc(lines.answer.completion_tokens or 0)


def taken_over(model: str, outcome: str) -> None:
    """Count an answer that another process began, and this one has ended."""
    metrics.ANSWERS.labels(model, "", outcome, TAKEN_OVER).inc()
