"""What the engine reads and writes in the database. All synchronous; async code calls it through `run_db`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from aihelper.lib.db import statements
from chat.engine import calls, prompt, spending
from chat.engine.calls import Lines
from chat.engine.log import GenerationLog, Piece, replay
from chat.events import CONTENT, REASONING, End
from chat.models import Generation, GenerationChunk, Message, Session
from chat.models.generation import LIVE_STATES, GenerationKind
from chat.models.message import MessageStatus
from chat.presenters import price

# Rows of one statement.
MAX_CHUNKS = 1000


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Somebody, somewhere, wants a generation to stop at `offset` (None: where it is)."""

    generation_id: str
    offset: int | None


@dataclass(frozen=True, slots=True)
class Tick:
    """What a tick of the flusher learned: stop requests, and runs whose lease another process took."""

    stops: list[StopRequest]
    lost: list[str]


def write_tick(pieces: Mapping[str, list[Piece]], live: Iterable[str], owner: str, *, beat: bool) -> Tick:
    """Store the new pieces of all logs in one transaction, beat for the live runs, and look for stop requests.

    A generation that was deleted meanwhile (its person was) is reported as lost, and does not keep the others
    from being stored.
    """
    live, lost = list(live), []
    try:
        _write(pieces, live if beat else [], owner)
    except IntegrityError:
        there = set(Generation.objects.filter(id__in=live).values_list("id", flat=True))
        lost = [generation_id for generation_id in live if generation_id not in there]
        if not lost:
            raise
        _write({key: run for key, run in pieces.items() if key in there}, list(there) if beat else [], owner)
    rows = Generation.objects.filter(Q(stop_requested_at__isnull=False) | ~Q(owner=owner), id__in=live)
    stops = []
    for generation_id, row_owner, stop_offset in rows.values_list("id", "owner", "stop_offset"):
        if row_owner != owner:
            lost.append(generation_id)
        else:
            stops.append(StopRequest(generation_id, stop_offset))
    return Tick(stops, lost)


def _write(pieces: Mapping[str, list[Piece]], beating: list[str], owner: str) -> None:
    chunks = [
        GenerationChunk(
            generation_id=generation_id, start=piece.start, kind=piece.kind, text=piece.text, at_ms=piece.at
        )
        for generation_id, run in pieces.items()
        for piece in run
    ]
    if not (chunks or beating):
        return
    # A commit whose answer was lost with the connection is written again, with what has come since: the
    # same starts, and a longer last text. MySQL finds the row by any unique key and may not be told which.
    names_target = connection.features.supports_update_conflicts_with_target
    with transaction.atomic():
        for batch in statements(chunks, lambda chunk: len(chunk.text), most=MAX_CHUNKS):
            GenerationChunk.objects.bulk_create(
                batch,
                update_conflicts=True,
                update_fields=("kind", "text"),
                unique_fields=("generation", "start") if names_target else None,
            )
        if beating:
            rows = Generation.objects.filter(id__in=beating, owner=owner, state__in=LIVE_STATES)
            rows.update(heartbeat_at=timezone.now())


def finish(
    generation: Generation,
    owner: str,
    log: GenerationLog,
    end: End,
    lines: Lines | None = None,
    received: int | None = None,
) -> bool:
    """Fold a log into its message and give the generation its final state, in one transaction.

    `lines` are for the ledger; `received` is what `came` says of the log before it was cut, None where it was not.
    Returns False, and changes nothing, when the generation is not `owner`'s any more.
    """
    now = timezone.now()
    lines = lines or Lines()
    received = came(log, generation) if received is None else received
    with transaction.atomic():
        claimed = Generation.objects.filter(id=generation.id, owner=owner, state__in=LIVE_STATES).update(
            state=end.state,
            offset=end.offset,
            segments=log.segments(),
            error_code=end.error_code,
            end_time=now,
            attempts=generation.attempts,
            tried=generation.tried,
        )
        if not claimed:
            return False
        spending.settle(generation, received, lines.answer)
        message = generation.message
        message.content, message.reasoning = log.text(CONTENT), log.text(REASONING)
        message.status, message.finish_reason, message.error_code = end.state, end.finish_reason, end.error_code
        message.prompt_tokens, message.completion_tokens = end.prompt_tokens, end.completion_tokens
        message.reasoning_ms = end.reasoning_ms
        message.save(update_fields=_FINAL_FIELDS)
        GenerationChunk.objects.filter(generation_id=generation.id).delete()
        calls.store(lines)
        # Who stopped it knows of it. Whoever has it before their eyes takes the mark away at once.
        unread = end.state != MessageStatus.STOPPED
        Session.objects.filter(pk=message.session_id).update(update_time=now, changed_at=now, unread=unread)
    return True


