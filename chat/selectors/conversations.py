"""What a conversation shows: the branch with its siblings, and what a live answer has so far."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Prefetch

from accounts.models import User
from chat.models import Document, Generation, GenerationChunk, Message, Session
from chat.models.generation import LIVE_STATES, ChunkKind, GenerationKind
from chat.thinking import Thinking

# Messages that are shown above the one that is gone to.
BEFORE = 4


@dataclass(slots=True)
class Stored:
    """What the database has of a live answer; `offset` is the length of its log in characters."""

    content: str = ""
    reasoning: str = ""
    offset: int = 0
    reasoning_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of a conversation with what is shown around it, as `presenters.message_row` takes it."""

    message: Message
    siblings: list[int]
    generation: Generation | None
    stored: Stored | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a branch, oldest first; `next` is the `before` of the page before it, None at the beginning.

    `beside`: on the last page, the answers that stand beside its last one (`Message.beside`). They are shown with
    the branch and are not on it.
    """

    entries: list[Entry] = field(default_factory=list)
    next: int | None = None
    beside: list[Entry] = field(default_factory=list)


class Node(NamedTuple):
    """A message without its texts."""

    pk: int
    parent_id: int | None
    seq: int
    status: str
    role: str
    beside_id: int | None = None


def conversation(
    user: User, session: Session, before: int | None = None, limit: int = 100, reach: int | None = None
) -> Conversation:
    """The last `limit` messages, before `before` (a seq), of the branch on show.

    More of them when the message `reach` is earlier on that branch: all from a little before it on; with 0 all.
    At most four queries: the session's skeleton, the chunks of its live answers, then the page's texts and the
    names of what is attached to them.
    In this order a run that ends meanwhile costs nothing: a message read as live had all its chunks.
    """
    nodes = skeleton(user, session)
    branch = branch_of(nodes, session.current_message_id)
    earlier = [node for node in branch if before is None or node.seq < before]
    page = earlier[_beginning(earlier, limit, reach) :]
    leaf = branch[-1].pk if branch and before is None else None
    beside = [node for node in nodes if leaf is not None and node.beside_id == leaf]
    stored = stored_logs([node.pk for node in (*page, *beside) if node.status in LIVE_STATES])
    pks = [node.pk for node in (*page, *beside)]
    documents = Prefetch("documents", Document.objects.defer("content").order_by("pk"))
    found = Message.objects.filter(user=user, session=session).select_related("generation")
    rows = found.prefetch_related(documents).in_bulk(pks)
    siblings = _siblings(nodes)

    def entries_of(shown: list[Node]) -> list[Entry]:
        entries = []
        for node in shown:
            if (row := rows.get(node.pk)) is not None:
                row.session = session
                entries.append(_entry(row, siblings[node.parent_id], stored.get(node.pk)))
        return entries

    more = page[0].seq if len(earlier) > len(page) else None
    return Conversation(entries_of(page), more, entries_of(beside))


def _beginning(branch: list[Node], limit: int, reach: int | None) -> int:
    """Where a page of the last `limit` messages begins, or earlier: a little before `reach`, if it is there."""
    last = max(0, len(branch) - limit)
    if reach is None:
        return last
    places = [at for at, node in enumerate(branch) if reach in (node.pk, 0)]
    return min(last, max(0, places[0] - BEFORE)) if places else last


def skeleton(user: User, session: Session) -> list[Node]:
    """All messages of a session without their texts, in the order of their seq."""
    rows = Message.objects.filter(user=user, session=session).order_by("seq")
    return [Node(*row) for row in rows.values_list("pk", "parent_id", "seq", "status", "role", "beside_id")]


def branch_of(nodes: Iterable[Node], message_id: int | None) -> list[Node]:
    """The messages from the root to `message_id`, or to the newest when it is not there."""
    by_pk = {node.pk: node for node in nodes}
    newest = (node for node in reversed(by_pk.values()) if node.beside_id is None)
    node = by_pk.get(message_id or 0) or next(newest, None)
    branch: list[Node] = []
    while node is not None:
        branch.append(node)
        # A parent is older than its child; this also ends the walk if a row were ever its own ancestor.
        parent = by_pk.get(node.parent_id or 0)
        node = parent if parent is not None and parent.seq < node.seq else None
    return branch[::-1]


def newest_leaf(nodes: Iterable[Node], message_id: int) -> int:
    """The end of the branch that goes on from a message, by way of each one's newest child.

    Not by way of an answer that stands beside another one: that is not on any branch before it is chosen.
    """
    # In the order of seq: the newest child comes last and stays, and a child comes after its parent.
    newest = {node.parent_id: node.pk for node in nodes if node.beside_id is None}
    while (child := newest.get(message_id)) is not None:
        message_id = child
    return message_id


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
        return Stored(row.content, row.reasoning, len(row.content) + len(row.reasoning), row.reasoning_ms)
    return Stored()


def stored_log(generation: Generation) -> Stored:
    """What the database has so far of a live generation."""
    stored = stored_logs([generation.message_id]).get(generation.message_id)
    return stored or _begun(generation, generation.message)


def stored_logs(message_ids: list[int]) -> dict[int, Stored]:
    """The logs of live answers by message, as far as their chunks go without a gap."""
    if not message_ids:
        return {}
    logs: dict[int, Stored] = {}
    times: dict[int, Thinking] = defaultdict(Thinking)
    rows = GenerationChunk.objects.filter(generation__message_id__in=message_ids).order_by("generation_id", "start")
    for pk, start, kind, text, at in rows.values_list("generation__message_id", "start", "kind", "text", "at_ms"):
        log = logs.setdefault(pk, Stored())
        if start != log.offset:
            continue
        if kind == ChunkKind.CONTENT:
            log.content += text
        elif kind == ChunkKind.REASONING:
            log.reasoning += text
        log.offset += 1 if kind == ChunkKind.EVENT else len(text)
        times[pk].see(kind, at)
    for pk, log in logs.items():
        log.reasoning_ms = times[pk].ms
    return logs
