"""The live list: tells a person's tabs what changed in their sessions, and ends what may not go on.

One poller per process for all connected people. It reads the sessions whose `changed_at` is new, so
whichever process made a change, every tab hears of it within POLL_SECONDS, sooner after a poke. With
the same beat it re-reads who may still be signed in: a disabled account loses its sockets and event
streams within 2 s (security rule T-W1).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.selectors import credentials, live_sessions
from aihelper.lib.db import run_db
from chat import presenters, selectors
from chat.engine.poller import Poller

POLL_SECONDS = 1.0
# Several changes in a row (send: session, message, generation) become one look.
SETTLE_SECONDS = 0.02
# Clocks of several servers differ, and a transaction shows its rows later than it dated them.
OVERLAP = timedelta(seconds=3)


@dataclass(eq=False, slots=True)
class Subscriber:
    """One tab or stream of a person. `on_change` may be None for streams, which only need to end in time.

    `session_key` names the browser session that it lives by: signing out ends it. None for programs.
    """

    user_id: int
    token_version: int
    on_revoked: Callable[[], None]
    on_change: Callable[[dict[str, Any]], None] | None = None
    session_key: str | None = None


class Feed:
    """Knows who is connected to this process."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._poller = Poller(
            "feed", self._poll, lambda: bool(self._subscribers), seconds=POLL_SECONDS, settle=SETTLE_SECONDS
        )
        self.run = self._poller.run
        self._sent: dict[tuple[int, str], datetime] = {}
        self._since = timezone.now()

    @contextmanager
    def subscribe(self, subscriber: Subscriber) -> Iterator[None]:
        """Deliver to a subscriber while inside."""
        self._subscribers.add(subscriber)
        if len(self._subscribers) == 1:
            self._since = timezone.now()
            self._poller.poke()
        try:
            yield
        finally:
            self._subscribers.discard(subscriber)

    def poke(self, user_id: int) -> None:
        """Look now, if this person is connected here."""
        if any(subscriber.user_id == user_id for subscriber in self._subscribers):
            self._poller.poke()

    async def _poll(self) -> None:
        everybody = {subscriber.user_id for subscriber in self._subscribers}
        if not everybody:
            return
        listeners = {subscriber.user_id for subscriber in self._subscribers if subscriber.on_change}
        now = timezone.now()
        keys = {subscriber.session_key for subscriber in self._subscribers if subscriber.session_key}
        allowed, sessions, changes = await run_db(_read, everybody, keys, listeners, self._since - OVERLAP)
        self._since = now
        self._revoke(allowed, keys - sessions)
        for user_id, session_id, changed_at, event in changes:
            if self._sent.get((user_id, session_id)) != changed_at:
                self._sent[user_id, session_id] = changed_at
                self._deliver(user_id, event)
        self._sent = {key: when for key, when in self._sent.items() if when > now - 2 * OVERLAP}

    def _revoke(self, allowed: dict[int, tuple[bool, int]], signed_out: set[str]) -> None:
        for subscriber in list(self._subscribers):
            if subscriber.user_id not in allowed:
                continue  # It came while we read; the next look knows it.
            may, version = allowed[subscriber.user_id]
            if not may or version != subscriber.token_version or subscriber.session_key in signed_out:
                self._subscribers.discard(subscriber)
                subscriber.on_revoked()

    def _deliver(self, user_id: int, event: dict[str, Any]) -> None:
        for subscriber in list(self._subscribers):
            if subscriber.user_id == user_id and subscriber.on_change is not None:
                subscriber.on_change(event)


Change = tuple[int, str, datetime, dict[str, Any]]


def _read(
    everybody: set[int], keys: set[str], listeners: set[int], since: datetime
) -> tuple[dict[int, tuple[bool, int]], set[str], list[Change]]:
    sessions = selectors.sessions_changed(listeners, since) if listeners else []
    generating = selectors.generating([session.pk for session in sessions]) if sessions else {}
    changes: list[Change] = []
    for session in sessions:
        event: dict[str, Any] = {"type": "session_deleted", "session_id": session.session_id}
        if session.deleted_at is None:
            event = {"type": "session", "session": presenters.session_row(session, generating.get(session.pk))}
        changes.append((session.user_id, session.session_id, session.changed_at, event))
    return credentials(everybody), live_sessions(keys), changes


def poke(user_id: int) -> None:
    """Say, from any thread, that a person's list has changed; this process's tabs hear it at once."""
    from chat.engine import supervisor

    supervisor.current().poke(user_id)
