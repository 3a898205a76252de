"""Documents, drafts and prompts of a person."""

from collections.abc import Sequence

from django.db.models import Q

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Document, Draft, Prompt
from chat.selectors.groups import offered_to
from chat.selectors.ids import is_uuid

MAX_DRAFTS = 50


def document(user: User, document_id: object) -> Document:
    """The person's document, with its text. Raises NotFound."""
    return documents(user, [document_id])[0]


def documents(user: User, document_ids: Sequence[object]) -> list[Document]:
    """The person's documents of these ids, in this order, each once. One query. Raises NotFound."""
    if not all(is_uuid(document_id) for document_id in document_ids):
        raise NotFound
    ids = list(dict.fromkeys(document_ids))
    found = {row.document_id: row for row in Document.objects.filter(user=user, document_id__in=ids)} if ids else {}
    if len(found) < len(ids):
        raise NotFound
    return [found[str(document_id)] for document_id in ids]


def attachments(user: User, drafts: Sequence[Draft]) -> dict[str, Document]:
    """The documents that drafts name, by id, without their texts; those that are gone are missing. One query."""
    ids = {document_id for draft in drafts for document_id in draft.attachments}
    rows = Document.objects.filter(user=user, document_id__in=ids).defer("content") if ids else []
    return {row.document_id: row for row in rows}


def drafts(user: User) -> list[Draft]:
    """The person's drafts that have something in them, the newest first, at most MAX_DRAFTS."""
    rows = Draft.objects.filter(user=user).exclude(text="", attachments=[])
    return list(rows.order_by("-update_time", "-pk")[:MAX_DRAFTS])


def draft(user: User, session_key: str) -> Draft | None:
    """What the person has written in a session ("" for the next new one) and not sent."""
    return Draft.objects.filter(user=user, session_key=session_key).first()


def prompts(user: User) -> list[Prompt]:
    """The prompts that the person can use: their own and those for everybody, by command."""
    rows = Prompt.objects.filter(Q(owner=user) | (offered_to(user, Prompt) & Q(is_active=True)))
    return list(rows.order_by("command", "pk"))


def prompt(user: User, prompt_id: object) -> Prompt:
    """The person's own prompt. Raises NotFound, also for one of everybody's."""
    found = Prompt.objects.filter(owner=user, prompt_id=prompt_id).first() if is_uuid(prompt_id) else None
    if found is None:
        raise NotFound
    return found
