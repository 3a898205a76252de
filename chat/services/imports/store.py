"""One neutral chat as rows. Inside the caller's transaction."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from aihelper.lib.db import statements
from aihelper.lib.errors import AppError
from chat.engine import titles
from chat.imports.neutral import Chat, Node
from chat.models import Folder, Message, Session
from chat.models.session import GIVEN_UP
from chat.services import documents
from chat.services.branches import BATCH
from chat.services.send import preview


def store(user: User, chat: Chat, folder_id: str | None = None) -> tuple[Session, int]:
    """A session of this chat, and how many of its attachments were left out. `chat` is tidy (chat.imports.tidy).

    It stands in the list at the time at which it was there. `changed_at` is long past, so that a thousand of them
    are not told to each tab one by one. The session has no model: those that are named need not be offered here.
    """
    times = _times(chat)
    last_question = next((node.content for node in reversed(chat.nodes) if node.role == "user"), "")
    session = Session.objects.create(
        user=user,
        title=chat.title or titles.from_question(chat.nodes[0].content),
        title_is_manual=bool(chat.title),
        folder=Folder.objects.filter(user=user, folder_id=folder_id).first() if folder_id else None,
        pinned=chat.pinned,
        archived=chat.archived,
        preview=preview(last_question),
        last_seq=len(chat.nodes),
        create_time=min(chat.created or times[0], times[0]),
        update_time=min(max(chat.updated or times[0], *times), timezone.now()),
        changed_at=GIVEN_UP,
    )
    pks = _store_messages(session, chat, times)
    refused = _attach(user, session, chat, pks)
    session.current_message_id = pks[chat.current] if chat.current else None
    session.save(update_fields=["current_message"])
    return session, refused


def _times(chat: Chat) -> list[datetime]:
    """A time for each message: its own, else that of the one before, else the chat's, else now."""
    now = timezone.now()
    before = min(chat.created or now, now)
    times = []
    for node in chat.nodes:
        before = min(node.time or before, now)
        times.append(before)
    return times


def _store_messages(session: Session, chat: Chat, times: list[datetime]) -> dict[str, int]:
    """The messages, each under its parent; answers their keys by the file's."""
    rows = [_message(session, node, seq, times[seq - 1]) for seq, node in enumerate(chat.nodes, start=1)]
    for batch in statements(rows, lambda row: len(row.content) + len(row.reasoning), most=BATCH):
        Message.objects.bulk_create(batch)
    # Read back: MySQL does not tell the keys of rows inserted in bulk.
    stored = list(Message.objects.filter(user_id=session.user_id, session=session).only("pk", "seq").order_by("seq"))
    pks = {node.key: row.pk for node, row in zip(chat.nodes, stored, strict=True)}
    children = []
    for node, row in zip(chat.nodes, stored, strict=True):
        if node.parent:
            row.parent_id = pks[node.parent]
            children.append(row)
    Message.objects.bulk_update(children, ["parent"], batch_size=BATCH)
    return pks


def _message(session: Session, node: Node, seq: int, when: datetime) -> Message:
    return Message(
        session=session,
        user_id=session.user_id,
        seq=seq,
        role=node.role,
        content=node.content,
        reasoning=node.reasoning,
        reasoning_ms=node.reasoning_ms if node.reasoning else None,
        model_id=node.model,
        status=node.status,
        create_time=when,
    )


def _attach(user: User, session: Session, chat: Chat, pks: dict[str, int]) -> int:
    """Store the attachments; answers how many were refused, for want of room or because they are no texts."""
    refused = 0
    for node in chat.nodes:
        for attachment in node.attachments:
            try:
                document = documents.create(user, attachment.name, attachment.content)
            except AppError:
                refused += 1
            else:
                documents.attach(Message(pk=pks[node.key]), [document])
    return refused
