"""Every read of the chat's tables for a person, always scoped by that person (invariant I5).

What is not theirs, what is in the trash and what never was answer alike: NotFound. Lists cost a constant
number of queries, whatever their length.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Expression, F, Q, QuerySet
from django.db.models.functions import Collate

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.cursors import SessionCursor
from chat.models import Generation, GenerationChunk, Message, Session
from chat.models.generation import LIVE_STATES, ChunkKind, GenerationKind
from chat.models.message import MessageRole

# Our ids as we make them. Anything else is unknown without a question to the database, whose collation
# might take another spelling for the same id.
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_MAX_PK = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SessionFilters:
    """What a list of sessions is narrowed to. `start` is inside the period, `end` is not; None means any."""

    q: str = ""
    start: datetime | None = None
    end: datetime | None = None
    model_id: str = ""
    role: str = ""
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """Sessions with their roles, newest first, pinned ones before; `next` is the cursor of the next page."""

    sessions: list[Session]
    next: str | None


@dataclass(slots=True)
class Stored:
    """What the database has of a live answer; `offset` is the length of its log in characters."""

    content: str = ""
    reasoning: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of a conversation with what is shown around it, as `presenters.message_row` takes it."""

    message: Message
    siblings: list[int]
    generation: Generation | None
    stored: Stored | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a branch, oldest first; `next` is the `before` of the page before it, None at the beginning."""

    entries: list[Entry] = field(default_factory=list)
    next: int | None = None


class Node(NamedTuple):
    """A message without its texts."""

    pk: int
    parent_id: int | None
    seq: int
    status: str


def session(user: User, session_id: object, *, lock: bool = False) -> Session:
    """The person's session. `lock`, inside a transaction: nobody else writes it until the end. Raises NotFound."""
    if not isinstance(session_id, str) or not _UUID.fullmatch(session_id):
        raise NotFound
    rows = Session.objects.filter(user=user, deleted_at__isnull=True)
    # Without the role when locking: a join would lock the role's row for everybody.
    rows = rows.select_for_update() if lock else rows.select_related("role")
    found = rows.filter(session_id=session_id).first()
    if found is None:
        raise NotFound
    return found


def message(user: User, message_id: object) -> Message:
    """The person's message, with its session. Raises NotFound."""
    if type(message_id) is not int or not 0 < message_id <= _MAX_PK:
        raise NotFound
    rows = Message.objects.filter(user=user, session__user=user, session__deleted_at__isnull=True)
    found = rows.select_related("session").filter(pk=message_id).first()
    if found is None:
        raise NotFound
    return found


def generation(user: User, generation_id: object) -> Generation:
    """The person's generation, with its message and session. Raises NotFound."""
    if not isinstance(generation_id, str) or not _UUID.fullmatch(generation_id):
        raise NotFound
    rows = Generation.objects.filter(user=user, message__session__user=user, message__session__deleted_at__isnull=True)
    found = rows.select_related("message__session").filter(id=generation_id).first()
    if found is None:
        raise NotFound
    return found


def answer_to(user: User, text: str, session_id: str | None, client_id: str | None) -> str:
    """The generation that answers the person's newest question with this text (or this client_id). Raises NotFound.

    For a client that asks again without knowing what it began: the text is looked up, never sent anew.
    """
    questions = Message.objects.filter(user=user, role=MessageRole.USER, session__deleted_at__isnull=True)
    questions = questions.filter(client_id=client_id) if client_id else questions.filter(content=text.strip())
    if session_id:
        questions = questions.filter(session__session_id=session_id)
    newest = questions.order_by("-pk").values_list("pk", flat=True).first()
    answers = Generation.objects.filter(user=user, message__parent=newest).order_by("-message_id")
    found = answers.values_list("id", flat=True).first() if newest else None
    if found is None:
        raise NotFound
    return found


