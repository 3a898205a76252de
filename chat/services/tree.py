"""Other branches of a conversation. Nothing is overwritten: each makes siblings in the tree."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.errors import AppError
from chat import selectors
from chat.models import Message, Session
from chat.models.message import MessageRole
from chat.services import answers, documents, moderation
from chat.services.answers import Started
from chat.services.send import preview

# With what one run may add (providers.dialects.assembler) it stays below MariaDB's largest packet, 16 MB.
MAX_CONTINUED_CHARS = 1_000_000


def regenerate(
    user: User, message_id: int, *, model_id: str | None = None, beside: bool = False, client_id: str | None = None
) -> Started:
    """Write another answer to the same question, or the first one to a question that has none. Raises AppError.

    The new answer takes the place of the one given. `beside`: it is shown in a second column beside it, also while
    that is still being written, until the person goes on with one of the two.
    """

    def write(session: Session, message: Message) -> Started:
        if beside:
            return _compare(session, message, answers.choose_model(user, model_id, message.model_id), client_id)
        if message.role == MessageRole.USER:
            chosen = answers.choose_model(user, model_id, session.model_id)
            return answers.add_answer(session, message, chosen, client_id=client_id)
        question = answers.question_of(message)
        chosen = answers.choose_model(user, model_id, message.model_id)
        started = answers.add_answer(session, question, chosen, client_id=client_id, beside=message.beside)
        return _in_place(message, started)

    return _branch(user, message_id, client_id, None, write)


def _compare(session: Session, answer: Message, model_id: str, client_id: str | None) -> Started:
    """Begin an answer beside another. The branch on show ends with the first, whatever had followed it."""
    question = answers.question_of(answer, live=True)
    answers.separate(answer)
    session.current_message = answer
    return answers.add_answer(session, question, model_id, client_id=client_id, beside=answer)


def _in_place(old: Message, started: Started) -> Started:
    """Put a new answer into the column of the old one, when that stands in a comparison."""
    Message.objects.filter(beside=old).update(beside=started.message_id)
    Message.objects.filter(pk=old.pk, beside__isnull=False).update(beside=None)
    return started


def edit(
    user: User,
    message_id: int,
    text: str,
    *,
    attachments: Sequence[str] | None = None,
    client_id: str | None = None,
    confirmed: bool = False,
) -> Started:
    """Ask anew with another text, beside the question given. Raises AppError.

    `attachments`: ids of documents; None keeps those of the question. `confirmed`: sent although a word is warned of.
    """
    original = selectors.message(user, message_id)
    if attachments is None:
        attached, added = list(original.documents.defer("content").order_by("pk")), []
    else:
        attached = documents.take(user, attachments)
        added = [document.content for document in attached]
    cleaned = moderation.clean_message(text, may_be_empty=bool(attached))
    warned = moderation.check_warnings((cleaned, *added), confirmed=confirmed)

    def write(session: Session, question: Message) -> Started:
        if question.role != MessageRole.USER:
            raise AppError(_("Only your own messages can be edited."), code="not_editable")
        model_id = answers.choose_model(user, session.model_id)
        edited = answers.add_question(session, question.parent, cleaned, client_id, attached)
        moderation.record_warnings(edited, warned)
        session.preview = preview(cleaned or attached[0].name)
        return answers.add_answer(session, edited, model_id)

    started = _branch(user, message_id, client_id, cleaned, write)
    return replace(started, masked=moderation.masked_in(text, cleaned))


def continue_(user: User, message_id: int, *, client_id: str | None = None) -> Started:
    """Go on where an answer stopped, in a new answer that begins with the old one's text. Raises AppError."""

    def write(session: Session, answer: Message) -> Started:
        question = answers.question_of(answer)
        if len(answer.content) + len(answer.reasoning) > MAX_CONTINUED_CHARS:
            raise AppError(
                _("This answer is too long to be continued. Ask for the rest in a new message."), code="answer_too_long"
            )
        model_id = answers.choose_model(user, answer.model_id)
        started = answers.add_answer(
            session, question, model_id, client_id=client_id, continued=answer, beside=answer.beside
        )
        return _in_place(answer, started)

    return _branch(user, message_id, client_id, None, write)


def _branch(
    user: User,
    message_id: int,
    client_id: str | None,
    text: str | None,
    write: Callable[[Session, Message], Started],
) -> Started:
    def locked() -> Started:
        answers.check_room(user)
        message = selectors.message(user, message_id)
        session = selectors.session(user, message.session.session_id, lock=True)
        return write(session, message)

    return answers.once(user, client_id, text, locked)
