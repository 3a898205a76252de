"""What a session's tree is without one message. Pure: it reads nodes and says what is to be written.

- A question goes with its answers; what was asked after them follows the message before the question.
- An answer goes alone; what was asked after it follows the version of the answer before it, or, without one, the
  question itself. Two questions in a row are one turn for the model (chat.engine.prompt).

Nothing else is lost, every other message stays within reach, and along each branch `seq` still grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat import selectors
from chat.models.message import MessageRole
from chat.selectors import Node


@dataclass(frozen=True, slots=True)
class Pruning:
    """`deleted` messages, those that move under `heir` (None: to the root), and the new end of the branch on show."""

    deleted: frozenset[int]
    moved: list[int] = field(default_factory=list)
    heir: int | None = None
    current: int | None = None


def without(nodes: Sequence[Node], message_id: int, current: int | None) -> Pruning:
    """The tree without a message, which must be among the nodes; these are in the order of their seq."""
    by_pk = {node.pk: node for node in nodes}
    target = by_pk[message_id]
    children = [node for node in nodes if node.parent_id == message_id]
    if target.role == MessageRole.USER:
        answers = {node.pk for node in children if node.role == MessageRole.ASSISTANT}
        moved = [node for node in nodes if node.parent_id in answers] + [n for n in children if n.pk not in answers]
        deleted, heir = frozenset({message_id, *answers}), target.parent_id
    else:
        moved, deleted = children, frozenset({message_id})
        before = [node.pk for node in _versions(nodes, target) if node.seq < target.seq]
        heir = before[-1] if before else target.parent_id
    pks = {node.pk for node in moved}
    rest = [
        node._replace(
            parent_id=heir if node.pk in pks else node.parent_id,
            beside_id=None if node.beside_id in deleted else node.beside_id,
        )
        for node in nodes
        if node.pk not in deleted
    ]
    shown = current if current in by_pk and current not in deleted else _successor(rest, nodes, target)
    return Pruning(deleted, sorted(pks), heir, shown)


def _successor(rest: Sequence[Node], nodes: Sequence[Node], target: Node) -> int | None:
    """What is shown in the place of a message that was the end of the branch on show, or held it."""
    versions = _versions(nodes, target)
    column = [node for node in versions if node.beside_id == target.pk]
    nearest = sorted(versions, key=lambda node: (node.seq > target.seq, abs(node.seq - target.seq)))
    start = next((node.pk for node in (*column, *nearest)), target.parent_id)
    if start is None:
        roots = [node.pk for node in rest if node.parent_id is None]
        start = roots[-1] if roots else None
    return None if start is None else selectors.newest_leaf(rest, start)


def _versions(nodes: Sequence[Node], target: Node) -> list[Node]:
    """The other versions of a message: same parent, same role."""
    return [
        node
        for node in nodes
        if node.parent_id == target.parent_id and node.role == target.role and node.pk != target.pk
    ]
