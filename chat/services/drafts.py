"""Drafts: what is written and not sent, in step on all devices of a person.

Each write says which version it goes on from. Who goes on from an older one is refused and given the newer, so that
nothing is overwritten unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict
from chat import selectors
from chat.engine import feed
from chat.models import Draft
from chat.services.documents import MAX_PER_MESSAGE

# A draft may be longer than a message: what is too long to be sent is to be shortened, not lost.
LONGER = 4


class DraftConflict(Conflict):
    """The draft has been changed elsewhere."""

    code = "draft_conflict"
    sentence = _("Another device has changed this draft.")

    def __init__(self, draft: Draft) -> None:
        """Take the draft as it is stored."""
        super().__init__()
        self.draft = draft


@dataclass(frozen=True, slots=True)
class DraftText:
    """What somebody has written so far. `version`: the one that it goes on from, 0 when there was none."""

    text: str
    attachments: tuple[str, ...] = ()
    version: int = 0


def key_of(user: User, session_id: str) -> str:
    """The key of a session's draft; "new" means the next session. Raises NotFound."""
    return "" if session_id == "new" else selectors.session(user, session_id).session_id


def write(user: User, session_key: str, written: DraftText) -> Draft:
    """Store a draft. The same again changes nothing.

    Raises NotFound (session, attachments), AppError for a text that is too long, and DraftConflict.
    """
    limit = LONGER * settings.MAX_MESSAGE_CHARS
    if len(written.text) > limit or len(written.attachments) > MAX_PER_MESSAGE:
        numbers = {"length": len(written.text), "limit": limit}
        sentence = _("The message has %(length)d characters; at most %(limit)d are allowed.")
        raise AppError(sentence % numbers, code="message_too_long", **numbers)
    documents = selectors.documents(user, written.attachments)
    attachments = [document.document_id for document in documents]
    try:
        return _write(user, session_key, written, attachments)
    except IntegrityError:
        # Two tabs made the first version at the same time; now there is one to go on from.
        return _write(user, session_key, written, attachments)


@retry_on_conflict
@transaction.atomic
def _write(user: User, session_key: str, written: DraftText, attachments: Sequence[str]) -> Draft:
    draft = Draft.objects.select_for_update().filter(user=user, session_key=session_key).first()
    if draft is None:
        draft = Draft(user=user, session_key=session_key, version=written.version)
    elif (draft.text, draft.attachments) == (written.text, list(attachments)):
        return draft
    elif draft.version != written.version:
        raise DraftConflict(draft)
    draft.text, draft.attachments = written.text, list(attachments)
    _save(draft)
    return draft


def clear_sent(user: User, session_key: str, version: int | None, text: str) -> None:
    """Empty the draft that has just been sent, in the transaction of sending.

    `version`: the last one that the sender knew; None when it was not written as a draft. A newer one that
    another device has written stays, unless it is only the beginning of what was sent.
    """
    if version is None:
        return
    draft = Draft.objects.select_for_update().filter(user=user, session_key=session_key).first()
    if draft is None or not (draft.text or draft.attachments):
        return
    if draft.version <= version or text.startswith(draft.text.strip()):
        draft.text, draft.attachments = "", []
        _save(draft)


def _save(draft: Draft) -> None:
    draft.version += 1
    draft.update_time = timezone.now()
    draft.save()
    notes.touch(draft.user_id, f"draft:{draft.session_key}")
    user_id = draft.user_id
    transaction.on_commit(lambda: feed.poke(user_id))
