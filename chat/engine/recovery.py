"""Recovery: runs whose process is gone are found by their lease, folded and marked interrupted.

A heartbeat older than LEASE_SECONDS alone proves nothing: the clock may have jumped, or the database may
just be back after a pause in which nobody could beat. So a run is claimed only when the same stale
heartbeat was already there at an earlier look, at least WITNESS_SECONDS before by the monotonic clock:
time enough for a living owner's next beat. With a look each second, a spinner lives at most about 9 s
after its process died.
"""

import time
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from chat.engine import calls, meters, store
from chat.engine import plan as plans
from chat.engine.calls import Lines
from chat.events import End
from chat.models import Generation
from chat.models.generation import LIVE_STATES
from chat.models.message import MessageStatus

log = structlog.get_logger(__name__)

LEASE_SECONDS = 6.0
WITNESS_SECONDS = 1.9


class Reaper:
    """Looks for dead runs; remembers between looks what it saw."""

    def __init__(self, owner: str, *, lease: float = LEASE_SECONDS, witness: float = WITNESS_SECONDS) -> None:
        """`owner` claims what it finds; both times in seconds."""
        self._owner = owner
        self._lease = timedelta(seconds=lease)
        self._witness = witness
        self._seen: dict[str, tuple[datetime, float]] = {}

    def look(self, held: Collection[str] = ()) -> list[int]:
        """Finish every run that is surely dead; return the ids of their users.

        `held`: those that this process is writing. They live, however late their heartbeats are in a storm.
        """
        now = time.monotonic()
        stale = Generation.objects.filter(state__in=LIVE_STATES, heartbeat_at__lt=timezone.now() - self._lease)
        rows = dict(stale.values_list("id", "heartbeat_at"))
        dead = [
            generation_id
            for generation_id, beat in rows.items()
            if generation_id not in held
            and (seen := self._seen.get(generation_id))
            and seen[0] == beat
            and now - seen[1] >= self._witness
        ]
        self._seen = {
            generation_id: seen if (seen := self._seen.get(generation_id)) and seen[0] == beat else (beat, now)
            for generation_id, beat in rows.items()
        }
        return [user_id for generation_id in dead if (user_id := self._try(generation_id, rows[generation_id]))]

    def _try(self, generation_id: str, beat: datetime) -> int | None:
        """Bury one; what is wrong with it must not keep the others waiting."""
        try:
            return self._bury(generation_id, beat)
        except (DataError, IntegrityError) as error:
            log.error("run.not_recovered", generation_id=generation_id, exc_info=error)
            return None

    def _bury(self, generation_id: str, beat: datetime) -> int | None:
        """Claim one dead run and finish it with the text that it had stored. None when another was faster."""
        with transaction.atomic():
            claimed = Generation.objects.filter(id=generation_id, heartbeat_at=beat, state__in=LIVE_STATES).update(
                owner=self._owner, heartbeat_at=timezone.now()
            )
            generation = plans.load(generation_id) if claimed else None
            if generation is None:
                return None
            state = self._fold(generation)
        # Counted once it is certain, by whoever took it over: who wrote it counts no more.
        meters.taken_over(generation.message.model_id, state)
        log.info("run.recovered", generation_id=generation_id)
        return generation.user_id

    def _fold(self, generation: Generation) -> str:
        """Store the end of a claimed run, and return its state."""
        message = generation.message
        stored = store.stored_log(generation.id)
        store.seed(stored, generation)
        # Text of its own says that a provider was asked, and answered.
        has_answer = stored.offset > store.begun(generation)
        received = store.came(stored, generation)
        state = MessageStatus.INTERRUPTED
        if generation.stop_requested_at is not None:
            state = MessageStatus.STOPPED
            if generation.stop_offset is not None:
                store.cut(stored, generation, generation.stop_offset)
        end = End(
            state=state.value,
            finish_reason=store.FINISH_REASONS[state.value],
            offset=stored.offset,
            session_id=message.session.session_id,
            message_id=message.pk,
            generation_id=generation.id,
            reasoning_ms=store.reasoning_ms(stored, generation),
        )
        lines = Lines(others=[calls.of_lost(generation, state.value)] if has_answer else [])
        store.finish(generation, self._owner, stored, end, lines, received)
        return state.value


def reap(owner: str, *, older_than: float = LEASE_SECONDS) -> int:
    """Finish at once every run whose last heartbeat is older than `older_than` seconds; return how many.

    For the command line, where somebody has decided that those processes are dead.
    """
    reaper = Reaper(owner, lease=older_than, witness=0.0)
    reaper.look()
    return len(reaper.look())
