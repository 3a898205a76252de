"""What the flusher writes, also when something went wrong before."""

import pytest

from accounts.models import User
from chat.engine import store
from chat.engine.log import Piece
from chat.events import End
from chat.models import Generation, GenerationChunk, Message, Session

pytestmark = pytest.mark.django_db(transaction=True)


def live(user: User, seq: int = 1) -> Generation:
    """A running generation of this process, "me"."""
    session = Session.objects.create(user=user)
    answer = Message.objects.create(session=session, user=user, role="assistant", seq=seq, status="running")
    return Generation.objects.create(message=answer, user=user, state="running", owner="me")


def stored() -> list[tuple[int, str]]:
    return list(GenerationChunk.objects.order_by("start").values_list("start", "text"))


def test_it_writes_again_what_it_does_not_know_to_be_written(alice: User) -> None:
    one = live(alice)
    store.write_tick({one.id: [Piece(0, "content", "ab")]}, [one.id], "me", beat=False)
    store.write_tick({one.id: [Piece(0, "content", "abcd"), Piece(4, "reasoning", "x")]}, [one.id], "me", beat=True)
    assert stored() == [(0, "abcd"), (4, "x")]


def test_a_generation_that_vanished_does_not_stop_the_others(alice: User, bob: User) -> None:
    one, gone = live(alice), live(bob)
    bob.delete()
    pieces = {one.id: [Piece(0, "content", "kept")], gone.id: [Piece(0, "content", "gone")]}
    tick = store.write_tick(pieces, list(pieces), "me", beat=True)
    assert tick.lost == [gone.id]
    assert stored() == [(0, "kept")]


def test_it_tells_of_stops_and_of_runs_that_others_took(alice: User) -> None:
    one, two = live(alice), live(alice)
    Generation.objects.filter(id=one.id).update(stop_requested_at="2026-01-01T00:00:00Z", stop_offset=3)
    Generation.objects.filter(id=two.id).update(owner="another")
    tick = store.write_tick({}, [one.id, two.id], "me", beat=False)
    assert tick.stops == [store.StopRequest(one.id, 3)]
    assert tick.lost == [two.id]


def test_only_the_owner_finishes(alice: User) -> None:
    one = live(alice)
    log = store.stored_log(one.id)
    end = End("completed", "stop", 0, "s", one.message_id, one.id)
    assert not store.finish(one, "another", log, end)
    assert store.finish(one, "me", log, end)
    assert not store.finish(one, "me", log, end)


def test_a_tick_may_be_larger_than_one_statement(alice: User) -> None:
    # As after an outage. MariaDB takes no more than 16 MB at once.
    runs = [live(alice) for _number in range(3)]
    text = "😀" * 1_500_000
    store.write_tick({run.id: [Piece(0, "content", text)] for run in runs}, [run.id for run in runs], "me", beat=True)
    assert GenerationChunk.objects.filter(text=text).count() == 3
