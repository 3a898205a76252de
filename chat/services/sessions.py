"""What happens to whole sessions: begun, changed, cleared, deleted.

Each operation locks the session's row, as sending does, and moves `changed_at`, which other tabs follow.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.groups import policy
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict, NotFound
from chat import selectors
from chat.engine import feed, unused
from chat.models import Generation, Message, Session
from chat.models.generation import LIVE_STATES
from chat.services import answers, folders, roles
from chat.services.folders import FOLDERS
from chat.services.lines import clean_line
from providers import registry

MAX_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True)
class SessionChanges:
    """What a person changes of a session; None leaves a thing as it is. `folder_id` is empty for no folder."""

    title: str | None = None
    pinned: bool | None = None
    archived: bool | None = None
    model_id: str | None = None
    role: str | None = None
    current_message_id: int | None = None
    folder_id: str | None = None
    unread: bool | None = None


@retry_on_conflict
@transaction.atomic
def start_session(
    user: User, role: str | None = None, model_id: str | None = None, folder_id: str | None = None
) -> Session:
    """An empty session. Raises NotFound for a role or a model that the person may not use, or an unknown folder."""
    chosen = roles.role_for(user, role)
    model = registry.resolve(model_id, user)[0].model_id if model_id else ""
    session = Session.objects.create(user=user, role=chosen, model_id=model, folder=folders.for_new(user, folder_id))
    _tell(user.pk)
    return session


@retry_on_conflict
@transaction.atomic
def update(user: User, session_id: str, changes: SessionChanges) -> Session:
    """Change a session. Raises NotFound (session, role, model, message, folder) and AppError (title)."""
    # The folder before the session, as in bulk changes: two that lock in turns would wait for each other.
    folder = selectors.folder(user, changes.folder_id, lock=True) if changes.folder_id else None
    session = selectors.session(user, session_id, lock=True)
    if changes.title is not None:
        session.title, session.title_is_manual = clean_title(changes.title), True
    if changes.pinned is not None:
        session.pinned = changes.pinned
    if changes.archived is not None:
        session.archived = changes.archived
    if changes.folder_id is not None:
        session.folder = folder
    if changes.unread is not None:
        session.unread = changes.unread
    if changes.model_id is not None:
        session.model_id = registry.resolve(changes.model_id, user)[0].model_id
    if changes.role is not None:
        session.role = roles.role_for(user, changes.role)
    if changes.current_message_id is not None:
        _show(user, session, changes.current_message_id)
    if changes != SessionChanges():
        _touch(session, *_CHANGEABLE)
    if changes.folder_id is not None or (changes.archived is not None and session.folder_id):
        notes.touch(user, FOLDERS)
    return session


_CHANGEABLE = (
    "title", "title_is_manual", "pinned", "archived", "model_id", "role", "current_message", "folder", "unread",
)  # fmt: skip


def clean_title(title: str) -> str:
    """A title as it is stored. Raises AppError (invalid_title)."""
    cleaned = clean_line(title, MAX_TITLE_CHARS)
    if not cleaned:
        sentence = _("A title is one line of 1 to %(limit)d characters.") % {"limit": MAX_TITLE_CHARS}
        raise AppError(sentence, code="invalid_title")
    return cleaned


@retry_on_conflict
@transaction.atomic
def delete(user: User, session_id: str) -> None:
    """Put a session into the trash and stop what is being written in it. Raises NotFound, and Forbidden (policy)."""
    session = selectors.session(user, session_id, lock=True)
    policy.demand_may_delete(user)
    session.deleted_at = timezone.now()
    live = list(_live(session).values_list("pk", flat=True))
    Generation.objects.filter(pk__in=live, stop_requested_at=None).update(stop_requested_at=session.deleted_at)
    _touch(session, "deleted_at")
    if session.folder_id:
        notes.touch(user, FOLDERS)


@retry_on_conflict
@transaction.atomic
def clear(user: User, session_id: str) -> Session:
    """Delete the messages of a session and keep it.

    Raises NotFound; Forbidden (policy, legal hold); Conflict while one is written.

    A live run would go on to write into rows that are gone, so it has to be stopped first.
    """
    session = selectors.session(user, session_id, lock=True)
    policy.demand_may_delete(user)
    selectors.demand_session(user, session)
    if _live(session).exists():
        raise Conflict(_("An answer is still being written. Stop it first."), code="still_generating")
    session.current_message = None
    session.preview = ""
    _touch(session, "current_message", "preview")
    rows = Message.objects.filter(user=user, session=session)
    # The database forbids to delete a parent before its children, and Django would walk the chain one by one.
    attached = unused.attached_to(rows)
    rows.update(parent=None)
    rows.delete()
    unused.remove_documents(user, among=attached)
    return session


def _live(session: Session) -> QuerySet[Generation]:
    return Generation.objects.filter(message__session=session, state__in=LIVE_STATES)


def _show(user: User, session: Session, message_id: int) -> None:
    """Show the branch through a message, to its newest end. Raises NotFound.

    Of two answers that stand side by side this chooses one.
    """
    message = Message.objects.filter(user=user, session=session, pk=message_id).first()
    if message is None:
        raise NotFound
    answers.separate(message)
    session.current_message_id = selectors.newest_leaf(selectors.skeleton(user, session), message_id)
    notes.touch(user, tree_of(session))


def tree_of(session: Session) -> str:
    """How a note calls the messages of a session: other tabs that show it fetch them anew (accounts.notes)."""
    return f"tree:{session.session_id}"


def _touch(session: Session, *fields: str) -> None:
    session.changed_at = timezone.now()
    session.save(update_fields=[*fields, "changed_at"])
    _tell(session.user_id)


def _tell(user_id: int) -> None:
    transaction.on_commit(lambda: feed.poke(user_id))
