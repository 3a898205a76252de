"""One process's book of how the providers fare. It makes the gates of the candidates and hears what came of them.

Everything is memory here, so a call costs no query. Every few seconds `share` writes what is new and reads what other
processes wrote: their calls count for the error rate, and a circuit that one opens or closes is so for all. What is
told late costs one more try, never an answer. A restart begins with the shared circuits, and learns patience anew.
"""

import asyncio
import time
from collections.abc import Callable

import structlog
from django.db import Error

from aihelper.lib.db import run_db
from providers.health import figures, store
from providers.health.store import Circuit, Heard, Minute, News
from providers.keys import is_pausing
from providers.models import ModelConfig, ProviderKey
from providers.wire.breaker import Breaker, CoolDown, Pace
from providers.wire.gate import Gate, Outcome

log = structlog.get_logger(__name__)

SHARE_SECONDS = 2.0
MINUTE = 60
# The database keeps microseconds, the clock has more.
SAME_SECONDS = 0.001


class Book:
    """`owner` names the process; `on_news` is called when there is something to share."""

    def __init__(
        self, owner: str, *, clock: Callable[[], float] = time.time, on_news: Callable[[], None] = lambda: None
    ) -> None:
        self._owner = owner
        self._clock = clock
        self._on_news = on_news
        self._breakers: dict[int, Breaker] = {}
        self._keys: dict[object, CoolDown] = {}
        self._paces: dict[tuple[int, str], Pace] = {}
        self._circuits: dict[int, Circuit] = {}
        self._minutes: dict[tuple[int, int], Minute] = {}
        self._news = News()
        self._shared_at = 0.0
        self._sharing = asyncio.Lock()

    @property
    def has_news(self) -> bool:
        news = self._news
        return bool(news.minutes or news.circuits or news.errors or news.keys)

    def gate(self, model: ModelConfig, key: ProviderKey | None) -> Gate:
        """The gate of a candidate, for one race."""
        provider_id = model.provider_id
        breaker = self._breaker(provider_id)
        cool_down = self._cool_down(provider_id, key)
        pace = self._paces.setdefault((provider_id, model.model_id), Pace())

        def told(outcome: Outcome) -> None:
            self._count(provider_id, outcome)
            self._note_circuit(provider_id, breaker)
            if key is not None:
                self._note_key(key, cool_down, outcome)
            self._on_news()

        return Gate(breaker, cool_down, pace, told)

    async def refresh(self) -> None:
        """`share`, unless that was done a moment ago. To be called before a race."""
        if self._clock() - self._shared_at >= SHARE_SECONDS:
            # Said at once: of several races that begin together one asks.
            self._shared_at = self._clock()
            await self.share()

    async def share(self) -> None:
        """Tell the news and hear the others'. While the database is away they wait."""
        # One after the other, so that older numbers never come after newer ones.
        async with self._sharing:
            news, self._news = self._news, News()
            try:
                heard = await run_db(store.exchange, self._owner, news)
            except Error as error:
                log.warning("health.not_shared", error=type(error).__name__)
                self._keep(news)
                return
        self._shared_at = self._clock()
        self._hear(heard)
        oldest = self._shared_at - 2 * MINUTE
        self._minutes = {key: entry for key, entry in self._minutes.items() if key[1] > oldest}

    def _breaker(self, provider_id: int) -> Breaker:
        return self._breakers.setdefault(provider_id, Breaker(self._clock))

    def _cool_down(self, provider_id: int, key: ProviderKey | None) -> CoolDown:
        # By its sealed text, too: a new key in the old one's place begins anew.
        name = (provider_id,) if key is None else (key.pk, key.api_key[-24:])
        cool_down = self._keys.get(name)
        if cool_down is None:
            cool_down = self._keys.setdefault(name, CoolDown(self._clock))
        if key is not None and key.cooldown_until is not None and is_pausing(key):
            # What another process wrote: of the limits only those that the provider gave a time for.
            seconds = key.cooldown_until.timestamp() - self._clock()
            if seconds > cool_down.left:
                cool_down.cool(seconds, key.last_error, strict=key.last_error == "rate_limited")
        return cool_down

    def _count(self, provider_id: int, outcome: Outcome) -> None:
        now = self._clock()
        place = (provider_id, int(now) // MINUTE * MINUTE)
        entry = self._minutes.setdefault(place, Minute())
        self._news.minutes[place] = entry
        if outcome.code:
            entry.errors[outcome.code] = entry.errors.get(outcome.code, 0) + 1
            entry.failed += outcome.sick
            self._news.errors[provider_id] = (outcome.code, now)
        else:
            milliseconds = round(outcome.seconds * 1000)
            entry.ok += 1
            entry.ttft_ms_sum += milliseconds
            entry.ttft[figures.bucket(milliseconds)] += 1

    def _note_circuit(self, provider_id: int, breaker: Breaker) -> None:
        known = self._circuits.get(provider_id, Circuit(0.0, 0.0))
        if abs(breaker.open_until - known.open_until) > SAME_SECONDS:
            circuit = Circuit(breaker.open_until, self._clock())
            self._circuits[provider_id] = circuit
            self._news.circuits[provider_id] = circuit
            state = "opened" if breaker.open_until else "closed"
            log.warning("provider.circuit", provider_id=provider_id, state=state)

    def _note_key(self, key: ProviderKey, cool_down: CoolDown, outcome: Outcome) -> None:
        if outcome.code and cool_down.left > 0 and (cool_down.strict or cool_down.code != "rate_limited"):
            self._news.keys[key.pk] = (cool_down.left, cool_down.code)
        elif not outcome.code and (key.last_error or key.cooldown_until):
            self._news.keys[key.pk] = (0.0, "")

    def _keep(self, news: News) -> None:
        newer = self._news
        self._news = News(
            {**news.minutes, **newer.minutes},
            {**news.circuits, **newer.circuits},
            {**news.errors, **newer.errors},
            {**news.keys, **newer.keys},
        )

    def _hear(self, heard: Heard) -> None:
        for provider_id, breaker in self._breakers.items():
            breaker.hear(*heard.counts.get(provider_id, (0, 0)))
        for provider_id, circuit in heard.circuits.items():
            known = self._circuits.get(provider_id)
            if known is not None and circuit.changed_at <= known.changed_at + SAME_SECONDS:
                continue
            self._circuits[provider_id] = circuit
            if circuit.open_until:
                self._breaker(provider_id).adopt(circuit.open_until)
            else:
                self._breaker(provider_id).close()