def sessions_page(
    user: User, cursor: str | None = None, limit: int = 50, filters: SessionFilters | None = None
) -> SessionsPage:
    """One page of the person's sessions. Raises AppError for a cursor that is not ours."""
    rows = Session.objects.filter(user=user, deleted_at__isnull=True).select_related("role")
    rows = _narrow(rows, user, filters or SessionFilters())
    if cursor:
        rows = rows.filter(_after(SessionCursor.decode(cursor)))
    page = list(rows.order_by("-pinned", "-update_time", "-pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    last = page[-1] if more else None
    return SessionsPage(page, SessionCursor(last.pinned, last.update_time, last.pk).encode() if last else None)


def _after(cursor: SessionCursor) -> Q:
    later = Q(update_time__lt=cursor.update_time) | Q(update_time=cursor.update_time, pk__lt=cursor.pk)
    in_group = Q(pinned=cursor.pinned) & later
    return in_group | Q(pinned=False) if cursor.pinned else in_group


def _narrow(rows: QuerySet[Session], user: User, filters: SessionFilters) -> QuerySet[Session]:
    # Subqueries by IN, not EXISTS: they run once, over the index by user and time, not once per session.
    if filters.archived is not None:
        rows = rows.filter(archived=filters.archived)
    if filters.model_id:
        rows = rows.filter(model_id=filters.model_id)
    if filters.role:
        rows = rows.filter(role__slug=filters.role)
    if filters.q:
        texts = Message.objects.alias(found=_any_case("content")).filter(user=user, found__icontains=filters.q)
        titles = Q(found__icontains=filters.q)
        rows = rows.alias(found=_any_case("title")).filter(titles | Q(pk__in=texts.values("session_id")))
    if filters.start is not None or filters.end is not None:
        written = Message.objects.filter(_within("create_time", filters), user=user)
        began, changed = _within("create_time", filters), _within("update_time", filters)
        rows = rows.filter(began | changed | Q(pk__in=written.values("session_id")))
    return rows


def _any_case(name: str) -> Expression | F:
    """A column to search in: MySQL's LIKE goes by the collation, and ours tells cases apart."""
    return Collate(name, "utf8mb4_general_ci") if connection.vendor == "mysql" else F(name)


def _within(name: str, filters: SessionFilters) -> Q:
    after = Q(**{f"{name}__gte": filters.start}) if filters.start is not None else Q()
    return after & (Q(**{f"{name}__lt": filters.end}) if filters.end is not None else Q())


def conversation(user: User, session: Session, before: int | None = None, limit: int = 100) -> Conversation:
    """The last `limit` messages, before `before` (a seq), of the branch on show.

    At most three queries: the session's skeleton, the chunks of its live answers, then the page's texts.
    In this order a run that ends meanwhile costs nothing: a message read as live had all its chunks.
    """
    nodes = skeleton(user, session)
    branch = branch_of(nodes, session.current_message_id)
    earlier = [node for node in branch if before is None or node.seq < before]
    page = earlier[-limit:]
    stored = _stored([node.pk for node in page if node.status in LIVE_STATES])
    pks = [node.pk for node in page]
    rows = Message.objects.filter(user=user, session=session).select_related("generation").in_bulk(pks)
    siblings = _siblings(nodes)
    entries = []
    for node in page:
        if (row := rows.get(node.pk)) is not None:
            row.session = session
            entries.append(_entry(row, siblings[node.parent_id], stored.get(node.pk)))
    return Conversation(entries, page[0].seq if len(earlier) > len(page) else None)


def skeleton(user: User, session: Session) -> list[Node]:
    """All messages of a session without their texts, in the order of their seq."""
    rows = Message.objects.filter(user=user, session=session).order_by("seq")
    return [Node(*row) for row in rows.values_list("pk", "parent_id", "seq", "status")]


def branch_of(nodes: Iterable[Node], message_id: int | None) -> list[Node]:
    """The messages from the root to `message_id`, or to the newest when it is not there."""
    by_pk = {node.pk: node for node in nodes}
    node = by_pk.get(message_id or 0) or next(reversed(by_pk.values()), None)
    branch: list[Node] = []
    while node is not None:
        branch.append(node)
        # A parent is older than its child; this also ends the walk if a row were ever its own ancestor.
        parent = by_pk.get(node.parent_id or 0)
        node = parent if parent is not None and parent.seq < node.seq else None
    return branch[::-1]


def _siblings(nodes: Iterable[Node]) -> dict[int | None, list[int]]:
    families: dict[int | None, list[int]] = defaultdict(list)
    for node in nodes:
        families[node.parent_id].append(node.pk)
    return families


def _entry(row: Message, siblings: list[int], stored: Stored | None) -> Entry:
    run = getattr(row, "generation", None)
    if row.status not in LIVE_STATES:
        return Entry(row, siblings, run, None)
    return Entry(row, siblings, run, stored or _begun(run, row))


def _begun(run: Generation | None, row: Message) -> Stored:
    """A live answer before its first chunk. A continuation's log begins with the text that it goes on from."""
    if run is not None and run.kind == GenerationKind.CONTINUE:
        return Stored(row.content, row.reasoning, len(row.content) + len(row.reasoning))
    return Stored()


def stored_log(generation: Generation) -> Stored:
    """What the database has so far of a live generation."""
    stored = _stored([generation.message_id]).get(generation.message_id)
    return stored or _begun(generation, generation.message)


def _stored(message_ids: list[int]) -> dict[int, Stored]:
    """The logs of live answers by message, as far as their chunks go without a gap."""
    if not message_ids:
        return {}
    logs: dict[int, Stored] = {}
    rows = GenerationChunk.objects.filter(generation__message_id__in=message_ids).order_by("generation_id", "start")
    for pk, start, kind, text in rows.values_list("generation__message_id", "start", "kind", "text"):
        log = logs.setdefault(pk, Stored())
        if start != log.offset:
            continue
        if kind == ChunkKind.CONTENT:
            log.content += text
        elif kind == ChunkKind.REASONING:
            log.reasoning += text
        log.offset += 1 if kind == ChunkKind.EVENT else len(text)
    return logs


def generating(session_ids: Collection[int]) -> dict[int, str]:
    """The newest live generation of each session (by primary key) that has one."""
    live = Generation.objects.filter(message__session_id__in=session_ids, state__in=LIVE_STATES)
    return dict(live.order_by("create_time").values_list("message__session_id", "id"))


def sessions_changed(user_ids: Collection[int], since: datetime) -> list[Session]:
    """What changed in these people's lists at `since` or later, with roles; also what was deleted."""
    rows = Session.objects.filter(user_id__in=user_ids, changed_at__gte=since)
    return list(rows.select_related("role").order_by("changed_at", "pk"))


def message_count(user: User) -> int:
    """How many messages the person has written and not deleted."""
    return Message.objects.filter(user=user, role=MessageRole.USER).count()
