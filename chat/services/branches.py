"""A branch of a conversation, copied into a session of its own."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.db import retry_on_conflict, statements
from aihelper.lib.errors import Conflict, NotFound
from chat import selectors
from chat.engine import feed
from chat.models import Message, Session
from chat.models.generation import LIVE_STATES
from chat.services import folders
from chat.services.send import preview

# Rows per statement: a session may have thousands of messages.
BATCH = 200


@retry_on_conflict
@transaction.atomic
def branch(user: User, session_id: str, message_id: int) -> Session:
    """A new session with copies of the messages from the beginning up to `message_id`.

    Texts, documents, models and times are copied; tokens too, for show. Costs are not: they were paid once. Nor
    are ratings: they are counted, and were given once.
    Raises NotFound; Conflict while one of the answers is still being written.
    """
    # Locked, so that it is not cleared while it is copied.
    source = selectors.session(user, session_id, lock=True)
    nodes = selectors.skeleton(user, source)
    if all(node.pk != message_id for node in nodes):
        raise NotFound
    path = selectors.branch_of(nodes, message_id)
    if any(node.status in LIVE_STATES for node in path):
        raise Conflict(_("An answer is still being written. Stop it first."), code="still_generating")
    copy = Session.objects.create(
        user=user,
        title=source.title,
        title_is_manual=source.title_is_manual,
        model_id=source.model_id,
        role=source.role,
        folder=folders.for_new(user, source.folder.folder_id) if source.folder else None,
        last_seq=len(path),
    )
    copies = _copy_messages(user, source, copy, [node.pk for node in path])
    copy.current_message = copies[-1]
    questions = [message.content for message in copies if message.role == "user"]
    copy.preview = preview(questions[-1]) if questions else ""
    copy.save(update_fields=["current_message", "preview"])
    transaction.on_commit(lambda: feed.poke(user.pk))
    return copy


def _copy_messages(user: User, source: Session, copy: Session, pks: list[int]) -> list[Message]:
    """Copy the messages in this order, each under the one before."""
    rows = Message.objects.filter(user=user, session=source).in_bulk(pks)
    new = [_copied(rows[pk], copy, seq) for seq, pk in enumerate(pks, start=1)]
    stored = store_chain(copy, new)
    _copy_documents(source, dict(zip(pks, (message.pk for message in stored), strict=True)))
    return stored


def store_chain(session: Session, new: Sequence[Message]) -> list[Message]:
    """Store the messages of a new session, each under the one before. Inside the caller's transaction."""
    for batch in statements(new, lambda message: len(message.content) + len(message.reasoning), most=BATCH):
        Message.objects.bulk_create(batch)
    # Read back: MySQL does not tell the keys of rows inserted in bulk.
    stored = list(Message.objects.filter(user_id=session.user_id, session=session).order_by("seq"))
    for parent, child in zip(stored, stored[1:], strict=False):
        child.parent = parent
    Message.objects.bulk_update(stored[1:], ["parent"], batch_size=BATCH)
    return stored


def _copy_documents(source: Session, copies: dict[int, int]) -> None:
    """Refer from the copies (by the key of the source's message) to the documents that the originals refer to."""
    through = Message.documents.through
    links = through._default_manager.filter(message__session=source).values_list("message_id", "document_id")
    rows = [
        through(message_id=copies[message_id], document_id=document_id)
        for message_id, document_id in links
        if message_id in copies
    ]
    through._default_manager.bulk_create(rows, batch_size=BATCH)


def _copied(message: Message, session: Session, seq: int) -> Message:
    message.pk = None
    message._state.adding = True
    message.session, message.seq = session, seq
    message.parent, message.client_id, message.beside = None, None, None
    message.cost, message.currency = None, ""
    message.rating, message.rating_reason, message.rating_comment = None, "", ""
    message.indexed = False
    return message
