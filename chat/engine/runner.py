"""One run: asks the model, writes the log, and at the end gives the message its final form.

It lives in a task of its own, outside any request (invariant I1). Nobody awaits it but the supervisor;
viewers read its log. What can end it is the provider, `stop`, the loss of its lease, or a drain.
"""

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import structlog
from django.db import Error

from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from aihelper.lib.tasks import spawn_child
from chat.engine import meters, store
from chat.engine import plan as plans
from chat.engine.calls import NOT_ASKED, Calls, Ending, Lines
from chat.engine.log import GenerationLog
from chat.events import CONTENT, REASONING, End
from chat.models import Generation
from chat.models.message import MessageStatus
from providers import registry
from providers.errors import ProviderError
from providers.events import Finished, ReasoningDelta, Served, TextDelta, Tried, Usage
from providers.wire.gate import SERVED
from providers.wire.retry import stream_with_retry

if TYPE_CHECKING:
    from chat.engine.supervisor import Supervisor

log = structlog.get_logger(__name__)

# Sooner than any other process takes a run for dead when the database is back (chat.engine.recovery).
SAVE_RETRY_SECONDS = 0.3


class Run:
    """A generation while this process writes it."""

    def __init__(self, generation_id: str, supervisor: "Supervisor") -> None:
        self.generation_id = generation_id
        self.log = GenerationLog()
        self._supervisor = supervisor
        self._asking: asyncio.Task[None] | None = None
        self._plan: plans.Plan | None = None
        # Here, and not in `run`: this is called in the context of whoever has sent the message.
        self._span = supervisor.tracing.begin("chat.run", generation_id=generation_id)
        self._calls = Calls(self._span)
        self._usage: Usage | None = None
        self._state = MessageStatus.INTERRUPTED.value
        self._finish_reason = ""
        self._error_code = ""
        self._cut_at: int | None = None
        # About how many tokens came, shown or not; once it is over.
        self._received: int | None = None
        # Whether it is settled how it ends; what comes later changes nothing.
        self._settled = False
        self._started = time.monotonic()
        self._first_token: float | None = None

    @property
    def is_asking(self) -> bool:
        """Whether it knows whom to ask."""
        return self._plan is not None

    async def run(self) -> None:
        """From queued to a final state. Never raises but on cancellation; then nothing is written."""
        structlog.contextvars.bind_contextvars(generation_id=self.generation_id)
        self._asking = spawn_child(self._ask_guarded(), name=f"ask {self.generation_id}")
        if self._settled:
            self._asking.cancel()
        await asyncio.wait({self._asking})
        self._settled = True
        await self._save()

    def stop(self, offset: int | None) -> None:
        """End the run at the wish of a person; the text is cut to `offset`, what they had seen (None: all)."""
        if self._end(MessageStatus.STOPPED):
            self._cut_at = offset

    def interrupt(self) -> None:
        """End the run because the process ends."""
        self._end(MessageStatus.INTERRUPTED)

    def _end(self, state: MessageStatus) -> bool:
        """End it so; False when its end was settled before: an answer that is complete is not interrupted."""
        if self._settled:
            return False
        self._settled = True
        self._state = state.value
        if self._asking is not None:
            self._asking.cancel()
        return True

    async def _ask_guarded(self) -> None:
        """Ask, and turn whatever happens into a state and an error code."""
        try:
            await self._ask()
        except asyncio.CancelledError:
            pass
        except ProviderError as error:
            self._fail(error.code)
            log.info("run.failed", code=error.code, status=error.status)
        except AppError as error:
            self._fail(error.code)
        except Exception as error:
            self._fail("internal_error")
            log.error("run.crashed", exc_info=error)

    def _fail(self, code: str) -> None:
        if not self._settled:
            self._settled = True
            self._state, self._error_code = MessageStatus.FAILED.value, code

    async def _ask(self) -> None:
        plan = await run_db(plans.claim, self.generation_id, self._supervisor.owner)
        if plan is None:
            return
        self._plan = plan
        store.seed(self.log, plan.generation)
        health = self._supervisor.health
        await health.refresh()
        candidates = await run_db(
            registry.candidates, plan.models, health=health, client_factory=self._supervisor.client_factory
        )
        async with aclosing(stream_with_retry(candidates, self._calls.noting(plan.request_for))) as events:
            async for event in events:
                self._take(event, plan)

    def _take(self, event: object, plan: plans.Plan) -> None:
        match event:
            case TextDelta(text):
                self._write(CONTENT, text)
            case ReasoningDelta(text):
                self._write(REASONING, text)
            case Usage():
                self._usage = event
            case Tried(label, key, code, ms):
                self._calls.ended(event)
                self._note(plan.generation, label, key, code, ms)
            case Served(label, key, ms):
                self._calls.ended(event)
                self._note(plan.generation, label, key, SERVED, ms)
            case Finished(reason) if not self._settled:
                self._settled = True
                self._state, self._finish_reason = MessageStatus.COMPLETED.value, reason

    def _note(self, generation: Generation, label: str, key: str, code: str, ms: int) -> None:
        """One more candidate with what came of it."""
        generation.attempts += code not in NOT_ASKED
        generation.tried.append({"provider": label, "key": key, "code": code, "ms": ms})

    def _write(self, kind: str, text: str) -> None:
        if self._first_token is None:
            self._first_token = time.monotonic()
        self.log.append(kind, text)

    async def _save(self) -> None:
        """Write the end and tell it to the viewers and the supervisor, whatever happens."""
        await self._supervisor.flusher.release(self.generation_id)
        end = await self._stored_end()
        self._calls.close(self._error_code)
        self._span.end(self._error_code, outcome=self._state, provider=self._calls.served)
        self.log.finish(end or store.vanished(self.generation_id, self.log.offset))
        self._supervisor.ended(self.generation_id, self._plan, end, self._span)

    async def _stored_end(self) -> End | None:
        """Store the end, again and again while the database is away: nothing of the answer is given up."""
        while True:
            try:
                return await self._settle()
            except Error as error:
                log.warning("run.save_failed", error=type(error).__name__)
                await asyncio.sleep(SAVE_RETRY_SECONDS)
            except Exception as error:
                # A bug of ours. Nobody shall wait for ever: recovery will fold what the ticks have stored.
                log.error("run.save_crashed", exc_info=error)
                return None

    async def _settle(self) -> End | None:
        generation = self._plan.generation if self._plan else await run_db(plans.load, self.generation_id)
        if generation is None:
            return None
        # Here and not in the database's thread: viewers are reading the log.
        store.seed(self.log, generation)
        if self._received is None:
            self._received = store.came(self.log, generation)
        if self._cut_at is not None:
            store.cut(self.log, generation, self._cut_at)
        return await run_db(self._finish, generation)

    def _finish(self, generation: Generation) -> End | None:
        message = generation.message
        message.provider_name = self._calls.served or ""
        message.duration_ms = _milliseconds(time.monotonic() - self._started)
        if self._first_token is not None:
            message.first_token_ms = _milliseconds(self._first_token - self._started)
        lines = self._lines(generation, message.duration_ms, message.first_token_ms)
        if lines.answer and lines.answer.cost is not None:
            message.cost, message.currency = lines.answer.cost, lines.answer.currency
        end = End(
            state=self._state,
            finish_reason=self._finish_reason or store.FINISH_REASONS[self._state],
            offset=self.log.offset,
            session_id=message.session.session_id,
            message_id=message.pk,
            generation_id=generation.id,
            error_code=self._error_code,
            prompt_tokens=self._usage.prompt_tokens if self._usage else None,
            completion_tokens=self._usage.completion_tokens if self._usage else None,
            reasoning_ms=store.reasoning_ms(self.log, generation),
            **store.served(generation, message),
        )
        if store.finish(generation, self._supervisor.owner, self.log, end, lines, self._received):
            meters.ended(message.model_id, self._state, self._error_code, lines)
            return end
        # Somebody claimed it, or it ended before it began: what is stored is the truth (invariant I2).
        stored = store.load_log(self.generation_id)
        return stored.end if stored else None

    def _lines(self, generation: Generation, duration_ms: int, first_token_ms: int | None) -> Lines:
        if self._plan is None:
            return Lines()
        ending = Ending(self._state, duration_ms, self._error_code, first_token_ms, self._usage)
        return self._calls.lines(generation, self._plan.model, ending)


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))
