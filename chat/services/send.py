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
from chat.services import answers, documents, drafts, folders, moderation, roles
from chat.services.answers import Started

PREVIEW_CHARS = 120


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What a person sends. A session that it makes gets the id `new_session_id` and goes to the folder.

    `beside_model_id`: a second model that answers, too, beside the first.
    `draft_version`: the message was written as the session's draft, which goes with it (drafts.clear_sent).
    `confirmed`: the person was warned of a word in it, and sends it anyway.
    """

    message: str
    session_id: str | None = None
    model_id: str | None = None
    beside_model_id: str | None = None
    role: str | None = None
    parent_id: int | None = None
    client_id: str | None = None
    new_session_id: str | None = None
    folder_id: str | None = None
    attachments: tuple[str, ...] = ()
    draft_version: int | None = None
    confirmed: bool = False


def send(user: User, request: SendRequest) -> Started:
    """Accept a message.

    Raises AppError: bad text, an unknown session, parent, role, folder, model or attachment, too many runs.
    """
    attached = documents.take(user, request.attachments)
    text = moderation.clean_message(request.message, may_be_empty=bool(attached))
    words = text or attached[0].name
    texts = (text, *(document.content for document in attached))
    warned = moderation.check_warnings(texts, confirmed=request.confirmed)
    second = request.beside_model_id

    def write() -> Started:
        answers.check_room(user, 2 if second else 1)
        session = _session(user, request)
        role_model = session.role.model_id if session.role else None
        model_id = answers.choose_model(user, request.model_id, session.model_id, role_model)
        beside_id = answers.choose_model(user, second) if second else None
        question = answers.add_question(session, _parent(session, request.parent_id), text, request.client_id, attached)
        moderation.record_warnings(question, warned)
        drafts.clear_sent(user, request.session_id or "", request.draft_version, text)
        title = "" if session.title else titles.from_question(words)
        session.title = session.title or title
        session.model_id = model_id
        session.preview = preview(words)
        first = replace(answers.add_answer(session, question, model_id), title=title)
        if beside_id is None:
            return first
        return replace(first, beside=answers.add_answer(session, question, beside_id, beside=session.current_message))

    started = answers.once(user, request.client_id, text, write, pair=second is not None)
    return replace(started, masked=moderation.masked_in(request.message, text))


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
        folder=folders.for_new(user, request.folder_id),
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
