"""Other branches of a conversation. Nothing is overwritten: each makes siblings in the tree."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.errors import AppError
from chat import selectors
from chat.models import Message, Session
from chat.models.message import MessageRole
from chat.services import answers, moderation
from chat.services.answers import Started
from chat.services.send import preview

# With what one run may add (providers.dialects.assembler) it stays below MariaDB's largest packet, 16 MB.
MAX_CONTINUED_CHARS = 1_000_000


def regenerate(user: User, message_id: int, *, model_id: str | None = None, client_id: str | None = None) -> Started:
    """Write another answer to the same question, beside the one given. Raises AppError."""

    def write(session: Session, answer: Message) -> Started:
        question = answers.question_of(answer)
        chosen = answers.choose_model(user, model_id, answer.model_id)
        return answers.add_answer(session, question, chosen, client_id=client_id)

    return _branch(user, message_id, client_id, None, write)


def edit(user: User, message_id: int, text: str, *, client_id: str | None = None) -> Started:
    """Ask anew with another text, beside the question given. Raises AppError."""
    cleaned = moderation.clean_message(text)

    def write(session: Session, question: Message) -> Started:
        if question.role != MessageRole.USER:
            raise AppError(_("Only your own messages can be edited."), code="not_editable")
        model_id = answers.choose_model(user, session.model_id)
        edited = answers.add_question(session, question.parent, cleaned, client_id)
        session.preview = preview(cleaned)
        return answers.add_answer(session, edited, model_id)

    return _branch(user, message_id, client_id, cleaned, write)


def continue_(user: User, message_id: int, *, client_id: str | None = None) -> Started:
    """Go on where an answer stopped, in a new answer that begins with the old one's text. Raises AppError."""

    def write(session: Session, answer: Message) -> Started:
        question = answers.question_of(answer)
        if len(answer.content) + len(answer.reasoning) > MAX_CONTINUED_CHARS:
            raise AppError(
                _("This answer is too long to be continued. Ask for the rest in a new message."), code="answer_too_long"
            )
        model_id = answers.choose_model(user, answer.model_id)
        return answers.add_answer(session, question, model_id, client_id=client_id, continued=answer)

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
