"""What a viewer attaches to: a generation, from an offset on, and how it is introduced."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aihelper.lib.db import run_db
from chat import presenters
from chat.engine import supervisor
from chat.events import End
from chat.models import Generation
from chat.services.answers import Started


@dataclass(frozen=True, slots=True)
class Attachment:
    """`opening` are the events that the stream begins with: `start`, which tells all ids, and perhaps a `title`.

    `beside`: to the answer of a second model, which the same message began.
    """

    generation_id: str
    session_id: str
    offset: int
    opening: list[dict[str, Any]]
    beside: "Attachment | None" = None

    def error(self, end: End) -> dict[str, Any] | None:
        """The event that says what went wrong, when something did."""
        error = presenters.error_of(end.state, end.error_code)
        return {"type": "error", **error} if error else None


async def to_started(write: Callable[[], Started], client_id: str | None = None) -> Attachment:
    """To the answer that `write` accepts, and to one beside it; a run starts unless the same request had come before.

    It starts even when the client leaves while the database works (invariant I1). `client_id` tells a
    client with several requests under way which of them this is the start of. Raises Unavailable while the
    process ends, and what `write` raises.
    """
    engine = supervisor.current()
    engine.ensure_started()
    engine.check_accepting()

    def accept() -> Started:
        started = write()
        for answer in (started, started.beside):
            if answer and answer.created:
                engine.start_soon(answer.generation_id)
        return started

    with engine.tracing.begin("chat.send"):
        started = await run_db(accept)
    named = {"client_id": client_id} if client_id else {}
    attachment = _begun(started, **named, **({"message": started.masked} if started.masked else {}))
    if started.title:
        title = {"type": "title", "session_id": started.session_id, "title": started.title}
        attachment.opening.append(title)
    if started.beside is None:
        return attachment
    return replace(attachment, beside=_begun(started.beside, **named, beside=started.message_id))


def to_existing(generation: Generation, offset: int) -> Attachment:
    """To an answer that `selectors.generation` found to be this person's."""
    message = generation.message
    return _attachment(
        generation.id,
        offset,
        session_id=message.session.session_id,
        message_id=message.pk,
        user_message_id=message.parent_id,
        model_id=message.model_id,
    )


def _begun(started: Started, **more: Any) -> Attachment:
    return _attachment(
        started.generation_id,
        0,
        **more,
        session_id=started.session_id,
        message_id=started.message_id,
        user_message_id=started.user_message_id,
        model_id=started.model_id,
    )


def _attachment(generation_id: str, offset: int, *, session_id: str, **ids: Any) -> Attachment:
    start = {"type": "start", "session_id": session_id, **ids, "generation_id": generation_id, "offset": offset}
    return Attachment(generation_id, session_id, offset, [start])
