"""From the choices of an OpenAI stream to events: runs of one kind joined, thinking split off, text repaired."""

from providers.dialects.openai_chunks import Choice, Chunk, Delta, error_of, read_parts, read_usage
from providers.dialects.think import ThinkSplitter
from providers.errors import BadResponse, UpstreamUnavailable
from providers.events import Finished, FinishReason, ReasoningDelta, TextDelta, Usage
from providers.wire.exchange import TOO_LARGE
from providers.wire.text import Joiner

# Four times the longest answer of any model so far. A database has to take it in one statement: MariaDB's limit is
# 16 MB, and a character has up to four bytes.
MAX_ANSWER_CHARS = 2 * 1024 * 1024

_REASONS: dict[str, FinishReason] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "tool_use": "tool_calls",
}

DeltaEvent = TextDelta | ReasoningDelta
DeltaType = type[TextDelta] | type[ReasoningDelta]


class Assembler:
    """One answer. `add` each chunk, `take` the deltas after each read, `end` once when nothing more comes."""

    def __init__(self, max_chars: int = MAX_ANSWER_CHARS) -> None:
        self.reason: FinishReason | None = None
        self.has_text = False
        self._usage: Usage | None = None
        self._runs: list[tuple[DeltaType, list[str]]] = []
        self._kind: DeltaType | None = None
        self._parts: list[str] = []
        self._left = max_chars
        self._splitter: ThinkSplitter | None = ThinkSplitter()
        self._joiners: dict[DeltaType, Joiner] = {TextDelta: Joiner(), ReasoningDelta: Joiner()}

    def add(self, chunk: Chunk) -> None:
        """Take in one chunk. Raises ProviderError for one that is an error."""
        for choice in chunk.choices or ():
            delta = choice.delta
            if choice.index:
                continue
            if delta is not None:
                # The one line that nearly every token takes.
                content = delta.content
                if (
                    content.__class__ is str
                    and self._kind is TextDelta
                    and not (delta.reasoning_content or delta.reasoning or delta.refusal)
                ):
                    self._parts.append(content)
                else:
                    self._add_delta(delta)
            if choice.finish_reason or choice.message is not None:
                self._finish(choice)
        if chunk.usage:
            self._usage = read_usage(chunk.usage) or self._usage
        if (chunk.error or chunk.object == "error") and (error := error_of(chunk)):
            raise error

    def _add_delta(self, delta: Delta) -> None:
        # Some servers send the same reasoning under both names.
        if reasoning := delta.reasoning_content or delta.reasoning:
            # A server that separates it leaves nothing to split; a tag in its text is text.
            if self._splitter is not None:
                for kind, held in self._splitter.close():
                    self._append(kind, held)
                self._splitter = None
            self._append(ReasoningDelta, reasoning)
        content = delta.content
        if isinstance(content, list):
            content, thought = read_parts(content)
            if thought:
                self._append(ReasoningDelta, thought)
        if text := content or delta.refusal:
            self._append(TextDelta, text)

    def _append(self, kind: DeltaType, text: str) -> None:
        if kind is not self._kind:
            self._kind, self._parts = kind, []
            self._runs.append((kind, self._parts))
        self._parts.append(text)

    def _finish(self, choice: Choice) -> None:
        # A whole message in place of deltas; beside deltas it only repeats them.
        if choice.message is not None and choice.delta is None and not (self.has_text or self._runs):
            self._add_delta(choice.message)
        if choice.finish_reason == "error":
            raise UpstreamUnavailable
        if choice.finish_reason:
            self.reason = _REASONS.get(choice.finish_reason.lower(), "stop")

    def take(self) -> list[DeltaEvent]:
        """The deltas of what was added since, one per run of a kind. Raises BadResponse past the cap."""
        if not self._runs:
            return []
        runs, self._runs, self._kind = self._runs, [], None
        deltas: list[DeltaEvent] = []
        for kind, parts in runs:
            text = "".join(parts)
            self._left -= len(text)
            if self._left < 0:
                raise BadResponse(TOO_LARGE)
            if kind is TextDelta and self._splitter is not None:
                self._split(self._splitter.feed(text), deltas)
                if self._splitter.done:
                    self._splitter = None
            elif text := self._joiners[kind].feed(text):
                deltas.append(kind(text))
        self.has_text = self.has_text or bool(deltas)
        return deltas

    def _split(self, pieces: list[tuple[DeltaType, str]], deltas: list[DeltaEvent]) -> None:
        for kind, piece in pieces:
            if text := self._joiners[kind].feed(piece):
                deltas.append(kind(text))

    def end(self) -> list[DeltaEvent]:
        """What was held back: a piece of a tag, half of a surrogate pair."""
        deltas = self.take()
        if self._splitter is not None:
            self._split(self._splitter.close(), deltas)
        for kind, joiner in self._joiners.items():
            if rest := joiner.close():
                deltas.append(kind(rest))
        self.has_text = self.has_text or bool(deltas)
        return deltas

    def closing(self) -> list[Usage | Finished]:
        """The last events of a complete answer."""
        finished = Finished(self.reason or "stop")
        return [self._usage, finished] if self._usage else [finished]
