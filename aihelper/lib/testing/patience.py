"""How long tests wait, and how they judge what takes long, on a machine that has other work too.

Two kinds of limits. One only guards against waiting for ever: it is HANG_SECONDS everywhere, since nothing that
succeeds waits so long, on however slow a machine. The other is a claim of the product ("out within two seconds"):
`within` holds it net of the time in which somebody waited for a processor, which is nobody's fault here.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

HANG_SECONDS = 120.0
PRESSURE = Path("/proc/pressure/cpu")


def starved() -> float:
    """Seconds since the start of the machine in which something waited for a core; 0 where the kernel does not tell."""
    try:
        some = PRESSURE.read_text().splitlines()[0]
    except (OSError, IndexError):
        return 0.0
    return int(some.rsplit("total=", 1)[1]) / 1e6


def net_clock() -> float:
    """A clock in seconds, with any beginning, that stands still while something waits for a core."""
    return time.monotonic() - starved()


class Stopwatch:
    """Runs from its making on."""

    def __init__(self) -> None:
        self._began, self._net = time.monotonic(), net_clock()

    @property
    def seconds(self) -> float:
        """What the clock says."""
        return time.monotonic() - self._began

    @property
    def net(self) -> float:
        """Seconds so far, without those in which something waited for a core."""
        return net_clock() - self._net


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Hold a claim: what is inside takes no longer, net. Raises AssertionError, and TimeoutError after HANG_SECONDS."""
    watch = Stopwatch()
    async with asyncio.timeout(seconds + HANG_SECONDS):
        yield
    assert watch.net <= seconds, f"took {watch.net:.2f} s net ({watch.seconds:.2f} s in all), not {seconds}"
