"""Words that stand in very many of a person's messages: found without the index, by reading the newest sessions.

To gather tens of thousands of hits costs a database more than all the rest of a search, and a page shows twenty
sessions. So a few of the next messages are looked at first; where many of them are meant, the page is filled by
reading on from there, as for a phrase with too many candidates (`results`). Which of the two ways is taken changes what
a search costs and whether its counts are exact, never what it finds.
"""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import User
from chat.models import Message, Session
from chat.search.query import Query
from chat.selectors.search.candidates import Hits, Period
from chat.selectors.search.texts import FIELDS, with_attachments

# With fewer messages than these the index is quick, and the counts are exact.
MANY = 3000
# What is looked at, of how many sessions; common is what one in four of them has.
SAMPLE, SAMPLED_SESSIONS, SHARE = 40, 10, 4


def is_common(user: User, query: Query, period: Period, sessions: QuerySet[Session]) -> bool:
    """Whether many of the messages of the first of these sessions are meant, and the person has MANY."""
    if not query.has_words or not Message.objects.filter(user=user).order_by("create_time")[MANY : MANY + 1].exists():
        return False
    first = list(sessions.filter(period.of_sessions()).values_list("pk", flat=True)[:SAMPLED_SESSIONS])
    rows = Message.objects.filter(period.of_messages(), user=user, session_id__in=first).order_by("-pk")
    sample = with_attachments(rows.values_list(*FIELDS)[:SAMPLE], query)
    meant = sum(query.matches(text.folded) for _session, _pk, text in sample)
    return len(sample) == SAMPLE and meant * SHARE >= SAMPLE


def all_messages(user: User, period: Period, sessions: Collection[int]) -> Hits:
    """All messages of these sessions, by session."""
    rows = Message.objects.filter(period.of_messages(), user=user, session_id__in=sessions)
    found: dict[int, list[int]] = defaultdict(list)
    for session_pk, message_pk in rows.values_list("session_id", "pk"):
        found[session_pk].append(message_pk)
    return found
