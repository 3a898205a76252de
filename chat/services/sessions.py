"""What happens to whole sessions: begun, changed, cleared, deleted.

Each operation locks the session's row, as sending does, and moves `changed_at`, which other tabs follow.
"""

import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict, NotFound
from chat import selectors
from chat.engine import feed
from chat.models import Generation, Message, Session
from chat.models.generation import LIVE_STATES
from chat.services import roles
from providers import registry

MAX_TITLE_CHARS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SessionChanges:
    """What a person changes of a session; None leaves a thing as it is."""

    title: str | None = None
    pinned: bool | None = None
    archived: bool | None = None
    model_id: str | None = None
    role: str | None = None
    current_message_id: int | None = None


def start_session(user: User, role: str | None = None, model_id: str | None = None) -> Session:
    """An empty session. Raises NotFound for a role or a model that the person may not use."""
    chosen = roles.role_for(user, role)
    model = registry.resolve(model_id, user)[0].model_id if model_id else ""
    session = Session.objects.create(user=user, role=chosen, model_id=model)
    _tell(user.pk)
    return session


@retry_on_conflict
@transaction.atomic
def update(user: User, session_id: str, changes: SessionChanges) -> Session:
    """Change a session. Raises NotFound (session, role, model, message) and AppError (title)."""
    session = selectors.session(user, session_id, lock=True)
    if changes.title is not None:
        session.title, session.title_is_manual = clean_title(changes.title), True
    if changes.pinned is not None:
        session.pinned = changes.pinned
    if changes.archived is not None:
        session.archived = changes.archived
    if changes.model_id is not None:
        session.model_id = registry.resolve(changes.model_id, user)[0].model_id
    if changes.role is not None:
        session.role = roles.role_for(user, changes.role)
    if changes.current_message_id is not None:
        session.current_message_id = _newest_leaf(user, session, changes.current_message_id)
    if changes != SessionChanges():
        _touch(session, "title", "title_is_manual", "pinned", "archived", "model_id", "role", "current_message")
    return session


def clean_title(title: str) -> str:
    """A title as it is stored. Raises AppError (invalid_title)."""
    title = title.strip()
    if not 1 <= len(title) <= MAX_TITLE_CHARS or _CONTROL.search(title):
        sentence = _("A title is one line of 1 to %(limit)d characters.") % {"limit": MAX_TITLE_CHARS}
        raise AppError(sentence, code="invalid_title")
    return title


@retry_on_conflict
@transaction.atomic
def delete(user: User, session_id: str) -> None:
    """Put a session into the trash and stop what is being written in it. Raises NotFound."""
    session = selectors.session(user, session_id, lock=True)
    session.deleted_at = timezone.now()
    live = list(_live(session).values_list("pk", flat=True))
    Generation.objects.filter(pk__in=live, stop_requested_at=None).update(stop_requested_at=session.deleted_at)
    _touch(session, "deleted_at")


@retry_on_conflict
@transaction.atomic
def clear(user: User, session_id: str) -> Session:
    """Delete the messages of a session and keep the session. Raises NotFound; Conflict while an answer is written.

    A live run would go on to write into rows that are gone, so it has to be stopped first.
    """
    session = selectors.session(user, session_id, lock=True)
    if _live(session).exists():
        raise Conflict(_("An answer is still being written. Stop it first."), code="still_generating")
    session.current_message = None
    session.preview = ""
    _touch(session, "current_message", "preview")
    rows = Message.objects.filter(user=user, session=session)
    # The database forbids to delete a parent before its children, and Django would walk the chain one by one.
    rows.update(parent=None)
    rows.delete()
    return session


def _live(session: Session) -> QuerySet[Generation]:
    return Generation.objects.filter(message__session=session, state__in=LIVE_STATES)


def _newest_leaf(user: User, session: Session, message_id: int) -> int:
    """The end of the branch that goes through a message, by way of each one's newest child. Raises NotFound."""
    nodes = selectors.skeleton(user, session)
    if all(node.pk != message_id for node in nodes):
        raise NotFound
    # In the order of seq: the newest child comes last and stays, and a child comes after its parent.
    newest = {node.parent_id: node.pk for node in nodes}
    while (child := newest.get(message_id)) is not None:
        message_id = child
    return message_id


def _touch(session: Session, *fields: str) -> None:
    session.changed_at = timezone.now()
    session.save(update_fields=[*fields, "changed_at"])
    _tell(session.user_id)


def _tell(user_id: int) -> None:
    transaction.on_commit(lambda: feed.poke(user_id))