_FINAL_FIELDS = (
    "content",
    "reasoning",
    "status",
    "finish_reason",
    "error_code",
    "prompt_tokens",
    "completion_tokens",
    "cost",
    "currency",
    "provider_name",
    "first_token_ms",
    "duration_ms",
    "reasoning_ms",
)


def load_log(generation_id: str) -> GenerationLog | None:
    """The whole log of a generation that has ended, or None while it is live or unknown."""
    row = Generation.objects.select_related("message__session", "user").filter(id=generation_id).first()
    if row is None or row.state in LIVE_STATES:
        return None
    message = row.message
    log = replay(row.segments, message.content, message.reasoning)
    log.finish(end_of(row, message, message.session))
    return log


def end_of(row: Generation, message: Message, session: Session) -> End:
    """How a generation that has ended did so."""
    return End(
        state=row.state,
        finish_reason=message.finish_reason or FINISH_REASONS[row.state],
        offset=row.offset,
        session_id=session.session_id,
        message_id=message.pk,
        generation_id=row.id,
        error_code=row.error_code,
        prompt_tokens=message.prompt_tokens,
        completion_tokens=message.completion_tokens,
        reasoning_ms=message.reasoning_ms,
        **served(row, message),
    )


def served(generation: Generation, message: Message) -> dict[str, Any]:
    """What an `End` tells of how an answer was served: by whom, how fast, at what cost; to administrators more."""
    return {
        "attempts": generation.tried if generation.user.is_staff else None,
        "provider": message.provider_name,
        "first_token_ms": message.first_token_ms,
        "duration_ms": message.duration_ms,
        "cost": price(message.cost),
        "currency": message.currency,
    }


def vanished(generation_id: str, offset: int) -> End:
    """The end of a generation that was deleted while it was read: better than to wait for ever."""
    return End("interrupted", "interrupted", offset, "", 0, generation_id)


FINISH_REASONS = {
    MessageStatus.COMPLETED.value: "stop",
    MessageStatus.STOPPED.value: "stopped",
    MessageStatus.FAILED.value: "error",
    MessageStatus.INTERRUPTED.value: "interrupted",
}


def read_new(offsets: Mapping[str, int]) -> tuple[dict[str, list[Piece]], set[str]]:
    """For generations run elsewhere: the stored pieces from each offset on, and which of them are not live (any more).

    The states are read first: a generation found live here has not had its chunks folded before they are read.
    """
    live = set(Generation.objects.filter(id__in=offsets, state__in=LIVE_STATES).values_list("id", flat=True))
    pieces: dict[str, list[Piece]] = {}
    wanted = Q()
    for generation_id in live:
        wanted |= Q(generation_id=generation_id, start__gte=offsets[generation_id])
    if live:
        rows = GenerationChunk.objects.filter(wanted).order_by("generation_id", "start")
        for generation_id, start, kind, text in rows.values_list("generation_id", "start", "kind", "text"):
            pieces.setdefault(generation_id, []).append(Piece(start, kind, text))
    return pieces, set(offsets) - live


def seed(log: GenerationLog, generation: Generation) -> None:
    """Begin the log of a continuation with the text that it goes on from. Does nothing to a log that has begun."""
    if not log.offset and generation.kind == GenerationKind.CONTINUE:
        log.append(REASONING, generation.message.reasoning, at=0)
        log.append(CONTENT, generation.message.content, at=generation.message.reasoning_ms or 0)


def reasoning_ms(log: GenerationLog, generation: Generation) -> int | None:
    """How long an answer was thought about. Unknown for a continuation without thoughts of its own if it was before."""
    before = generation.message
    if generation.kind == GenerationKind.CONTINUE and log.text(REASONING) == before.reasoning:
        return before.reasoning_ms
    return log.reasoning_ms


def cut(log: GenerationLog, generation: Generation, offset: int) -> None:
    """Cut a stopped log to what its reader had seen; never into the text that a continuation goes on from."""
    log.cut(max(offset, begun(generation)))


def came(log: GenerationLog, generation: Generation) -> int:
    """About how many tokens have come from the provider. Before the log is cut: what was read is paid for."""
    text = log.text_after(begun(generation))
    return prompt.estimate_tokens(text) if text else 0


def begun(generation: Generation) -> int:
    """The length of the text that a continuation goes on from; 0 for any other answer. As it was before the end."""
    message = generation.message
    return len(message.reasoning) + len(message.content) if generation.kind == GenerationKind.CONTINUE else 0


def stored_log(generation_id: str) -> GenerationLog:
    """The log as far as the database has it, of a live generation."""
    log = GenerationLog()
    rows = GenerationChunk.objects.filter(generation_id=generation_id).order_by("start")
    for start, kind, text, at in rows.values_list("start", "kind", "text", "at_ms"):
        if start == log.offset:
            log.append(kind, text, at)
    log.stored = log.offset
    return log
