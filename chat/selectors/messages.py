"""Single messages and the runs that write them."""

from collections.abc import Collection

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Generation, Message
from chat.models.generation import LIVE_STATES
from chat.models.message import MessageRole
from chat.selectors.ids import is_key, is_uuid


def message(user: User, message_id: object) -> Message:
    """The person's message, with its session. Raises NotFound."""
    if not is_key(message_id):
        raise NotFound
    rows = Message.objects.filter(user=user, session__user=user, session__deleted_at__isnull=True)
    found = rows.select_related("session").filter(pk=message_id).first()
    if found is None:
        raise NotFound
    return found


def generation(user: User, generation_id: object) -> Generation:
    """The person's generation, with its message and session. Raises NotFound."""
    if not is_uuid(generation_id):
        raise NotFound
    rows = Generation.objects.filter(user=user, message__session__user=user, message__session__deleted_at__isnull=True)
    found = rows.select_related("message__session").filter(id=generation_id).first()
    if found is None:
        raise NotFound
    return found


def answer_to(user: User, text: str, session_id: str | None, client_id: str | None) -> str:
    """The generation that answers the person's newest question with this text (or this client_id). Raises NotFound.

    For a client that asks again without knowing what it began: the text is looked up, never sent anew. Of two answers
    side by side it is the first, which the client had followed.
    """
    questions = Message.objects.filter(user=user, role=MessageRole.USER, session__deleted_at__isnull=True)
    questions = questions.filter(client_id=client_id) if client_id else questions.filter(content=text.strip())
    if session_id:
        questions = questions.filter(session__session_id=session_id)
    newest = questions.order_by("-pk").values_list("pk", flat=True).first()
    answers = Generation.objects.filter(user=user, message__parent=newest, message__beside=None).order_by("-message_id")
    found = answers.values_list("id", flat=True).first() if newest else None
    if found is None:
        raise NotFound
    return found


def generating(session_ids: Collection[int]) -> dict[int, str]:
    """The newest live generation of each session (by primary key) that has one."""
    live = Generation.objects.filter(message__session_id__in=session_ids, state__in=LIVE_STATES)
    return dict(live.order_by("create_time").values_list("message__session_id", "id"))


def message_count(user: User) -> int:
    """How many messages the person has written and not deleted."""
    return Message.objects.filter(user=user, role=MessageRole.USER).count()
