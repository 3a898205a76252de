"""What is remembered of a provider between calls: a circuit breaker, a key's cool-down, and how fast it mostly begins.

Three small machines without I/O. All times are seconds of the `clock` that is handed in; it is the wall's, because
several processes tell each other of what they found (providers.health).
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]

# The breaker opens when, within the window, so many calls failed and they are at least this share of all.
WINDOW_SECONDS = 60.0
MIN_FAILURES = 3
ERROR_RATE = 0.5
# How long it stays open: doubled each time a trial fails.
OPEN_SECONDS = 15.0
MAX_OPEN_SECONDS = 300.0

# How long a silent provider is waited for before another one is asked, too.
DEFAULT_PATIENCE = 1.5
MIN_PATIENCE, MAX_PATIENCE = 1.0, 8.0
# Later than this share of its own answers, and half as long again, is later than usual.
USUAL = 0.95
SLACK = 1.5
MIN_ANSWERS, KEPT_ANSWERS = 5, 50


class Breaker:
    """Whether a provider fares well: closed (ask it), open (ask others first), half-open (one trial at a time)."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._calls: deque[tuple[float, bool]] = deque()
        self._elsewhere = (0, 0)
        self._trips = 0
        self._trial = False
        self.open_until = 0.0

    @property
    def state(self) -> State:
        if not self._trips:
            return "closed"
        return "open" if self._clock() < self.open_until else "half_open"

    @property
    def admits(self) -> bool:
        """Whether a call may be made as if nothing had happened, or as the trial."""
        return self.state == "closed" or (self.state == "half_open" and not self._trial)

    def begin(self) -> bool:
        """A call begins; True when it is the trial. Then `end_trial` or an outcome has to follow."""
        if self.state != "half_open" or self._trial:
            return False
        self._trial = True
        return True

    def end_trial(self) -> None:
        """The trial ended without an outcome: another call may be it."""
        self._trial = False

    def succeeded(self) -> None:
        """A call went well. It closes the breaker, whatever was before: the provider is back."""
        if self._trips:
            self.close()
        self._remember(True)

    def failed(self, *, trial: bool = False) -> None:
        """A call failed. `trial`: it was the one that `begin` let through."""
        self._remember(False)
        if trial:
            self._trial = False
            self._trip()
        elif self.state == "closed":
            good, bad = self.counts()
            if bad >= MIN_FAILURES and bad >= ERROR_RATE * (good + bad):
                self._trip()

    def counts(self) -> tuple[int, int]:
        """Good and bad calls within the window, other processes' included."""
        oldest = self._clock() - WINDOW_SECONDS
        while self._calls and self._calls[0][0] < oldest:
            self._calls.popleft()
        good = sum(ok for _at, ok in self._calls)
        return good + self._elsewhere[0], len(self._calls) - good + self._elsewhere[1]

    def hear(self, good: int, bad: int) -> None:
        """What other processes counted within the window."""
        self._elsewhere = (good, bad)

    def adopt(self, open_until: float) -> None:
        """Another process has opened its breaker until then."""
        self._trips = max(self._trips, 1)
        self.open_until = max(self.open_until, open_until)

    def close(self) -> None:
        """Begin anew, as if nothing had been."""
        self._calls.clear()
        self._elsewhere = (0, 0)
        self._trips, self._trial, self.open_until = 0, False, 0.0

    def _trip(self) -> None:
        seconds = min(OPEN_SECONDS * 2**self._trips, MAX_OPEN_SECONDS)
        self._trips += 1
        self.open_until = self._clock() + seconds

    def _remember(self, ok: bool) -> None:
        self._calls.append((self._clock(), ok))


class CoolDown:
    """The time during which a key is left alone.

    `strict`: the provider named the time (Retry-After), so the key must not be used before. Otherwise it is used only
    when no other candidate is left.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.until = 0.0
        self.strict = False
        self.code = ""

    def cool(self, seconds: float, code: str, *, strict: bool) -> None:
        """Leave the key alone for so long, or until what was known before, whichever is later."""
        self.strict = strict or (self.strict and self.left > 0)
        self.until = max(self.until, self._clock() + seconds)
        self.code = code

    def end(self) -> None:
        """The key works."""
        self.until, self.strict, self.code = 0.0, False, ""

    @property
    def left(self) -> float:
        return max(0.0, self.until - self._clock())

    @property
    def wait(self) -> float:
        """Seconds before which the key must not be used."""
        return self.left if self.strict else 0.0


class Pace:
    """How long a model of a provider mostly takes to its first token."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=KEPT_ANSWERS)

    def add(self, seconds: float) -> None:
        """An answer began after so long."""
        self._seconds.append(seconds)

    @property
    def patience(self) -> float:
        """After how many seconds of silence another candidate is asked, too."""
        if len(self._seconds) < MIN_ANSWERS:
            return DEFAULT_PATIENCE
        usual = sorted(self._seconds)[round(USUAL * (len(self._seconds) - 1))]
        return min(max(usual * SLACK, MIN_PATIENCE), MAX_PATIENCE)
