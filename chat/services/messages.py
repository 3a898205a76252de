"""What a person says about a single message, and taking one away."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.groups import policy
from accounts.models import User
from accounts.notes import touch
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict, NotFound
from chat import selectors
from chat.engine import feed, unused
from chat.models import Message, Session
from chat.models.generation import LIVE_STATES
from chat.models.message import MessageRole
from chat.services import pruning
from chat.services.send import preview
from chat.services.sessions import tree_of

MAX_COMMENT_CHARS = 500


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person thinks of an answer: 1 good, -1 bad, 0 takes it back, with all that was said.

    `reason` is one of RatingReason or empty, `comment` has at most MAX_COMMENT_CHARS.
    """

    rating: int
    reason: str = ""
    comment: str = ""


@retry_on_conflict
@transaction.atomic
def rate(user: User, message_id: int, given: Rating) -> Message:
    """Rate an answer; what was said before is forgotten. Returns the answer. Raises NotFound and AppError."""
    message = selectors.message(user, message_id)
    if message.role != MessageRole.ASSISTANT:
        raise AppError(_("Only answers can be rated."), code="not_an_answer")
    message.rating = given.rating or None
    message.rating_reason = given.reason if given.rating else ""
    message.rating_comment = given.comment if given.rating else ""
    # These columns alone: a run may be writing the others.
    fields = {name: getattr(message, name) for name in ("rating", "rating_reason", "rating_comment")}
    Message.objects.filter(user=user, pk=message.pk).update(**fields)
    _tell(user, message.session)
    return message


@retry_on_conflict
@transaction.atomic
def delete(user: User, message_id: int) -> list[int]:
    """Delete a message, a question with its answers (chat.services.pruning); returns the ids of what went.

    Documents go along that nothing else refers to. The ledger keeps what was paid for. Raises NotFound; Forbidden where
    the person's group keeps chats, or by legal hold; Conflict while what would go is being written.
    """
    message = selectors.message(user, message_id)
    policy.demand_may_delete(user)
    selectors.demand_session(user, message.session)
    session = selectors.session(user, message.session.session_id, lock=True)
    nodes = selectors.skeleton(user, session)
    if all(node.pk != message_id for node in nodes):
        raise NotFound  # Another tab was faster.
    plan = pruning.without(nodes, message_id, session.current_message_id)
    if any(node.pk in plan.deleted and node.status in LIVE_STATES for node in nodes):
        raise Conflict(_("An answer is still being written. Stop it first."), code="still_generating")
    rows = Message.objects.filter(user=user, session=session)
    rows.filter(pk__in=plan.moved).update(parent=plan.heir)
    session.current_message_id = plan.current
    session.preview = _preview(user, session)
    session.changed_at = timezone.now()
    session.save(update_fields=["current_message", "preview", "changed_at"])
    rows.filter(beside__in=plan.deleted).update(beside=None)
    doomed = rows.filter(pk__in=plan.deleted)
    # The database forbids to delete a parent before its children.
    attached = unused.attached_to(doomed)
    doomed.update(parent=None, beside=None)
    doomed.delete()
    unused.remove_documents(user, among=attached)
    _tell(user, session)
    return sorted(plan.deleted)


def _preview(user: User, session: Session) -> str:
    """The session's line in a list: the newest question on the branch on show, which this reads anew."""
    nodes = selectors.skeleton(user, session) if session.current_message_id else []
    branch = selectors.branch_of(nodes, session.current_message_id)
    asked = [node.pk for node in branch if node.role == MessageRole.USER]
    newest = Message.objects.filter(user=user, pk__in=asked[-1:]).first()
    if newest is None:
        return ""
    return preview(newest.content or newest.documents.values_list("name", flat=True).first() or "")


def _tell(user: User, session: Session) -> None:
    touch(user, tree_of(session))
    user_id = user.pk
    transaction.on_commit(lambda: feed.poke(user_id))
