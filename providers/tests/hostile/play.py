"""Play one case against the dialect over real TCP."""

from dataclasses import dataclass, field

from aihelper.lib.net import HttpClient, Timeouts
from providers.dialects import OpenAIDialect
from providers.errors import ProviderError
from providers.events import ChatMessage, ChatRequest, Finished, ReasoningDelta, TextDelta, Usage
from providers.tests.hostile.cases import KEY

SHORT = Timeouts(connect=1.0, first_token=0.5, gap=0.4, total=1.5)
QUESTION = ChatRequest("m", (ChatMessage("user", "Hi"),))


@dataclass
class Outcome:
    text: str = ""
    reasoning: str = ""
    usages: list[Usage] = field(default_factory=list)
    finishes: list[Finished] = field(default_factory=list)
    error: ProviderError | None = None

    @property
    def end(self) -> str:
        return self.error.code if self.error else "finish"


async def play(client: HttpClient, base_url: str, timeouts: Timeouts = SHORT) -> Outcome:
    """Everything that a stream of this case gave. Only a ProviderError is caught: anything else is a bug."""
    outcome = Outcome()
    try:
        async for event in OpenAIDialect(client, base_url, KEY, timeouts).stream(QUESTION):
            match event:
                case TextDelta(text):
                    outcome.text += text
                case ReasoningDelta(text):
                    outcome.reasoning += text
                case Usage():
                    outcome.usages.append(event)
                case Finished():
                    outcome.finishes.append(event)
    except ProviderError as error:
        outcome.error = error
    return outcome
