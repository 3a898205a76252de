"""Links to a conversation as it was: made, brought up to date, taken back, and carried on by whoever reads one."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict, Forbidden, TooLarge
from chat import selectors
from chat.engine import feed
from chat.models import Message, Session, Share
from chat.models.generation import LIVE_STATES
from chat.models.message import MessageRole, MessageStatus
from chat.models.share import ShareAudience
from chat.presenters import moment
from chat.services.branches import store_chain
from chat.services.send import preview
from providers import registry
from providers.models import ModelConfig

_REUSED = _("This id was already used for another message.")
# One statement of MariaDB takes 16 MB, and a character of JSON up to six bytes.
MAX_SNAPSHOT_CHARS = 2_000_000


@dataclass(frozen=True, slots=True)
class ShareChanges:
    """What a person changes of a link; None leaves a thing as it is. `refresh` takes the snapshot anew."""

    audience: str | None = None
    show_name: bool | None = None
    show_reasoning: bool | None = None
    refresh: bool = False


@retry_on_conflict
@transaction.atomic
def share(user: User, session_id: str, changes: ShareChanges) -> tuple[Share, bool]:
    """The link to a chat, with a fresh snapshot, and whether it is new: a chat has one link.

    Raises NotFound, Forbidden (sharing_off), Conflict (nothing_to_share) and TooLarge (share_too_large).
    """
    # Locked: two tabs that ask at once get the same link.
    session = selectors.session(user, session_id, lock=True)
    _check_audience(changes.audience or ShareAudience.PRIVATE)
    link = Share.objects.filter(user=user, session=session).order_by("pk").first()
    created = link is None
    link = link or Share(user=user, session=session)
    _change(link, changes)
    _take_snapshot(user, session, link)
    link.save()
    _tell(user)
    return link, created


@retry_on_conflict
@transaction.atomic
def update(user: User, token: str, changes: ShareChanges) -> Share:
    """Change a link; its snapshot only when `refresh` or `show_reasoning` asks for it. Raises as `share` does."""
    link = selectors.own_share(user, token, lock=True)
    if changes.audience is not None:
        _check_audience(changes.audience)
    again = changes.refresh or changes.show_reasoning not in {None, link.show_reasoning}
    _change(link, changes)
    if again:
        _take_snapshot(user, link.session, link)
    link.save()
    _tell(user)
    return link


@transaction.atomic
def revoke(user: User, token: str) -> None:
    """Take a link back: from now on it is unknown, also to its owner. Raises NotFound."""
    selectors.own_share(user, token).delete()
    _tell(user)


def count_view(link: Share, reader: User | None) -> None:
    """Count that somebody else than its owner has opened a link: one statement, no lock held."""
    if reader is None or reader.pk != link.user_id:
        Share.objects.filter(pk=link.pk).update(views=F("views") + 1)


@retry_on_conflict
@transaction.atomic
def carry_on(reader: User, token: str, client_id: str) -> tuple[Session, bool]:
    """A chat of the reader's own that begins with what a link shows, and whether it is new.

    The same `client_id` gives the same chat again. Raises NotFound, NotSignedIn; Conflict for a `client_id` that was
    used for something else.
    """
    link = selectors.readable_share(reader, token)
    # One after the other for each person: the same request twice at once makes one chat.
    User.objects.select_for_update().filter(pk=reader.pk).first()
    if known := Message.objects.filter(user=reader, client_id=client_id).select_related("session").first():
        if known.session.deleted_at is not None or known.parent_id is not None:
            raise Conflict(_REUSED, code="client_id_reused")
        return known.session, False
    items = link.snapshot["messages"]
    session = Session.objects.create(
        user=reader, title=link.title, model_id=_usable_model(reader, items), last_seq=len(items)
    )
    copies = _copies(reader, session, items, client_id)
    session.current_message = copies[-1]
    questions = [item["content"] for item in items if item["role"] == MessageRole.USER]
    session.preview = preview(questions[-1]) if questions else ""
    session.save(update_fields=["current_message", "preview"])
    transaction.on_commit(lambda: feed.poke(reader.pk))
    return session, True


def _check_audience(audience: str) -> None:
    if audience not in selectors.audiences():
        raise Forbidden(_("Links of this kind are switched off on this server."), code="sharing_off")


def _change(link: Share, changes: ShareChanges) -> None:
    for name in ("audience", "show_name", "show_reasoning"):
        value = getattr(changes, name)
        if value is not None:
            setattr(link, name, value)


def _take_snapshot(user: User, session: Session, link: Share) -> None:
    """What the branch on show says, without what is still being written."""
    nodes = selectors.branch_of(selectors.skeleton(user, session), session.current_message_id)
    pks = [node.pk for node in nodes if node.status not in LIVE_STATES]
    rows = Message.objects.filter(user=user, session=session).prefetch_related("documents").in_bulk(pks)
    messages = [rows[pk] for pk in pks if pk in rows and rows[pk].content]
    if not messages:
        raise Conflict(_("There is nothing to share yet: send a message first."), code="nothing_to_share")
    names = _model_names({message.model_id for message in messages})
    items = [_item(message, names, reasoning=link.show_reasoning) for message in messages]
    if sum(len(item["content"]) + len(item.get("reasoning", "")) for item in items) > MAX_SNAPSHOT_CHARS:
        sentence = _("This chat is too long to share as a whole. Branch off a part of it, and share that.")
        raise TooLarge(sentence, code="share_too_large")
    link.snapshot = {"messages": items}
    link.title, link.message_count, link.update_time = session.title, len(items), timezone.now()


def _item(message: Message, names: dict[str, str], *, reasoning: bool) -> dict[str, Any]:
    """Field by field: what is not named here never leaves (no role, no prompt, no provider, no rating, no cost)."""
    item: dict[str, Any] = {
        "role": message.role,
        "content": message.content,
        "status": message.status,
        "create_time": moment(message.create_time),
        "attachments": [document.name for document in message.documents.all()],
    }
    if message.role == MessageRole.ASSISTANT:
        item |= {"model_id": message.model_id, "model": names.get(message.model_id, message.model_id)}
        if reasoning and message.reasoning:
            item |= {"reasoning": message.reasoning, "reasoning_ms": message.reasoning_ms}
    return item


def _model_names(model_ids: set[str]) -> dict[str, str]:
    return dict(ModelConfig.objects.filter(model_id__in=model_ids).values_list("model_id", "model_name"))


def _usable_model(reader: User, items: list[dict[str, Any]]) -> str:
    """The model of the last answer, if the reader may use it; empty for their own default."""
    used = next((item["model_id"] for item in reversed(items) if item.get("model_id")), "")
    try:
        return registry.resolve(used, reader)[0].model_id if used else ""
    except AppError:
        return ""


def _copies(reader: User, session: Session, items: list[dict[str, Any]], client_id: str) -> list[Message]:
    """The items as messages, each under the one before; the first one carries the `client_id`."""
    new = [
        Message(
            session=session,
            user=reader,
            seq=seq,
            client_id=client_id if seq == 1 else None,
            role=item["role"],
            content=item["content"],
            reasoning=item.get("reasoning", ""),
            reasoning_ms=item.get("reasoning_ms"),
            status=MessageStatus.COMPLETED,
            model_id=item.get("model_id", ""),
            create_time=parse_datetime(item["create_time"]) or timezone.now(),
        )
        for seq, item in enumerate(items, start=1)
    ]
    return store_chain(session, new)


def _tell(user: User) -> None:
    notes.touch(user, "shares")
    transaction.on_commit(lambda: feed.poke(user.pk))
