"""What stands before a candidate: may it be asked now, how long is it waited for, and what did come of it.

A gate is made of the memories of its provider, its key and its model (providers.wire.breaker), which it shares with
other candidates; `told` hears of each outcome. A gate of its own memories is open and remembers nothing for others.
"""

from collections.abc import Callable
from dataclasses import dataclass

from providers.errors import (
    AddressRefused,
    AuthenticationFailed,
    BadResponse,
    ProviderError,
    RateLimited,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from providers.wire.breaker import Breaker, CoolDown, Pace

# Without Retry-After: long enough for a window of requests per second, short enough to be right soon.
RATE_LIMIT_SECONDS = 10.0
# A refused key or an empty account: it takes a person to change that.
USELESS_KEY_SECONDS = 300.0
# An upstream may ask for any time; who waits longer than this asks again.
MAX_COOL_DOWN = 3600.0

# Why a candidate was not asked, or not waited for. Beside the codes of providers.errors.
CIRCUIT_OPEN, COOLING_DOWN, OVERTAKEN, NOT_NEEDED, SERVED = (
    "circuit_open",
    "cooling_down",
    "overtaken",
    "not_needed",
    "served",
)
# These say that the provider itself fares badly; the others concern the key or the question.
SICK = (UpstreamTimeout, UpstreamUnavailable, BadResponse, AddressRefused)
# These concern the key: another one may be better.
OF_THE_KEY = (RateLimited, AuthenticationFailed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call went. `code` is empty when it was answered; `seconds` to the first token, or to the failure.

    `late`: it failed after its first token, so it has been counted as answered before.
    """

    code: str
    seconds: float
    sick: bool = False
    late: bool = False


class Gate:
    """One candidate's. Each call: `asked`, then exactly one of `answered`, `failed`, `overtaken` and `left`."""

    def __init__(
        self,
        breaker: Breaker | None = None,
        key: CoolDown | None = None,
        pace: Pace | None = None,
        told: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        self._breaker = breaker or Breaker()
        self._key = key or CoolDown()
        self._pace = pace or Pace()
        self._told = told
        self._trial = False

    @property
    def reason(self) -> str:
        """Why others are asked before this one; an empty string when it is their equal."""
        if self._key.left > 0:
            return COOLING_DOWN
        return "" if self._breaker.admits else CIRCUIT_OPEN

    @property
    def wait(self) -> float:
        """Seconds before which it must not be asked."""
        return self._key.wait

    @property
    def patience(self) -> float:
        """Seconds of silence after which another candidate is asked, too."""
        return self._pace.patience

    def asked(self) -> None:
        """The question goes out."""
        self._trial = self._breaker.begin()

    def answered(self, seconds: float) -> None:
        """Its first token came after so long."""
        self._trial = False
        self._breaker.succeeded()
        self._key.end()
        self._pace.add(seconds)
        self._told(Outcome("", seconds))

    def failed(self, error: ProviderError, seconds: float, *, late: bool = False) -> None:
        """It failed; `late`: after its first token."""
        sick = isinstance(error, SICK)
        if sick:
            self._breaker.failed(trial=self._trial)
        elif isinstance(error, OF_THE_KEY):
            self._cool(error)
            self._end_trial()
        else:
            # It understood the question and refused it: the provider is well.
            self._breaker.succeeded()
        self._trial = False
        self._told(Outcome(error.code, seconds, sick, late))

    def overtaken(self, seconds: float) -> None:
        """It was silent for longer than usual, and another one that was asked later has answered."""
        self._breaker.failed(trial=self._trial)
        self._trial = False
        self._told(Outcome(OVERTAKEN, seconds, sick=True))

    def left(self) -> None:
        """Nobody waits for it any more, which says nothing about it."""
        self._end_trial()

    def _end_trial(self) -> None:
        if self._trial:
            self._breaker.end_trial()
        self._trial = False

    def _cool(self, error: ProviderError) -> None:
        if not isinstance(error, RateLimited) or not error.retryable:
            self._key.cool(USELESS_KEY_SECONDS, error.code, strict=False)
        elif error.retry_after is None:
            self._key.cool(RATE_LIMIT_SECONDS, error.code, strict=False)
        else:
            self._key.cool(min(error.retry_after, MAX_COOL_DOWN), error.code, strict=True)
