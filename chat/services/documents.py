"""Documents: texts that people attach to a message, stored when they are chosen and named by id when it is sent.

One that no message and no draft refers to was given up: it goes when its place is needed, and after a day
(chat.engine.unused).
"""

import hashlib
import re
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.holds import rules
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict, NotFound, TooLarge
from chat import selectors
from chat.engine import unused
from chat.models import Document, Message
from chat.services import moderation, text_files

MAX_BYTES = 1024 * 1024
MAX_CHARS = 500_000
MAX_NAME_CHARS = 200
MAX_PER_MESSAGE = 10

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MEDIA_TYPES = {
    "csv": "text/csv",
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "md": "text/markdown",
    "markdown": "text/markdown",
    "tsv": "text/tab-separated-values",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "yml": "application/yaml",
}


def create(user: User, name: str, content: str | bytes) -> Document:
    """Store a text, or a file that holds one.

    Raises TooLarge (document_too_large, documents_full) and AppError (not_a_text, empty_document, blocked_word).
    """
    text = _text(content)
    name = clean_name(name)
    moderation.check_text(name)
    data = text.encode()
    document = Document(
        user=user,
        name=name,
        media_type=_MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "text/plain"),
        size=len(data),
        chars=len(text),
        sha256=hashlib.sha256(data).hexdigest(),
        content=text,
    )
    _store(user, document)
    return document


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be printed, and not too long; its ending stays."""
    name = _UNPRINTABLE.sub("", re.split(r"[/\\]", name)[-1]).strip(" .") or "text.txt"
    if len(name) <= MAX_NAME_CHARS:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= 16 else ""
    return name[: MAX_NAME_CHARS - len(ending)] + ending


def _text(content: str | bytes) -> str:
    size = len(content) if isinstance(content, bytes) else 0
    try:
        if size > MAX_BYTES:
            raise _too_large()
        text = text_files.clean(content) if isinstance(content, str) else text_files.decode(content)
    except text_files.NotText as error:
        sentence = _("This file is not a text. Text files, tables as CSV and source code can be attached.")
        raise AppError(sentence, code="not_a_text") from error
    if not text.strip():
        raise AppError(_("There is no text in this file."), code="empty_document")
    if len(text) > MAX_CHARS:
        raise _too_large()
    return moderation.check_text(text)


def _too_large() -> TooLarge:
    numbers = {"kilobytes": MAX_BYTES // 1024, "characters": MAX_CHARS}
    sentence = _("An attachment may have %(kilobytes)d kB and %(characters)d characters. Divide it, or take a part.")
    return TooLarge(sentence % numbers, code="document_too_large", max_bytes=MAX_BYTES, max_chars=MAX_CHARS)


@retry_on_conflict
@transaction.atomic
def _store(user: User, document: Document) -> None:
    # One after the other for each person: those who count at the same time would all find room.
    User.objects.select_for_update().filter(pk=user.pk).first()
    if _stored_bytes(user) + document.size > settings.MAX_DOCUMENT_BYTES_PER_USER:
        unused.remove_documents(user)
        if _stored_bytes(user) + document.size > settings.MAX_DOCUMENT_BYTES_PER_USER:
            sentence = _("Your attachments take up all the space you have. Delete chats with attachments to make room.")
            raise TooLarge(sentence, code="documents_full", max_bytes=settings.MAX_DOCUMENT_BYTES_PER_USER)
    document.save()


def _stored_bytes(user: User) -> int:
    return Document.objects.filter(user=user).aggregate(total=Sum("size"))["total"] or 0


@retry_on_conflict
@transaction.atomic
def delete(user: User, document_id: str) -> None:
    """Delete one that was not sent. Raises NotFound, Forbidden (kept), Conflict (document_in_use: a message has it)."""
    document = selectors.document(user, document_id)
    rules.demand(user)
    if document.messages.exists():
        sentence = _("A message has this attachment. It goes when the message is deleted.")
        raise Conflict(sentence, code="document_in_use")
    Document.objects.filter(pk=document.pk).delete()


def take(user: User, document_ids: Sequence[str]) -> list[Document]:
    """The documents that a message shall have, in this order. Raises NotFound, and AppError as for the message's text.

    What was blocked after a document was stored is found here: the text that is sent is what counts.
    """
    if len(document_ids) > MAX_PER_MESSAGE:
        raise AppError(_("At most %(limit)d attachments, please.") % {"limit": MAX_PER_MESSAGE}, code="invalid")
    documents = selectors.documents(user, document_ids)
    if moderation.has_words():
        for document in documents:
            _check_again(document)
    return documents


def _check_again(document: Document) -> None:
    text = moderation.check_text(document.content)
    if text != document.content:
        Document.objects.filter(pk=document.pk).update(content=text, chars=len(text), size=len(text.encode()))
        Message.objects.filter(documents=document, indexed=True).update(indexed=False)


def attach(message: Message, documents: Sequence[Document]) -> None:
    """Give a new message its documents, inside the caller's transaction. Raises NotFound for one that has just gone."""
    pks = [document.pk for document in documents]
    if not pks:
        return
    if len(Document.objects.select_for_update().filter(pk__in=pks).values_list("pk", flat=True)) < len(pks):
        raise NotFound
    link = Message.documents.through
    link.objects.bulk_create([link(message_id=message.pk, document_id=pk) for pk in pks])
