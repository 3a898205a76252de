"""A session is unread from the end of an answer until somebody looks at it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from aihelper.lib.db import run_db
from chat.engine import feed, store
from chat.engine.supervisor import Supervisor
from chat.events import End
from chat.models import Session
from chat.models.generation import LIVE_STATES
from chat.tests import make
from chat.tests.conftest import Ask, follow, stored
from chat.tests.upstream import Upstream

pytestmark = pytest.mark.django_db(transaction=True)


def _finish(user: User, state: str, **fields: Any) -> Session:
    run = make.running(make.session(user, **fields))
    assert run.state in LIVE_STATES
    log = store.stored_log(run.id)
    assert store.finish(run, "elsewhere", log, End(state, "stop", 0, "s", run.message_id, run.id))
    return Session.objects.get(pk=run.message.session_id)


@pytest.mark.parametrize("state", ["completed", "failed", "interrupted"])
def test_the_end_of_an_answer_marks_it(alice: User, state: str) -> None:
    assert _finish(alice, state).unread


def test_who_stopped_an_answer_has_seen_it(alice: User) -> None:
    assert not _finish(alice, "stopped", unread=True).unread


def test_a_look_takes_the_mark_away_and_moves_nothing(alice: User, alice_api: APIClient) -> None:
    session = make.session(alice, unread=True, update_time=make.NOON)
    answer = alice_api.patch(f"/api/chat/session/{session.session_id}", {"unread": False}, format="json").json()
    assert (answer["unread"], answer["update_time"]) == (False, "2026-03-01T12:00:00.000Z")
    session.refresh_from_db()
    assert session.changed_at > make.NOON  # the other devices hear of it


@pytest.mark.parametrize("body", [{"unread": "no"}, {"unread": 0}, {"unread": None}, {"folder_id": 5}])
def test_bad_input(alice: User, alice_api: APIClient, body: Any) -> None:
    session = make.session(alice, unread=True)
    assert alice_api.patch(f"/api/chat/session/{session.session_id}", body, format="json").status_code == 400
    session.refresh_from_db()
    assert session.unread


def test_many_changes_at_once_are_one_note(alice: User, bob: User) -> None:
    make.many(alice, feed.MANY_SESSIONS + 1, changed_at=make.NOON)
    make.many(bob, feed.MANY_SESSIONS, changed_at=make.NOON)
    _credentials, _live, changes = feed._read({alice.pk, bob.pk}, set(), {alice.pk, bob.pk}, make.NOON)
    hers = [event for user_id, _key, _when, event in changes if user_id == alice.pk]
    assert hers == [{"type": "changed", "what": "sessions"}]
    assert len(changes) == 1 + feed.MANY_SESSIONS


@pytest.mark.asyncio
async def test_a_new_session_begins_in_its_folder_and_ends_unread(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    folder = await run_db(make.folder, alice)
    started = await ask("Hello?", folder_id=folder.folder_id)
    call = await upstream.call()
    call.say("Hi")
    call.finish()
    await follow(engine, started.generation_id)
    session = (await stored(started.message_id)).session
    assert (session.folder_id, session.unread) == (folder.pk, True)
