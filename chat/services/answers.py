"""What send, regenerate, edit and continue share: a message in the tree, and an answer with its generation.

Everything here runs inside the caller's transaction, on a session that the caller has locked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict, TooManyRequests
from chat.engine import feed, spending, supervisor
from chat.models import Document, Generation, Message, Session
from chat.models.generation import LIVE_STATES, GenerationKind
from chat.models.message import MessageRole, MessageStatus
from chat.services import documents
from providers import registry


@dataclass(frozen=True, slots=True)
class Started:
    """An answer that is being written; `created` is False when this very request had been sent before.

    `title` is the one that the session was given with it, empty when it had one. `masked` is the question as it is
    stored, where a word of it was masked. `beside` is the answer of a second
    model that the same send began.
    """

    session_id: str
    user_message_id: int
    message_id: int
    generation_id: str
    model_id: str
    created: bool = True
    title: str = ""
    masked: str = ""
    beside: "Started | None" = None


def once(
    user: User, client_id: str | None, text: str | None, write: Callable[[], Started], *, pair: bool = False
) -> Started:
    """Run `write` in a transaction, or return what the same client_id began before (invariant I4).

    `pair`: it writes two answers to one question. Raises Conflict when the id was used for another text, and what
    `write` raises.
    """
    if earlier := _earlier(user, client_id, text, pair):
        return earlier
    try:
        return retry_on_conflict(transaction.atomic(write))()
    except IntegrityError:
        # The same id, sent at the same time, was faster; its transaction is over when ours fails.
        if earlier := _earlier(user, client_id, text, pair):
            return earlier
        raise


def check_room(user: User, answers: int = 1) -> None:
    """Raise TooManyRequests when a person may not have so many more answers under way. Inside a transaction."""
    # One after the other for each person: those who count at the same time would all find room.
    User.objects.select_for_update().filter(pk=user.pk).first()
    under_way = Generation.objects.filter(user=user, state__in=LIVE_STATES).count()
    most = settings.MAX_RUNS_PER_USER
    if under_way + answers <= most:
        return
    sentence = (
        _("You have %(count)d answers under way. Wait for one to finish, or stop one.")
        if under_way >= most
        else _("Two answers at once are too many now: only %(count)d may be under way. Ask one model, or wait.")
    )
    raise TooManyRequests(sentence % {"count": most}, code="too_many_runs", retry_after=5)


def choose_model(user: User, *wishes: str | None) -> str:
    """The first model id given, or the default; checked against what this person may use. Raises NotFound."""
    wish = next((wish for wish in wishes if wish), None)
    return registry.resolve(wish, user)[0].model_id


def add_question(
    session: Session, parent: Message | None, text: str, client_id: str | None, attached: Sequence[Document] = ()
) -> Message:
    """A person's message under `parent`, with its attachments.

    Going on from one of two answers that stand side by side chooses it.
    """
    if parent is not None:
        separate(parent)
    question = _add(session, parent, role=MessageRole.USER, content=text, client_id=client_id)
    documents.attach(question, attached)
    return question


def add_answer(
    session: Session,
    question: Message,
    model_id: str,
    *,
    client_id: str | None = None,
    continued: Message | None = None,
    beside: Message | None = None,
) -> Started:
    """An empty answer under `question` (or one that begins as `continued` ended) with a queued generation.

    It ends the branch on show, but `beside` another answer it only stands there. Raises QuotaExceeded when a budget of
    the session's person is used up.
    """
    message = _add(
        session,
        question,
        role=MessageRole.ASSISTANT,
        status=MessageStatus.QUEUED,
        model_id=model_id,
        client_id=client_id,
        content=continued.content if continued else "",
        reasoning=continued.reasoning if continued else "",
        reasoning_ms=continued.reasoning_ms if continued else None,
        beside=beside,
    )
    generation = Generation.objects.create(
        message=message,
        user_id=session.user_id,
        owner=supervisor.current().owner,
        kind=GenerationKind.CONTINUE if continued and continued.content else GenerationKind.ANSWER,
    )
    spending.reserve(generation)
    if beside is None:
        session.current_message = message
    session.update_time = session.changed_at = timezone.now()
    session.save()
    user_id = session.user_id
    transaction.on_commit(lambda: feed.poke(user_id))
    return Started(session.session_id, question.pk, message.pk, generation.id, model_id)


def separate(answer: Message) -> None:
    """End the comparison that an answer stands in, if it does: what is beside it, and it itself, stand alone again."""
    Message.objects.filter(beside=answer).update(beside=None)
    if answer.beside_id is not None:
        answer.beside = None
        answer.save(update_fields=["beside"])


def question_of(answer: Message, *, live: bool = False) -> Message:
    """The question of an answer. Raises AppError for what is not an answer, Conflict while it is being written.

    `live`: one that is being written will do.
    """
    if answer.role != MessageRole.ASSISTANT or answer.parent is None:
        raise AppError(_("Only answers can be written anew or continued."), code="not_an_answer")
    if answer.status in LIVE_STATES and not live:
        raise Conflict(_("This answer is still being written. Stop it first."), code="still_generating")
    return answer.parent


def _add(session: Session, parent: Message | None, **fields: object) -> Message:
    session.last_seq += 1
    return Message.objects.create(
        session=session, user_id=session.user_id, parent=parent, seq=session.last_seq, **fields
    )


def _earlier(user: User, client_id: str | None, text: str | None, pair: bool) -> Started | None:
    if client_id is None:
        return None
    rows = Message.objects.filter(user=user, client_id=client_id).select_related("session")
    message = rows.first()
    if message is None:
        return None
    # An answer has the id of the request to write it anew or to continue it, which had no text.
    if text != (message.content if message.role == MessageRole.USER else None):
        raise Conflict(_("This id was already used for another message."), code="client_id_reused")
    answer = message.children.order_by("pk").first() if message.role == MessageRole.USER else message
    if answer is None:
        return None
    # One transaction has numbered both, so nothing stands between them, also when the comparison has ended since.
    second = message.children.filter(seq=answer.seq + 1).first() if pair else None
    return replace(_begun(message.session, answer), beside=_begun(message.session, second) if second else None)


def _begun(session: Session, answer: Message) -> Started:
    return Started(
        session_id=session.session_id,
        user_message_id=answer.parent_id or answer.pk,
        message_id=answer.pk,
        generation_id=answer.generation.id,
        model_id=answer.model_id,
        created=False,
    )
