"""What a person says about a single message."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.errors import AppError
from chat import selectors
from chat.models import Message
from chat.models.message import MessageRole


def rate(user: User, message_id: int, rating: int) -> int | None:
    """Rate an answer: 1 good, -1 bad, 0 takes the rating back. Returns what is stored. Raises AppError."""
    message = selectors.message(user, message_id)
    if message.role != MessageRole.ASSISTANT:
        raise AppError(_("Only answers can be rated."), code="not_an_answer")
    stored = rating or None
    # This column alone: a run may be writing the others.
    Message.objects.filter(user=user, pk=message.pk).update(rating=stored)
    return stored
