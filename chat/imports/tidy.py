"""From the nodes of a file to a tree that can be stored: links mended, order found, what is no message taken out.

Nothing here calls itself: a chat of ten thousand messages is ten thousand levels deep.
"""

import hashlib
import heapq
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from chat.imports.neutral import Chat, Node, Reason, Refused

MAX_MESSAGES = 20_000
# Of a text with its reasoning: together they fit into one statement (aihelper.lib.db).
MAX_MESSAGE_CHARS = 2_000_000
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def tidy(chat: Chat) -> Chat:
    """The chat with `nodes` in an order in which each stands after its parent. Raises Refused.

    - A parent that is not there, or a circle of parents, ends at a root.
    - Of two messages with one id each stays, under a name of its own; what hangs on the id hangs on the first.
    - Nodes without a role go; their children follow the message before, and their thoughts go to the next answer.
    - An answer that goes on right after another one, as after the use of a tool, is one with it.
    """
    if len(chat.nodes) > MAX_MESSAGES:
        raise Refused(Reason.TOO_MANY_MESSAGES)
    nodes = _by_key(chat.nodes)
    parents = _without_circles({key: node.parent for key, node in nodes.items()})
    stored, places = _collect(_ordered(nodes, parents), parents)
    if not any(node.content.strip() or node.attachments for node in stored.values()):
        raise Refused(Reason.NO_MESSAGES)
    if any(len(node.content) + len(node.reasoning) > MAX_MESSAGE_CHARS for node in stored.values()):
        raise Refused(Reason.MESSAGE_TOO_LONG)
    kept = list(stored.values())
    current = places.get(chat.current or "") or kept[-1].key
    result = replace(chat, nodes=kept, current=_end_of(kept, current))
    return result if result.source_id else replace(result, source_id=_fingerprint(result))


def _by_key(nodes: list[Node]) -> dict[str, Node]:
    """The nodes by keys of which no two are the same; a second copy of the same words goes."""
    found: dict[str, Node] = {}
    for number, node in enumerate(nodes):
        first = found.get(node.key)
        if first is None:
            found[node.key] = node
        elif (first.role, first.content) != (node.role, node.content):
            # Nothing in the file can mean this one: its links are ids, and no id ends so.
            node.key = f"{node.key}\0{number}"
            found[node.key] = node
    return found


def _without_circles(parents: dict[str, str | None]) -> dict[str, str | None]:
    """The same links, with each circle cut open where it is first entered."""
    sound: dict[str, str | None] = {}
    for start in parents:
        path: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in sound and key not in path:
            path[key] = None
            above = parents[key]
            key = above if above in parents else None
        # `key` is None at a root, sound where another path is met, or the place where this one bites its tail.
        for member in path:
            above = parents[member]
            sound[member] = above if above in parents else None
        if key is not None and key in path:
            sound[key] = None
    return sound


def _ordered(nodes: dict[str, Node], parents: dict[str, str | None]) -> list[Node]:
    """Each after its parent, and else as time went; what has no time goes with its parent."""
    children: dict[str | None, list[str]] = defaultdict(list)
    for key, parent in parents.items():
        children[parent].append(key)
    place = {key: number for number, key in enumerate(parents)}
    heap: list[tuple[datetime, int, str]] = []

    def open_up(key: str | None, when: datetime) -> None:
        for child in children[key]:
            heapq.heappush(heap, (max(when, nodes[child].time or when), place[child], child))

    open_up(None, _BEGINNING)
    result: list[Node] = []
    while heap:
        when, _place, key = heapq.heappop(heap)
        result.append(nodes[key])
        open_up(key, when)
    return result


def _collect(ordered: list[Node], parents: dict[str, str | None]) -> tuple[dict[str, Node], dict[str, str]]:
    """The messages by key, under their nearest message; and where each node of the file has ended up."""
    branching: dict[str | None, int] = defaultdict(int)
    for parent in parents.values():
        branching[parent] += 1
    stored: dict[str, Node] = {}
    places: dict[str, str] = {}
    thoughts: dict[str, str] = {}
    # Messages from which more than one way goes on: what follows is not one with them.
    forked: set[str] = set()
    for node in ordered:
        above = parents[node.key]
        parent = places.get(above) if above else None
        if parent and branching[above] > 1:
            forked.add(parent)
        pending = thoughts.get(above or "", "")
        reasoning = "\n\n".join(filter(None, [pending, node.reasoning.strip()]))
        before = stored.get(parent) if parent else None
        if node.role == "assistant" and before and before.role == "assistant" and before.key not in forked:
            before.content = "\n\n".join(filter(None, [before.content, node.content.strip()]))
            before.reasoning = "\n\n".join(filter(None, [before.reasoning, reasoning]))
            before.reasoning_ms = (before.reasoning_ms or 0) + (node.reasoning_ms or 0) or None
            before.attachments += node.attachments
            before.model = node.model or before.model
            before.status = node.status
            places[node.key] = before.key
        elif node.role and (node.content.strip() or node.attachments or node.role == "assistant"):
            own = reasoning if node.role == "assistant" else ""
            stored[node.key] = replace(node, parent=parent, reasoning=own, content=node.content.strip())
            places[node.key] = node.key
        else:
            thoughts[node.key] = reasoning
            if parent:
                places[node.key] = parent
    return stored, places


def _end_of(kept: list[Node], key: str) -> str:
    """The end of the branch through a message, by its newest continuation."""
    last: dict[str, str] = {node.parent: node.key for node in kept if node.parent}
    while key in last:
        key = last[key]
    return key


def _fingerprint(chat: Chat) -> str:
    """What stands for an id where the file has none: the same chat always gives the same."""
    digest = hashlib.sha256(chat.title.encode())
    for node in chat.nodes[:20]:
        digest.update(f"\0{node.role}\0{node.content}".encode())
    return digest.hexdigest()
