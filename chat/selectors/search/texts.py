"""The texts of messages, as the search reads them."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from accounts.models import User
from chat.models import Document, Message
from chat.search.query import Query
from chat.search.texts import Text
from chat.search.words import compose, fold

# Characters of attachments that are read for one look: a person may have hundreds of times as many.
MAX_ATTACHED_CHARS = 2_000_000

# Session, message, role and the message's own words.
Row = tuple[int, int, str, str]
FIELDS = ("session_id", "pk", "role", "content")


def texts_of(user: User, pks: Collection[int], query: Query) -> dict[int, Text]:
    """The texts of these messages by key; attachments only where the message's own words do not decide."""
    rows = Message.objects.filter(user=user, pk__in=pks).values_list(*FIELDS)
    return {pk: text for _session, pk, text in with_attachments(rows, query)}


def with_attachments(rows: Iterable[Row], query: Query) -> list[tuple[int, int, Text]]:
    """Session, message and text of each row."""
    rows = list(rows)
    undecided = [
        pk for _session, pk, _role, content in rows if query.unwanted or not query.matches(fold(compose(content)))
    ]
    attached, cut = _attached(undecided)
    return [
        (session, pk, Text(role, content, tuple(attached.get(pk, ())), pk not in cut))
        for session, pk, role, content in rows
    ]


def _attached(pks: list[int]) -> tuple[dict[int, list[tuple[str, str]]], set[int]]:
    """Names and texts of what is attached to these messages, and those messages of which not all was read."""
    if not pks:
        return {}, set()
    links = Message.documents.through.objects.filter(message__in=pks).order_by("-message_id", "document_id")
    wanted: dict[int, list[int]] = defaultdict(list)
    cut: set[int] = set()
    room = MAX_ATTACHED_CHARS
    for message_pk, document_pk, chars in links.values_list("message_id", "document_id", "document__chars"):
        room -= chars
        if room < 0:
            cut.add(message_pk)
        else:
            wanted[message_pk].append(document_pk)
    documents = {pk for keys in wanted.values() for pk in keys}
    rows = Document.objects.filter(pk__in=documents).values_list("pk", "name", "content") if documents else ()
    texts = {pk: (name, content) for pk, name, content in rows}
    return {pk: [texts[key] for key in keys if key in texts] for pk, keys in wanted.items()}, cut
