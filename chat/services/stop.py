"""Stop, from any tab, device or process."""

from django.utils import timezone

from accounts.models import User
from chat import selectors
from chat.engine import supervisor
from chat.models import Generation
from chat.models.generation import LIVE_STATES


def stop(user: User, generation_id: str, offset: int | None = None) -> str:
    """Ask for a generation to end, its text cut to `offset` (what the person has seen; None: all of it).

    Returns the generation's state. Idempotent: the first request decides the cut. The row is what counts:
    the owning process sees it within one tick; in this process the run hears of it at once.
    Raises NotFound.
    """
    generation = selectors.generation(user, generation_id)
    if not generation.is_live:
        return generation.state
    first = Generation.objects.filter(id=generation.id, state__in=LIVE_STATES, stop_requested_at__isnull=True).update(
        stop_requested_at=timezone.now(), stop_offset=offset
    )
    if first:
        supervisor.current().stop(generation.id, offset)
    return generation.state
