"""Which messages and titles a search may mean, and which of them it means indeed.

The full-text index says which messages may be meant, the texts which are. What the index does not have yet is read
directly, so that nothing is missed, whatever way it came.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Aggregate, CharField, Exists, Expression, F, Lookup, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Collate

from accounts.models import User
from aihelper.lib.fulltext import matching
from chat.models import Document, Message, SearchEntry, Session
from chat.models.message import NOT_INDEXED
from chat.search.query import Query
from chat.search.words import compose, fold
from chat.selectors.search.texts import FIELDS, texts_of, with_attachments

# Texts that are read to check phrases, for exact counts.
CHECKED = 300
# Of messages that the index does not have yet.
FEW_UNINDEXED, MAX_SCANNED = 200, 2000

# Candidates: the messages of each session, by primary key.
Hits = Mapping[int, Collection[int]]


class Period(NamedTuple):
    """`start` is inside, `end` is not; None where it is open."""

    start: datetime | None = None
    end: datetime | None = None

    def of_messages(self) -> Q:
        """Messages of the period."""
        after = Q() if self.start is None else Q(create_time__gte=self.start)
        return after if self.end is None else after & Q(create_time__lt=self.end)

    def of_sessions(self) -> Q:
        """Sessions that may have some: something happened within the period."""
        after = Q() if self.start is None else Q(update_time__gte=self.start)
        return after if self.end is None else after & Q(create_time__lt=self.end)


ALWAYS = Period()


def hits_of(user: User, query: Query, period: Period = ALWAYS) -> Hits:
    """All candidates: from the index, and from what it does not have."""
    found: dict[int, set[int]] = defaultdict(set)
    if query.has_words:
        wanted = [token for term in query.wanted for token in term.tokens(user.pk)]
        # Of several words that are not wanted together, each alone may be there.
        unwanted = [token for term in query.unwanted if term.is_exact for token in term.tokens(user.pk)]
        condition, parameters = matching(SearchEntry, wanted, unwanted)
        rows = SearchEntry.objects.filter(period.of_messages(), user_id=user.pk)
        # Not by RawSQL: Django would compare it with true, and MySQL's answer is a relevance.
        rows = rows.extra(where=[condition], params=parameters)  # noqa: S610 - made by lib.fulltext
        if connection.vendor == "sqlite":
            # By session: a tenth of the rows where a word is in all texts. MySQL would make a table on disk for it.
            for session_pk, pks in rows.values("session_id").values_list("session_id", _Together("message_id")):
                found[session_pk].update(map(int, pks.split(",")))
        else:
            for session_pk, message_pk in rows.values_list("session_id", "message_id"):
                found[session_pk].add(message_pk)
        texts = _unindexed(user, query)
    else:
        texts = _containing(Message.objects.filter(user=user), query)
    unread = texts.filter(period.of_messages()).order_by("-pk").values_list(*FIELDS)[:MAX_SCANNED]
    for session_pk, message_pk, text in with_attachments(unread, query):
        if query.matches(text.folded):
            found[session_pk].add(message_pk)
    return found


class _Together(Aggregate):
    """The keys of a group as one text."""

    function = "GROUP_CONCAT"
    output_field = TextField()


def _unindexed(user: User, query: Query) -> QuerySet[Message]:
    rows = Message.objects.filter(NOT_INDEXED, user=user)
    few = list(rows.values_list("pk", flat=True)[: FEW_UNINDEXED + 1])
    if not few:
        return Message.objects.none()
    # After an upgrade, until the indexer has seen everything, the database's own search is slow, but misses nothing.
    return rows if len(few) <= FEW_UNINDEXED else _containing(rows, query)


def _containing(rows: QuerySet[Message], query: Query) -> QuerySet[Message]:
    rows = rows.alias(found=any_case("content"))
    documents = Document.objects.filter(messages=OuterRef("pk"))
    documents = documents.alias(found=any_case("content"), called=any_case("name"))
    for term in query.wanted:
        for word in term.text.split():
            attached = Exists(documents.filter(Q(found__icontains=word) | Q(called__icontains=word)))
            rows = rows.filter(Q(found__icontains=word) | Q(attached))
    return rows


def any_case(name: str) -> Expression | F:
    """A column to search in: MySQL's LIKE goes by the collation, and ours tells cases apart."""
    return Collate(name, "utf8mb4_unicode_ci") if connection.vendor == "mysql" else F(name)


def titles_of(user: User, query: Query, period: Period = ALWAYS) -> set[int]:
    """The sessions, not in the trash, whose title is meant."""
    rows = Session.objects.filter(period.of_sessions(), user=user, deleted_at__isnull=True)
    rows = rows.alias(found=any_case("title"))
    for term in query.wanted:
        # Roughly, so that not all titles are read; the query decides.
        wanted = Q(found__icontains=term.text.split()[0])
        if connection.vendor == "sqlite" and term.text.isascii():
            # It knows no other spellings of a letter: titles that have such letters are read.
            wanted |= Q(title__glob=OTHER_SPELLINGS)
        elif connection.vendor == "sqlite" and term.text.upper() != term.text:
            continue
        rows = rows.filter(wanted)
    titles = rows.values_list("pk", "title")
    return {pk for pk, title in titles.iterator(chunk_size=2000) if query.matches(fold(compose(title)))}


class _Glob(Lookup):
    """SQLite's GLOB."""

    lookup_name = "glob"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, parameters = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} GLOB {right}", [*parameters, *more]


CharField.register_lookup(_Glob)
# Accented letters, those of double width, and combining accents.
OTHER_SPELLINGS = "*[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff\uff01-\uff5e]*"


def checked(user: User, query: Query, hits: Hits) -> tuple[Hits, bool]:
    """The candidates that are meant indeed, and True; or all of them and False, when they are too many to be read."""
    if query.is_exact or not query.has_words:
        return hits, True
    pks = [pk for messages in hits.values() for pk in messages]
    if len(pks) > CHECKED:
        return hits, False
    texts = texts_of(user, pks, query)
    meant = {pk for pk, text in texts.items() if query.matches(text.folded)}
    if any(not text.complete for pk, text in texts.items() if pk not in meant or query.unwanted):
        return hits, False
    sure = {session: [pk for pk in messages if pk in meant] for session, messages in hits.items()}
    return {session: messages for session, messages in sure.items() if messages}, True
