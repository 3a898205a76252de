"""From a person's message to a generation that can be started.

One transaction commits the session, the question, the empty answer and its generation before anything is
asked of a provider (invariant I4). The same send again gives the same answer's ids, and the caller
attaches to it like any other viewer.
"""

from dataclasses import dataclass, replace

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat import selectors
from chat.engine import titles
from chat.models import Message, Session
from chat.models.generation import LIVE_STATES
from chat.models.session import new_uuid
from chat.services import answers, moderation, roles
from chat.services.answers import Started

PREVIEW_CHARS = 120


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What a person sends. `new_session_id` is the id that a session made by this send shall get."""

    message: str
    session_id: str | None = None
    model_id: str | None = None
    role: str | None = None
    parent_id: int | None = None
    client_id: str | None = None
    new_session_id: str | None = None


def send(user: User, request: SendRequest) -> Started:
    """Accept a message. Raises AppError: bad text, unknown session, parent, role or model, too many answers at once."""
    text = moderation.clean_message(request.message)

    def write() -> Started:
        answers.check_room(user)
        session = _session(user, request)
        role_model = session.role.model_id if session.role else None
        model_id = answers.choose_model(user, request.model_id, session.model_id, role_model)
        question = answers.add_question(session, _parent(session, request.parent_id), text, request.client_id)
        title = "" if session.title else titles.from_question(text)
        session.title = session.title or title
        session.model_id = model_id
        session.preview = preview(text)
        return replace(answers.add_answer(session, question, model_id), title=title)

    return answers.once(user, request.client_id, text, write)


def send_to_own(user: User, text: str, session_id: str) -> Started:
    """Accept a message to the session of that id, which this person's socket announced and the first message makes."""
    existing = SendRequest(message=text, session_id=session_id)
    if Session.objects.filter(session_id=session_id, user=user).exists():
        return send(user, existing)
    try:
        return send(user, SendRequest(message=text, new_session_id=session_id))
    except IntegrityError:
        # Another message, sent right before this one, has made it meanwhile.
        return send(user, existing)


def preview(text: str) -> str:
    """The one line of a message that lists show."""
    return " ".join(text[: 4 * PREVIEW_CHARS].split())[:PREVIEW_CHARS]


def _session(user: User, request: SendRequest) -> Session:
    if request.session_id:
        session = selectors.session(user, request.session_id, lock=True)
        if request.role:
            session.role = roles.role_for(user, request.role)
        return session
    return Session.objects.create(
        user=user,
        session_id=request.new_session_id or new_uuid(),
        role=roles.role_for(user, request.role),
    )


def _parent(session: Session, parent_id: int | None) -> Message | None:
    """The message to answer to: the one named, or the end of the branch on show.

    While that end is still being written (two tabs sent at once), the new message becomes a branch beside
    the question that is being answered.
    """
    if parent_id is not None:
        parent = session.messages.filter(pk=parent_id).first()
        if parent is None:
            raise NotFound(_("The message to answer to does not exist."), code="parent_not_found")
        return parent
    current = session.current_message
    if current is not None and current.status in LIVE_STATES and current.parent is not None:
        return current.parent.parent
    return current
