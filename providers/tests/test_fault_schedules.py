"""Random schedules of what several providers may do at the same time: each race ends right, whatever they do."""

import asyncio
import random

import pytest

from aihelper.lib.testing import clock
from providers.errors import (
    AuthenticationFailed,
    BadResponse,
    ContentRefused,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    RateLimited,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from providers.events import Finished, ReasoningDelta, TextDelta, Usage
from providers.tests.scripted import Heard, Scripted, Step, gate, hear, now
from providers.wire.breaker import MAX_PATIENCE, Breaker, CoolDown, Pace
from providers.wire.retry import GIVE_UP_SECONDS, MAX_WAIT, MOST_AT_ONCE, TRIES, Candidate

SCHEDULES = 500
# The deadline of a first token, as a dialect keeps it.
DEADLINE = 120.0


def _failure(dice: random.Random) -> ProviderError:
    kinds = (AuthenticationFailed, BadResponse, ContextTooLong, ModelNotFound, UpstreamTimeout, UpstreamUnavailable)
    if dice.random() < 0.4:
        return RateLimited(retry_after=dice.choice([None, 0.0, 1.0, 12.0, 29.0, 45.0, 3600.0]))
    if dice.random() < 0.05:
        return ContentRefused()
    return dice.choice(kinds)()


def _call(dice: random.Random, name: str) -> list[Step]:
    """One call: silence, then a failure, or an answer that names who gives it, which may break off."""
    silence = dice.choice([0.0, 0.0, 0.2, 1.0, 1.5, 2.0, 6.0, 50.0, DEADLINE])
    if silence == DEADLINE:
        return [silence, UpstreamTimeout()]
    if dice.random() < 0.5:
        return [silence, _failure(dice)]
    steps: list[Step] = [silence]
    for number in range(dice.randrange(1, 6)):
        text = f"{name}.{number} "
        steps.append(TextDelta(text) if dice.random() < 0.5 else ReasoningDelta(text))
        steps.append(dice.choice([0.0, 0.1, 30.0]))
    whole: list[Step] = [Usage(1, 1), Finished("stop")]
    return [*steps, UpstreamUnavailable()] if dice.random() < 0.2 else steps + whole


def _entrants(dice: random.Random) -> list[Candidate]:
    found = []
    for provider in range(dice.randrange(1, 5)):
        breaker, pace = Breaker(now), Pace()
        if dice.random() < 0.2:
            breaker.adopt(dice.choice([0.0, 5.0, 300.0]))
        for _ in range(dice.choice([0, 10])):
            pace.add(dice.choice([0.2, 3.0, 60.0]))
        for number in range(dice.choice([1, 1, 1, 2])):
            key = CoolDown(now)
            if dice.random() < 0.2:
                key.cool(dice.choice([1.0, 20.0, 600.0]), "rate_limited", strict=dice.random() < 0.5)
            name = f"{provider}/{number}"
            calls = [_call(dice, f"{name}/{turn}") for turn in range(TRIES)]
            found.append(Candidate(f"p{provider}", Scripted(*calls), "m", f"k{number}", gate(breaker, key, pace)))
    return found


def _said(heard: Heard) -> str:
    return "".join(each.text for each in heard.events if isinstance(each, TextDelta | ReasoningDelta))


@pytest.mark.parametrize("first", range(0, SCHEDULES, 50))
def test_500_random_fault_schedules_end_right(first: int) -> None:
    ends = {"answered": 0, "failed": 0}
    for seed in range(first, first + 50):
        heard = clock.run(_play(seed))
        ends["answered" if heard.served else "failed"] += 1
    assert min(ends.values()) > 0, "schedules that always end the same way test nothing"


async def _play(seed: int) -> Heard:
    entrants = _entrants(random.Random(seed))
    scripts = [each.dialect for each in entrants if isinstance(each.dialect, Scripted)]
    plans = [[list(call) for call in script.calls] for script in scripts]
    heard = await hear(entrants)
    _judge(seed, entrants, scripts, plans, heard, now())
    return heard


def _judge(
    seed: int,
    entrants: list[Candidate],
    scripts: list[Scripted],
    plans: list[list[list[Step]]],
    heard: Heard,
    ended_at: float,
) -> None:
    about = f"schedule {seed}: {heard}"
    assert all(script.is_quiet for script in scripts), about
    assert all(len(script.asked) <= TRIES for script in scripts), about
    assert _most_at_once(scripts) <= MOST_AT_ONCE, about
    if not heard.served:
        _judge_failure(about, entrants, scripts, plans, heard, ended_at)
        return
    begun_at = heard.times[0]
    # Who answered did so alone: from its first word to the end it is one script of its own.
    [served] = heard.served
    place = next(place for place, each in enumerate(entrants) if (each.label, each.key) == (served.label, served.key))
    plan = plans[place][len(scripts[place].asked) - 1]
    told = [step for step in plan if not isinstance(step, float | ProviderError)]
    assert heard.events == told, about
    assert heard.error is (plan[-1] if isinstance(plan[-1], ProviderError) else None), about
    # Nothing was asked afterwards, and whatever else was under way ended in that moment.
    assert max(at for script in scripts for at in script.asked_at) <= begun_at, about
    others = [script for script in scripts if script is not scripts[place]]
    assert all(at <= begun_at for script in others for at in script.closed_at), about
    assert begun_at <= _longest(entrants), about


def _judge_failure(
    about: str,
    entrants: list[Candidate],
    scripts: list[Scripted],
    plans: list[list[list[Step]]],
    heard: Heard,
    ended_at: float,
) -> None:
    assert heard.error is not None and not heard.events, about
    assert ended_at <= _longest(entrants), about
    if isinstance(heard.error, ContentRefused):
        return
    # Everybody who could be asked was, and none of them had an answer.
    codes = {(each.label, each.key): each.code for each in heard.tried}
    for entrant, script, calls in zip(entrants, scripts, plans, strict=True):
        played = calls[: len(script.asked)]
        assert played or codes[(entrant.label, entrant.key)] == "cooling_down", about
        assert all(isinstance(call[-1], ProviderError) and len(call) == 2 for call in played), about
    # The one that says most: what can be tried again, if there is any such.
    failed = [call[-1] for calls, script in zip(plans, scripts, strict=True) for call in calls[: len(script.asked)]]
    hopeful = any(isinstance(error, ProviderError) and error.retryable for error in failed)
    assert heard.error.retryable == (hopeful or "cooling_down" in codes.values()), about


def _most_at_once(scripts: list[Scripted]) -> int:
    """How many questions were under way at the same time."""
    changes = [(at, 1) for script in scripts for at in script.asked_at]
    changes += [(at, -1) for script in scripts for at in script.closed_at]
    most = live = 0
    # What ends in a moment makes room for what begins in it.
    for _at, change in sorted(changes):
        live += change
        most = max(most, live)
    return most


def _longest(entrants: list[Candidate]) -> float:
    """Nobody waits longer: each once to its deadline (fewer, as they overtake each other), then the second tries."""
    return len(entrants) * (DEADLINE + MAX_PATIENCE) + GIVE_UP_SECONDS + MAX_WAIT + DEADLINE


# A day of three providers that share what is remembered of them from question to question.
DAYS, QUESTIONS = 25, 20
MOST_SECONDS = 3.0


def test_500_questions_are_answered_in_3_seconds_while_one_of_three_works() -> None:
    """Of the other two one may hang, and one refuse, fail, break off or work, as they like each time."""
    codes: set[str] = set().union(*(clock.run(_day(seed)) for seed in range(DAYS)))
    assert codes == {
        "overtaken", "not_needed", "rate_limited", "cooling_down", "circuit_open", "upstream_unavailable"
    }, "what never happens is not tested"  # fmt: skip


async def _day(seed: int) -> set[str]:
    dice = random.Random(seed)
    memories = [(Breaker(now), CoolDown(now), Pace()) for _ in range(3)]
    steady = dice.randrange(3)
    codes: set[str] = set()
    for number in range(QUESTIONS):
        habits = [
            "hangs" if dice.random() < 0.7 else "works",
            dice.choice(["refuses", "refuses", "fails", "breaks off"]),
        ]
        dice.shuffle(habits)
        habits.insert(steady, "works")
        scripts = [Scripted(*[_habit(dice, habit, place)] * TRIES) for place, habit in enumerate(habits)]
        entrants = [
            Candidate(f"p{place}", script, "m", "k", gate(*memories[place])) for place, script in enumerate(scripts)
        ]
        # The order changes, as by the draw of keys.
        dice.shuffle(entrants)
        began = now()
        heard = await hear(entrants)
        about = f"day {seed}, question {number}, {habits}: {heard}"
        assert heard.times and heard.times[0] - began <= MOST_SECONDS, about
        # Nothing was asked once somebody had begun, nobody twice, and what came is of one provider alone.
        assert all(len(script.asked) <= 1 and script.is_quiet for script in scripts), about
        assert max(at for script in scripts for at in script.asked_at) <= heard.times[0], about
        assert {word.split(".")[0] for word in _said(heard).split()} == {heard.by}, about
        assert (heard.error is None) == (habits[int(heard.by[1:])] == "works"), about
        codes |= {each.code for each in heard.tried}
        await asyncio.sleep(dice.choice([0.0, 1.0, 10.0, 40.0]))
    return codes


def _habit(dice: random.Random, habit: str, place: int) -> list[Step]:
    words = [TextDelta(f"p{place}.{number} ") for number in range(3)]
    if habit == "hangs":
        return [DEADLINE, UpstreamTimeout()]
    if habit == "refuses":
        return [dice.choice([0.0, 0.3]), RateLimited(retry_after=dice.choice([None, 1.0, 5.0, 60.0]))]
    if habit == "fails":
        return [dice.choice([0.0, 0.3]), UpstreamUnavailable()]
    whole: list[Step] = [UpstreamUnavailable()] if habit == "breaks off" else [Usage(1, 1), Finished("stop")]
    return [dice.choice([0.1, 0.5, 1.0]), *words, *whole]
