"""The languages that providers speak. `Dialect` is the whole contract; DIALECTS registers each by its name.

To add one: a module here with a class of the same constructor, a line in DIALECTS, and tests against
`providers.tests.hostile`. The row of a provider names its dialect.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from providers.dialects.openai import OpenAIDialect
from providers.events import ChatRequest, Event, RemoteModel


class Dialect(Protocol):
    """One provider, opened. Closing what `stream` returned (`aclose`) closes the upstream connection at once."""

    def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
        """Ask the model (providers.events tells what comes). Raises ProviderError."""
        ...

    async def models(self) -> list[RemoteModel]:
        """The models on offer. Raises ProviderError."""
        ...


DIALECTS = {"openai": OpenAIDialect}

__all__ = ["DIALECTS", "Dialect", "OpenAIDialect"]
