"""A question that is under way."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from aihelper.lib.tasks import cancel, spawn_child
from providers.errors import BadResponse, ProviderError
from providers.events import ChatRequest, Event
from providers.wire.gate import Gate

if TYPE_CHECKING:
    from providers.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to ask for the model: provider and key by their names for people, the opened dialect, the model there."""

    label: str
    dialect: "Dialect"
    model: str
    key: str = ""
    gate: Gate = field(default_factory=Gate, compare=False, repr=False)


class Flight:
    """Up to its first event a task of its own, so that several can be awaited; then `source` is read by whoever won.

    Either `first` or `error` is set once `task` has ended.
    """

    def __init__(self, candidate: Candidate, request: ChatRequest) -> None:
        self.candidate = candidate
        self.began = asyncio.get_running_loop().time()
        self.source = cast("AsyncGenerator[Event, None]", candidate.dialect.stream(request))
        self.first: Event | None = None
        self.error: ProviderError | None = None
        candidate.gate.asked()
        self.task = spawn_child(self._begin(), name=f"ask {candidate.label}")

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return asyncio.get_running_loop().time() - self.began

    async def close(self) -> None:
        """End it and its upstream connection."""
        await cancel(self.task)
        await self.source.aclose()

    async def _begin(self) -> None:
        try:
            self.first = await anext(self.source)
        except ProviderError as error:
            self.error = error
        except StopAsyncIteration:
            self.error = BadResponse()
