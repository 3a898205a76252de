"""The live list: tells a person's tabs what changed in their sessions and other things, and ends what may not go on.

One poller per process for all connected people. It reads the sessions whose `changed_at` is new, so
whichever process made a change, every tab hears of it within POLL_SECONDS, sooner after a poke. With
the same beat it re-reads who may still be signed in: a disabled account loses its sockets and event
streams within 2 s (security rule T-W1).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts import sign_ins as devices
from accounts.models import LiveNote
from accounts.selectors import credentials, live_sign_ins
from aihelper.lib.db import run_db
from chat import presenters, selectors
from chat.engine.poller import Poller

POLL_SECONDS = 1.0
# Several changes in a row (send: session, message, generation) become one look.
SETTLE_SECONDS = 0.02
# Clocks of several servers differ, and a transaction shows its rows later than it dated them.
OVERLAP = timedelta(seconds=3)
# More changed sessions than this at one look (a bulk change) are told as one note: load the list anew.
MANY_SESSIONS = 50


@dataclass(eq=False, slots=True)
class Subscriber:
    """One tab or stream of a person. `on_change` may be None for streams, which only need to end in time.

    `sign_in` names what it lives by (accounts.authentication.sign_in_of): signing out ends it.
    """

    user_id: int
    token_version: int
    on_revoked: Callable[[], None]
    on_change: Callable[[dict[str, Any]], None] | None = None
    sign_in: str | None = None


class Feed:
    """Knows who is connected to this process."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        # Came since the last look: they are told what the others have heard already.
        self._fresh: set[Subscriber] = set()
        self._poller = Poller(
            "feed", self._poll, lambda: bool(self._subscribers), seconds=POLL_SECONDS, settle=SETTLE_SECONDS
        )
        self.run = self._poller.run
        self._sent: dict[tuple[int, str], datetime] = {}
        self._since = timezone.now()
        self._noted = self._since - devices.SEEN_EVERY

    @contextmanager
    def subscribe(self, subscriber: Subscriber) -> Iterator[None]:
        """Deliver to a subscriber while inside, and at first what has changed within OVERLAP.

        A page is fetched before it connects: what changes in between would else be told to nobody.
        """
        self._subscribers.add(subscriber)
        self._fresh.add(subscriber)
        if len(self._subscribers) == 1:
            self._since = timezone.now()
            self._poller.poke()
        try:
            yield
        finally:
            self._subscribers.discard(subscriber)
            self._fresh.discard(subscriber)

    def listens(self, user_id: int) -> bool:
        """Whether this person has a tab open that is connected to this process."""
        return any(subscriber.user_id == user_id and subscriber.on_change for subscriber in self._subscribers)

    def poke(self, user_id: int) -> None:
        """Look now, if this person is connected here."""
        if any(subscriber.user_id == user_id for subscriber in self._subscribers):
            self._poller.poke()

    async def _poll(self) -> None:
        everybody = {subscriber.user_id for subscriber in self._subscribers}
        if not everybody:
            return
        listeners = {subscriber.user_id for subscriber in self._subscribers if subscriber.on_change}
        fresh, self._fresh = self._fresh, set()
        now = timezone.now()
        sign_ins = {subscriber.sign_in for subscriber in self._subscribers if subscriber.sign_in}
        allowed, live, changes = await run_db(_read, everybody, sign_ins, listeners, self._since - OVERLAP)
        self._since = now
        self._revoke(allowed, sign_ins - live)
        for user_id, session_id, changed_at, event in changes:
            known = self._sent.get((user_id, session_id)) == changed_at
            self._sent[user_id, session_id] = changed_at
            self._deliver(user_id, event, fresh if known else self._subscribers)
        self._sent = {key: when for key, when in self._sent.items() if when > now - 2 * OVERLAP}
        if now - self._noted > devices.SEEN_EVERY / 2:
            self._noted = now
            await run_db(devices.seen, live)

    def _revoke(self, allowed: dict[int, tuple[bool, int]], signed_out: set[str]) -> None:
        for subscriber in list(self._subscribers):
            if subscriber.user_id not in allowed:
                continue  # It came while we read; the next look knows it.
            may, version = allowed[subscriber.user_id]
            if not may or version != subscriber.token_version or subscriber.sign_in in signed_out:
                self._subscribers.discard(subscriber)
                subscriber.on_revoked()

    def _deliver(self, user_id: int, event: dict[str, Any], to: set[Subscriber]) -> None:
        for subscriber in list(to):
            if subscriber.user_id == user_id and subscriber.on_change is not None:
                subscriber.on_change(event)


Change = tuple[int, str, datetime, dict[str, Any]]


def _read(
    everybody: set[int], sign_ins: set[str], listeners: set[int], since: datetime
) -> tuple[dict[int, tuple[bool, int]], set[str], list[Change]]:
    sessions = selectors.sessions_changed(listeners, since) if listeners else []
    generating = selectors.generating([session.pk for session in sessions]) if sessions else {}
    changes: list[Change] = []
    numbers = Counter(session.user_id for session in sessions)
    newest = {session.user_id: session.changed_at for session in sessions}
    for user_id, number in numbers.items():
        if number > MANY_SESSIONS:
            changes.append((user_id, "sessions", newest[user_id], {"type": "changed", "what": "sessions"}))
    for session in sessions:
        if numbers[session.user_id] > MANY_SESSIONS:
            continue
        event: dict[str, Any] = {"type": "session_deleted", "session_id": session.session_id}
        if session.deleted_at is None:
            event = {"type": "session", "session": presenters.session_row(session, generating.get(session.pk))}
        changes.append((session.user_id, session.session_id, session.changed_at, event))
    for whose, what, changed_at in _notes(listeners, since):
        # What concerns everybody is told to each.
        for told in listeners if whose is None else (whose,):
            changes.append((told, what, changed_at, {"type": "changed", "what": what}))
    return credentials(everybody), live_sign_ins(sign_ins), changes


def _notes(listeners: set[int], since: datetime) -> Iterable[tuple[int | None, str, datetime]]:
    if not listeners:
        return ()
    rows = LiveNote.objects.filter(Q(user_id__in=listeners) | Q(user=None), changed_at__gte=since)
    return rows.values_list("user_id", "what", "changed_at")


def poke(user_id: int) -> None:
    """Say, from any thread, that a person's list has changed; this process's tabs hear it at once."""
    from chat.engine import supervisor

    supervisor.current().poke(user_id)
