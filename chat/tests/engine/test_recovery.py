"""Recovery: whose process is gone is interrupted with its text, and nobody else is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError
from django.utils import timezone

from accounts.models import User
from aihelper.lib import metrics
from chat.engine import flusher, recovery, store
from chat.engine.recovery import Reaper
from chat.engine.supervisor import REAP_SECONDS
from chat.models import Generation, GenerationChunk, Message, Session

pytestmark = pytest.mark.django_db


def dead_run(user: User, *, age: float = 60, kind: str = "answer", content: str = "", **fields: object) -> Generation:
    """A generation of a process that is gone, with "Hel" and "lo" in its log."""
    session = Session.objects.create(user=user)
    question = Message.objects.create(session=session, user=user, role="user", seq=1, content="?")
    answer = Message.objects.create(
        session=session, user=user, role="assistant", seq=2, parent=question, status="running", content=content
    )
    generation = Generation.objects.create(
        message=answer,
        user=user,
        state="running",
        owner="gone",
        kind=kind,
        heartbeat_at=timezone.now() - timedelta(seconds=age),
        **fields,
    )
    if not content:
        GenerationChunk.objects.create(generation=generation, start=0, kind="reasoning", text="Hm")
        GenerationChunk.objects.create(generation=generation, start=2, kind="content", text="Hel")
        GenerationChunk.objects.create(generation=generation, start=5, kind="content", text="lo")
    return generation


def look_twice(owner: str = "me") -> list[int]:
    reaper = Reaper(owner, witness=0.0)
    assert reaper.look() == []
    return reaper.look()


def test_it_interrupts_a_dead_run_with_its_text(alice: User) -> None:
    generation = dead_run(alice)
    assert look_twice() == [alice.pk]
    generation.refresh_from_db()
    message = Message.objects.get(pk=generation.message_id)
    assert (generation.state, generation.offset) == ("interrupted", 7)
    assert generation.segments == [["reasoning", 2], ["content", 5]]
    assert (message.status, message.content, message.reasoning) == ("interrupted", "Hello", "Hm")
    assert message.finish_reason == "interrupted"
    assert not GenerationChunk.objects.exists()


def taken_over(model: str, outcome: str) -> float:
    labels = {"model": model, "provider": "", "outcome": outcome, "reason": "taken_over"}
    return metrics.registry.get_sample_value("aihelper_answers_total", labels) or 0.0


def test_monitoring_counts_what_was_taken_over_once(alice: User) -> None:
    one, other = dead_run(alice), dead_run(alice, stop_requested_at=timezone.now())
    model = "model-of-the-dead"
    Message.objects.filter(pk__in=(one.message_id, other.message_id)).update(model_id=model)
    look_twice()
    look_twice()
    assert [taken_over(model, outcome) for outcome in ("interrupted", "stopped")] == [1, 1]


def test_it_finishes_a_stop_that_nobody_heard(alice: User) -> None:
    generation = dead_run(alice, stop_requested_at=timezone.now(), stop_offset=4)
    look_twice()
    generation.refresh_from_db()
    assert generation.state == "stopped"
    assert Message.objects.get(pk=generation.message_id).content == "He"


def test_it_never_cuts_what_a_continuation_goes_on_from(alice: User) -> None:
    generation = dead_run(alice, kind="continue", content="Once", stop_requested_at=timezone.now(), stop_offset=0)
    look_twice()
    assert Message.objects.get(pk=generation.message_id).content == "Once"


def test_one_that_cannot_be_folded_does_not_keep_the_others(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = dead_run(alice), dead_run(alice)
    finish = store.finish

    def fail(generation: Generation, *rest: Any) -> bool:
        if generation.pk == broken.pk:
            raise DataError("too long")
        return finish(generation, *rest)

    monkeypatch.setattr(store, "finish", fail)
    look_twice()
    sound.refresh_from_db()
    assert sound.state == "interrupted"


def test_it_keeps_the_text_of_a_continuation_that_never_began(alice: User) -> None:
    generation = dead_run(alice, kind="continue", content="Once")
    look_twice()
    generation.refresh_from_db()
    assert generation.segments == [["content", 4]]
    assert Message.objects.get(pk=generation.message_id).content == "Once"


def test_it_leaves_a_live_run_alone(alice: User) -> None:
    generation = dead_run(alice, age=recovery.LEASE_SECONDS / 2)
    assert look_twice() == []
    generation.refresh_from_db()
    assert generation.state == "running"


def test_it_does_not_take_a_jump_of_the_clock_for_a_death(alice: User) -> None:
    generation = dead_run(alice, age=3600)
    reaper = Reaper("me", witness=0.0)
    reaper.look()
    # Its owner is alive and beats, by a clock that is an hour late.
    Generation.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=3599))
    assert reaper.look() == []
    generation.refresh_from_db()
    assert generation.state == "running"


def test_it_waits_between_two_looks(alice: User) -> None:
    dead_run(alice)
    reaper = Reaper("me", witness=3600.0)
    assert reaper.look() == reaper.look() == []


def test_two_reapers_finish_a_run_once(alice: User) -> None:
    dead_run(alice)
    first, second = Reaper("one", witness=0.0), Reaper("two", witness=0.0)
    first.look()
    second.look()
    assert [first.look(), second.look()] == [[alice.pk], []]


def test_reap_counts_what_it_finished(alice: User) -> None:
    dead_run(alice)
    dead_run(alice, age=1)
    assert recovery.reap("command") == 1
    assert recovery.reap("command", older_than=0.5) == 1
    assert recovery.reap("command") == 0


def test_a_living_owner_beats_between_two_looks() -> None:
    # With a tick that is due, and one that takes its time.
    assert recovery.WITNESS_SECONDS > flusher.BEAT_SECONDS + 2 * flusher.TICK_SECONDS
    latest = recovery.LEASE_SECONDS + REAP_SECONDS + recovery.WITNESS_SECONDS + REAP_SECONDS
    assert latest < 10, "seconds that a spinner may live"
