"""A page of what was found: sessions with the parts of their messages that show why."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import User
from chat.cursors import SessionCursor
from chat.models import Session
from chat.search.excerpts import Excerpt, excerpt
from chat.search.query import Query
from chat.search.words import compose, fold
from chat.selectors.search.candidates import Hits, texts_of

MAX_EXCERPTS = 3
# Texts that are read to check phrases: so many of one session at a time; so many in all.
ROUND, BUDGET = 12, 3000


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message with the part of it that shows why it was found."""

    message_id: int
    role: str
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Found:
    """A session that was found, with role and folder; by its title, by messages, or by both."""

    session: Session
    title_marks: list[tuple[int, int]]
    messages: list[FoundMessage]


def page_of(
    user: User, query: Query, keys: list[SessionCursor], hits: Hits, exact: bool, limit: int
) -> tuple[list[Found], str | None]:
    """The first `limit` sessions of those, with what was found in them, and the cursor where to go on."""
    shown: dict[int, list[FoundMessage]] = {}
    done, budget = 0, BUDGET
    while done < len(keys) and len(shown) < limit and budget > 0:
        batch = keys[done : done + limit - len(shown)]
        messages, cost = _messages(
            user, query, {key.pk: sorted(hits.get(key.pk, ()), reverse=True) for key in batch}, exact
        )
        budget -= cost
        # The cursor's first place says that the title was a hit.
        shown |= {key.pk: messages[key.pk] for key in batch if messages[key.pk] or key.pinned or exact}
        done += len(batch)
    following = keys[done - 1].encode() if done < len(keys) else None
    rows = Session.objects.filter(user=user).select_related("role", "folder").in_bulk(list(shown))
    results = [
        Found(rows[pk], query.marks(compose(rows[pk].title)), messages) for pk, messages in shown.items() if pk in rows
    ]
    return results, following


def _messages(
    user: User, query: Query, hits: dict[int, list[int]], exact: bool
) -> tuple[dict[int, list[FoundMessage]], int]:
    """Up to MAX_EXCERPTS messages of each session, oldest first, and how many texts were read for it."""
    found: dict[int, list[FoundMessage]] = {pk: [] for pk in hits}
    step = MAX_EXCERPTS if exact else ROUND
    cost = 0
    for at in _rounds(hits, step):
        asked = {pk: messages[at : at + step] for pk, messages in hits.items() if not found[pk]}
        pks = [message for messages in asked.values() for message in messages]
        if not pks or cost > BUDGET:
            break
        texts = texts_of(user, pks)
        cost += len(pks)
        for session_pk, messages in asked.items():
            meant = [pk for pk in messages if pk in texts and (exact or query.matches(fold(texts[pk][1])))]
            found[session_pk] = [
                FoundMessage(pk, texts[pk][0], excerpt(texts[pk][1], query)) for pk in sorted(meant[:MAX_EXCERPTS])
            ]
    return found, cost


def _rounds(hits: dict[int, list[int]], step: int) -> Iterator[int]:
    return iter(range(0, max(map(len, hits.values()), default=0), step))
