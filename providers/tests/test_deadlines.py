"""Our own deadlines: they hit the wait and nothing else."""

import asyncio

import pytest

from aihelper.lib.outbound import Timeouts
from providers.wire.deadlines import FINISH_SECONDS, Clock, Watchdog


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.asyncio
async def test_it_works() -> None:
    watchdog = Watchdog()
    assert await watchdog.wait(asyncio.sleep(0, "done"), now() + 60) == "done"
    with pytest.raises(TimeoutError):
        await watchdog.wait(asyncio.sleep(5), now() + 0.02)
    assert await watchdog.wait(asyncio.sleep(0, "again"), now() + 60) == "again"
    watchdog.close()


@pytest.mark.asyncio
async def test_a_later_deadline_moves_the_timer_and_an_earlier_one_too() -> None:
    watchdog = Watchdog()
    await watchdog.wait(asyncio.sleep(0), now() + 0.02)
    began = now()
    with pytest.raises(TimeoutError):
        await watchdog.wait(asyncio.sleep(5), began + 0.08)
    assert now() - began > 0.07
    await watchdog.wait(asyncio.sleep(0), now() + 60)
    with pytest.raises(TimeoutError):
        await watchdog.wait(asyncio.sleep(5), now() + 0.02)
    watchdog.close()


@pytest.mark.asyncio
async def test_the_reader_between_two_waits_is_left_alone() -> None:
    watchdog = Watchdog()
    await watchdog.wait(asyncio.sleep(0), now() + 0.02)
    await asyncio.sleep(0.05)
    watchdog.close()


@pytest.mark.asyncio
async def test_a_cancellation_from_outside_stays_one() -> None:
    watchdog = Watchdog()

    async def wait() -> None:
        await watchdog.wait(asyncio.sleep(5), now() + 5)

    task = asyncio.get_running_loop().create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    watchdog.close()


@pytest.mark.asyncio
async def test_the_clock() -> None:
    began = now()
    clock = Clock(Timeouts(first_token=100, gap=10, total=1000))

    def ends_in(clock: Clock, seconds: float) -> bool:
        return began + seconds <= clock.next_deadline() <= now() + seconds

    assert ends_in(clock, 100)
    clock.token()
    assert ends_in(clock, 10)
    clock.finishing()
    assert ends_in(clock, FINISH_SECONDS)
    clock.hurry(1)
    assert ends_in(clock, 1)
    assert ends_in(Clock(Timeouts(first_token=100, total=5)), 5)


@pytest.mark.asyncio
async def test_a_cancellation_after_a_missed_deadline_stays_one() -> None:
    watchdog = Watchdog()

    async def wait() -> None:
        with pytest.raises(TimeoutError):
            await watchdog.wait(asyncio.sleep(5), now() + 0.01)
        missed.set()
        await watchdog.wait(asyncio.sleep(5), now() + 5)

    missed = asyncio.Event()
    task = asyncio.get_running_loop().create_task(wait())
    await missed.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    watchdog.close()
