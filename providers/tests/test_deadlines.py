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
    assert await watchdog.wait(asyncio.sleep(0, "done"), now() + 1) == "done"
    with pytest.raises(TimeoutError):
        await watchdog.wait(asyncio.sleep(5), now() + 0.02)
    assert await watchdog.wait(asyncio.sleep(0, "again"), now() + 1) == "again"
    watchdog.close()


@pytest.mark.asyncio
async def test_a_later_deadline_moves_the_timer_and_an_earlier_one_too() -> None:
    watchdog = Watchdog()
    await watchdog.wait(asyncio.sleep(0), now() + 0.02)
    began = now()
    with pytest.raises(TimeoutError):
        await watchdog.wait(asyncio.sleep(5), began + 0.08)
    assert 0.07 < now() - began < 0.5
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
    clock = Clock(Timeouts(first_token=100, gap=10, total=1000))
    began = now()
    assert clock.next_deadline() == pytest.approx(began + 100, abs=0.1)
    clock.token()
    assert clock.next_deadline() == pytest.approx(began + 10, abs=0.1)
    clock.finishing()
    assert clock.next_deadline() == pytest.approx(began + FINISH_SECONDS, abs=0.1)
    clock.hurry(1)
    assert clock.next_deadline() == pytest.approx(began + 1, abs=0.1)
    assert Clock(Timeouts(first_token=100, total=5)).next_deadline() == pytest.approx(began + 5, abs=0.1)


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
