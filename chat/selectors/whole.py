"""Whole conversations with all branches, as exports take them: several in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Document, Message, Session
from chat.models.generation import LIVE_STATES
from chat.selectors.conversations import Node, branch_of, stored_logs
from chat.selectors.ids import is_uuid

# Conversations that are in memory at once; their texts may be long.
BATCH = 20


@dataclass(slots=True)
class Whole:
    """A session with role and folder, and its messages in order of seq, with documents and their texts."""

    session: Session
    messages: list[Message] = field(default_factory=list)

    def branch(self) -> list[Message]:
        """The messages of the branch on show."""
        by_pk = {message.pk: message for message in self.messages}
        nodes = [Node(m.pk, m.parent_id, m.seq, m.status, m.role, m.beside_id) for m in self.messages]
        return [by_pk[node.pk] for node in branch_of(nodes, self.session.current_message_id)]


def sessions_to_export(user: User, session_ids: Collection[str] | None, *, trash: bool = False) -> list[int]:
    """The keys of the person's sessions, the newest first: all (with those in the trash, if asked), or those named.

    Raises NotFound when one of those named is not theirs.
    """
    rows = Session.objects.filter(user=user)
    if not trash:
        rows = rows.filter(deleted_at__isnull=True)
    if session_ids is not None:
        wanted = set(session_ids)
        if not all(map(is_uuid, wanted)):
            raise NotFound
        pks = dict(rows.filter(session_id__in=wanted).values_list("session_id", "pk"))
        if pks.keys() != wanted:
            raise NotFound
        return [pks[session_id] for session_id in dict.fromkeys(session_ids)]
    return list(rows.order_by("-update_time", "-pk").values_list("pk", flat=True))


def whole(user: User, pks: Collection[int]) -> list[Whole]:
    """These sessions, in this order, as they are now; what is being written as far as the database has it."""
    sessions = Session.objects.filter(user=user).select_related("role", "folder").in_bulk(pks)
    found = {pk: Whole(session) for pk, session in sessions.items()}
    messages = list(_messages(user, pks))
    logs = stored_logs([message.pk for message in messages if message.status in LIVE_STATES])
    by_session: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        if log := logs.get(message.pk):
            message.content, message.reasoning = log.content, log.reasoning
            message.reasoning_ms = log.reasoning_ms
        by_session[message.session_id].append(message)
    for pk, one in found.items():
        one.messages = by_session[pk]
    return [found[pk] for pk in pks if pk in found]


def _messages(user: User, pks: Collection[int]) -> QuerySet[Message]:
    rows = Message.objects.filter(user=user, session_id__in=pks).order_by("session_id", "seq")
    return rows.prefetch_related(Prefetch("documents", Document.objects.order_by("pk")))


def in_batches(user: User, pks: list[int], size: int = BATCH) -> Iterator[list[Whole]]:
    """The same, a few at a time."""
    for at in range(0, len(pks), size):
        yield whole(user, pks[at : at + size])
