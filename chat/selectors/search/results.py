"""A page of what was found: sessions with the parts of their messages that show why."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from accounts.models import User
from chat.cursors import SessionCursor
from chat.models import Session
from chat.search.excerpts import Excerpt
from chat.search.query import Query
from chat.search.texts import Text
from chat.search.words import compose
from chat.selectors.search.candidates import Hits
from chat.selectors.search.texts import texts_of

MAX_EXCERPTS = 3
# Texts that are read to check phrases: so many of one session at a time; so many in all.
ROUND, BUDGET = 12, 3000

# The candidates among the messages of these sessions.
HitsOf = Callable[[Collection[int]], Hits]


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message with the part of it that shows why it was found; `file` names the attachment that it is from."""

    message_id: int
    role: str
    excerpt: Excerpt
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A session that was found, with role and folder; by its title, by messages, or by both."""

    session: Session
    title_marks: list[tuple[int, int]]
    messages: list[FoundMessage]


def page_of(
    user: User, query: Query, keys: list[SessionCursor], hits: HitsOf, exact: bool, limit: int
) -> tuple[list[Found], str | None]:
    """The first `limit` sessions of those, with what was found in them, and the cursor where to go on."""
    shown: dict[int, list[FoundMessage]] = {}
    done, budget = 0, BUDGET
    while done < len(keys) and len(shown) < limit and budget > 0:
        batch = keys[done : done + limit - len(shown)]
        found = hits([key.pk for key in batch])
        candidates = {key.pk: sorted(found.get(key.pk, ()), reverse=True) for key in batch}
        messages, cost, undecided = _messages(user, query, candidates, exact, budget)
        budget -= cost
        # What was not read to its end is left for the next page.
        read = next((at for at, key in enumerate(batch) if key.pk in undecided), len(batch))
        batch = batch[: max(1, read)]
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
    user: User, query: Query, hits: dict[int, list[int]], exact: bool, budget: int
) -> tuple[dict[int, list[FoundMessage]], int, set[int]]:
    """Up to MAX_EXCERPTS messages of each session, oldest first; how many texts were read; the sessions left undone.

    In rounds of the newest messages of each, until there is something of all of them or the budget is used up.
    """
    found: dict[int, list[FoundMessage]] = {pk: [] for pk in hits}
    step = MAX_EXCERPTS if exact else ROUND
    cost, first, undone = 0, next(iter(hits), None), set[int]()
    for at in _rounds(hits, step):
        asked = {pk: rest for pk, messages in hits.items() if not found[pk] and (rest := messages[at : at + step])}
        if cost >= budget:
            # The first one is read to its end, so that each page gets on.
            undone |= asked.keys() - {first}
            asked = {pk: messages for pk, messages in asked.items() if pk == first}
        pks = [message for messages in asked.values() for message in messages]
        if not pks:
            break
        texts = texts_of(user, pks, query)
        cost += len(pks)
        for session_pk, messages in asked.items():
            meant = [pk for pk in messages if pk in texts and (exact or query.matches(texts[pk].folded))]
            found[session_pk] = [_found(pk, texts[pk], query) for pk in sorted(meant[:MAX_EXCERPTS])]
    return found, cost, undone


def _found(pk: int, text: Text, query: Query) -> FoundMessage:
    file, shown = text.excerpt(query)
    return FoundMessage(pk, text.role, shown, file)


def _rounds(hits: dict[int, list[int]], step: int) -> Iterator[int]:
    return iter(range(0, max(map(len, hits.values()), default=0), step))
