"""Everything that is written can be found, by whatever way it came, and a crash loses nothing."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from accounts.models import User
from aihelper.lib.db import run_db
from chat import selectors
from chat.engine import indexer, recovery
from chat.engine.supervisor import Supervisor
from chat.models import Generation, GenerationChunk, Message, SearchEntry, Session
from chat.search.query import parse
from chat.selectors.search import SearchFilters, search
from chat.services import branches, sessions, tree
from chat.tests import make
from chat.tests.conftest import Ask, until
from chat.tests.upstream import Upstream

pytestmark = pytest.mark.django_db(transaction=True)


def found(user: User, text: str) -> set[str]:
    """The sessions that a search finds, by the index alone: nothing may be waiting for it."""
    while indexer.index_batch():
        pass
    assert not Message.objects.filter(indexed=False, status="completed").exists()
    return {one.session.session_id for one in search(user, parse(text), SearchFilters()).results}


def test_what_was_there_before_the_search(alice: User) -> None:
    session = make.session(alice)
    make.long_chain(session, 250)
    assert indexer.index_batch(100) == 100
    assert found(alice, '"text 250"') == {session.session_id}
    assert SearchEntry.objects.count() == 250


@pytest.mark.asyncio
async def test_questions_and_answers(ask: Ask, engine: Supervisor, upstream: Upstream, alice: User) -> None:
    started = await ask("Where do the walruses live?")
    call = await upstream.call()
    call.say("In the arctic.")
    call.finish()
    await until(lambda: Message.objects.filter(pk=started.message_id, status="completed").exists())
    # In the background, and nobody had to ask for it.
    await until(lambda: SearchEntry.objects.count() == 2)
    assert await run_db(found, alice, "walruses") == {started.session_id}
    assert await run_db(found, alice, "arctic") == {started.session_id}


def test_titles(alice: User) -> None:
    session = sessions.start_session(alice)
    changed = sessions.SessionChanges(title="A walrus")
    sessions.update(alice, session.session_id, changed)
    assert found(alice, "walrus") == {session.session_id}
    sessions.update(alice, session.session_id, sessions.SessionChanges(title="Another"))
    assert found(alice, "walrus") == set()


def test_edits(alice: User, model: Any) -> None:
    session = make.session(alice)
    question, _answer = make.chain(session, ["one", "two"])
    tree.edit(alice, question.pk, "a walrus")
    assert found(alice, "walrus") == {session.session_id}


def test_copies(alice: User) -> None:
    session = make.session(alice)
    messages = make.chain(session, ["a walrus", "an answer"])
    assert found(alice, "walrus") == {session.session_id}
    copy = branches.branch(alice, session.session_id, messages[-1].pk)
    assert found(alice, "walrus") == {session.session_id, copy.session_id}
    sessions.clear(alice, session.session_id)
    assert found(alice, "walrus") == {copy.session_id}


def test_the_trash_and_back(alice: User) -> None:
    session = make.session(alice)
    make.chain(session, ["a walrus"])
    sessions.delete(alice, session.session_id)
    assert found(alice, "walrus") == set()
    Session.objects.update(deleted_at=None)
    assert found(alice, "walrus") == {session.session_id}
    Message.objects.update(parent=None)
    Session.objects.all().delete()
    assert SearchEntry.objects.count() == 0


def test_an_answer_whose_process_died(alice: User) -> None:
    generation = make.running(make.session(alice), ("content", "half a walrus"))
    indexer.index_batch()
    assert Message.objects.get(pk=generation.message_id).indexed is False
    Generation.objects.update(heartbeat_at=make.NOON)
    assert recovery.reap("me") == 1
    assert found(alice, "walrus") == {generation.message.session.session_id}
    assert not GenerationChunk.objects.exists()


def test_a_crash_in_the_midst_loses_nothing(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make.session(alice)
    make.chain(session, ["a walrus"] * 3)
    with monkeypatch.context() as broken:
        broken.setattr(indexer, "statements", lambda *args, **kwargs: (_ for _ in ()).throw(OperationalError("gone")))
        with pytest.raises(OperationalError):
            indexer.index_batch()
    assert Message.objects.filter(indexed=False).count() == 3
    assert SearchEntry.objects.count() == 0
    assert found(alice, "walrus") == {session.session_id}


def test_twice_is_once(alice: User) -> None:
    make.chain(make.session(alice), ["a walrus"])
    indexer.index_batch()
    Message.objects.update(indexed=False)
    assert indexer.index_batch() == 1
    assert SearchEntry.objects.count() == 1


def test_the_command_repairs_and_rebuilds(alice: User) -> None:
    session = make.session(alice)
    make.chain(session, ["a walrus", "b"])
    said = StringIO()
    call_command("reindex", check=True, stdout=said)
    assert said.getvalue().startswith("2 messages")
    call_command("reindex", stdout=said)
    SearchEntry.objects.all().delete()
    assert selectors.sessions_page(alice, filters=selectors.SessionFilters(q="walrus")).sessions == []
    call_command("reindex", stdout=said)
    assert "2 messages were missing" in said.getvalue()
    assert found(alice, "walrus") == {session.session_id}
    call_command("reindex", all=True, stdout=said)
    assert found(alice, "walrus") == {session.session_id}
    assert SearchEntry.objects.count() == 2
