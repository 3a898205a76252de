"""Rows for tests, each with no more said about it than its test needs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chat.models import Folder, Generation, GenerationChunk, Message, Role, Session
from providers.models import ModelConfig, Provider

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def offered_model(model_id: str = "model-1") -> ModelConfig:
    """A model that everybody may use."""
    provider, _ = Provider.objects.get_or_create(name="upstream", base_url="https://models.test/v1")
    return ModelConfig.objects.create(provider=provider, model_id=model_id, model_name=model_id)


def session(user: Any, **fields: Any) -> Session:
    """A session without messages."""
    return Session.objects.create(user=user, **fields)


def chain(session: Session, texts: list[str], **fields: Any) -> list[Message]:
    """Messages one after the other, questions and answers by turns; the last one ends the branch on show."""
    messages: list[Message] = []
    for text in texts:
        messages.append(add(session, messages[-1] if messages else None, text, **fields))
    return messages


def add(session: Session, parent: Message | None, text: str = "", **fields: Any) -> Message:
    """A message under another; it ends the branch on show."""
    session.last_seq += 1
    role = fields.pop("role", "assistant" if parent is not None and parent.role == "user" else "user")
    message = Message.objects.create(
        session=session, user=session.user, parent=parent, seq=session.last_seq, role=role, content=text, **fields
    )
    session.current_message = message
    session.save()
    return message


def many(user: Any, count: int, **fields: Any) -> list[Session]:
    """Sessions, the last one the newest, a minute apart."""
    rows = [
        Session(user=user, title=f"chat {number}", update_time=NOON + timedelta(minutes=number), **fields)
        for number in range(count)
    ]
    return Session.objects.bulk_create(rows, batch_size=500)


def long_chain(session: Session, count: int) -> list[Message]:
    """A long conversation, made quickly."""
    rows = Message.objects.bulk_create(
        [
            Message(
                session=session,
                user=session.user,
                seq=seq,
                role="user" if seq % 2 else "assistant",
                content=f"text {seq}",
            )
            for seq in range(1, count + 1)
        ],
        batch_size=500,
    )
    rows = list(Message.objects.filter(session=session).order_by("seq"))
    for parent, child in zip(rows, rows[1:], strict=False):
        child.parent = parent
    Message.objects.bulk_update(rows[1:], ["parent"], batch_size=200)
    session.current_message, session.last_seq = rows[-1], count
    session.save()
    return rows


def running(session: Session, *pieces: tuple[str, str], state: str = "running", **fields: Any) -> Generation:
    """A question with an answer that is being written; `pieces` are the chunks of its log as (kind, text)."""
    question = add(session, None, "a question")
    answer = add(session, question, status=state)
    generation = Generation.objects.create(message=answer, user=session.user, state=state, owner="elsewhere", **fields)
    start = 0
    for kind, text in pieces:
        GenerationChunk.objects.create(generation=generation, start=start, kind=kind, text=text)
        start += 1 if kind == "event" else len(text)
    return generation


def role(slug: str = "poet", **fields: Any) -> Role:
    """A role for everybody."""
    return Role.objects.create(slug=slug, name=slug.title(), **fields)


def folder(user: Any, name: str = "Work", **fields: Any) -> Folder:
    """An empty folder."""
    return Folder.objects.create(user=user, name=name, **fields)
