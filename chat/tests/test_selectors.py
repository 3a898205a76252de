"""The reads that no route shows by itself."""

from datetime import timedelta
from typing import Any

import pytest

from aihelper.lib.errors import NotFound
from chat import selectors
from chat.models import Generation
from chat.selectors import Stored
from chat.tests import make

pytestmark = pytest.mark.django_db


def test_generating_names_the_newest_live_run_of_each_session(alice: Any) -> None:
    session, idle = make.session(alice), make.session(alice)
    make.running(session, create_time=make.NOON)
    newest = make.running(session, state="queued", create_time=make.NOON + timedelta(seconds=1))
    ended = make.running(idle)
    Generation.objects.filter(pk=ended.pk).update(state="failed")
    assert selectors.generating([session.pk, idle.pk]) == {session.pk: newest.id}
    assert selectors.generating([]) == {}


def test_stored_log(alice: Any) -> None:
    generation = make.running(make.session(alice), ("reasoning", "hm"), ("content", "a"), ("event", "{}"))
    assert selectors.stored_log(generation) == Stored("a", "hm", 4, 0)
    assert selectors.stored_log(make.running(make.session(alice))) == Stored()


def test_sessions_changed(alice: Any, bob: Any) -> None:
    make.session(alice, changed_at=make.NOON - timedelta(seconds=1))
    same = make.session(alice, changed_at=make.NOON)
    deleted = make.session(alice, changed_at=make.NOON + timedelta(seconds=1), deleted_at=make.NOON)
    make.session(bob, changed_at=make.NOON)
    assert selectors.sessions_changed([alice.pk], make.NOON) == [same, deleted]
    assert len(selectors.sessions_changed([alice.pk, bob.pk], make.NOON)) == 3


def test_sessions_changed_brings_the_roles(alice: Any, django_assert_num_queries: Any) -> None:
    make.many(alice, 20, role=make.role(), changed_at=make.NOON)
    with django_assert_num_queries(1):
        assert {session.role and session.role.slug for session in selectors.sessions_changed([alice.pk], make.NOON)}


def test_message_count_is_what_the_person_wrote(alice: Any, bob: Any) -> None:
    make.chain(make.session(alice), ["q", "a", "q"])
    make.chain(make.session(bob), ["q"])
    assert selectors.message_count(alice) == 2


@pytest.mark.parametrize("wrong", [None, 5, "", "x", "ABC", b"bytes", True, 2**63, -1])
def test_malformed_ids_are_unknown(alice: Any, wrong: object, django_assert_num_queries: Any) -> None:
    for read in (selectors.session, selectors.generation):
        with pytest.raises(NotFound):
            read(alice, wrong)
    if wrong != 5:
        with pytest.raises(NotFound), django_assert_num_queries(0):
            selectors.message(alice, wrong)


def test_an_id_in_capitals_is_another_id(alice: Any) -> None:
    session = make.session(alice)
    assert selectors.session(alice, session.session_id) == session
    with pytest.raises(NotFound):
        selectors.session(alice, session.session_id.upper())


def test_a_chain_that_bites_its_tail_ends(alice: Any) -> None:
    session = make.session(alice)
    first, second = make.chain(session, ["a", "b"])
    first.parent = second
    first.save()
    assert [entry.message.content for entry in selectors.conversation(alice, session).entries] == ["a", "b"]
