"""From a branch of messages to what the model is asked.

Everything is measured in estimated tokens: exact counts need each model's own tokenizer, which an
OpenAI-compatible server does not tell. The estimate errs upwards, so that the window is not overrun.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from providers.events import ChatMessage

# Sent when an answer is to go on where it was cut off.
CONTINUE_PROMPT = (
    "Your last message was cut off. Continue it exactly where it stopped: do not repeat anything of it, "
    "do not comment, do not start anew. Your first character follows its last one."
)
MESSAGE_OVERHEAD_TOKENS = 6
DEFAULT_CONTEXT_WINDOW = 8192
DEFAULT_REPLY_TOKENS = 1024
# Less of a document than this says nothing.
MIN_DOCUMENT_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Attached:
    """A document of a question. `text` may be its beginning only; `chars` is the length of the whole."""

    name: str
    text: str
    chars: int


@dataclass(frozen=True, slots=True)
class Question(ChatMessage):
    """A person's message with its documents, before it is known how much of them the window holds."""

    documents: tuple[Attached, ...] = ()


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has: one per Chinese, Japanese or Korean character, one per 3.5 plain letters.

    By the length in UTF-8, not by each character: histories are long, and the event loop waits meanwhile.
    """
    wide = (len(text.encode("utf-8", "surrogatepass")) - len(text)) // 2
    return wide + (len(text) - wide) * 2 // 7 + 1


def ending(text: str, tokens: int) -> str:
    """The end of a text, at most about `tokens` long: what an answer goes on from must always fit."""
    while estimate_tokens(text) > tokens:
        text = text[len(text) // 8 + 1 :]
    return text


def fit(
    system: str, history: Sequence[ChatMessage], *, context_window: int | None, reply_tokens: int | None
) -> tuple[ChatMessage, ...]:
    """The system prompt and as many of the last messages as the window holds beside the reply, oldest first.

    Documents take what their question and the messages after it leave; of what does not fit, the end is cut off and
    a mark says so. The last message always goes along, even when it alone is too long: the provider's own error is then
    clearer than a question without its end. A history never starts with an answer.
    """
    window = context_window or DEFAULT_CONTEXT_WINDOW
    reply = min(reply_tokens or DEFAULT_REPLY_TOKENS, window // 2)
    room = window - reply - (estimate_tokens(system) + MESSAGE_OVERHEAD_TOKENS if system else 0)
    kept: list[ChatMessage] = []
    for message in reversed(history):
        room -= estimate_tokens(message.content) + MESSAGE_OVERHEAD_TOKENS
        if kept and room < 0:
            break
        shown = _with_documents(message, room)
        room -= estimate_tokens(shown.content) - estimate_tokens(message.content)
        kept.append(shown)
    while len(kept) > 1 and kept[-1].role == "assistant":
        kept.pop()
    return (*((ChatMessage("system", system),) if system else ()), *_alternating(reversed(kept)))


def _with_documents(message: ChatMessage, room: int) -> ChatMessage:
    """The message as the model gets it: its documents first, as far as `room` tokens hold them, then its text."""
    if not isinstance(message, Question) or not message.documents:
        return message
    parts: list[str] = []
    # The last one attached is the least likely to be of no matter: the first ones are cut.
    for document in reversed(message.documents):
        part = _framed(document, room)
        room -= estimate_tokens(part)
        parts.append(part)
    return ChatMessage(message.role, "\n\n".join([*reversed(parts), message.content]).strip())


def _framed(document: Attached, room: int) -> str:
    """A document between two lines that it cannot hold itself: they carry a digest of its text."""
    mark = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    name = document.name.replace('"', "'")
    head, tail = f'<document-{mark} name="{name}">\n', f"\n</document-{mark}>"
    budget = room - estimate_tokens(head + tail)
    text = document.text
    if estimate_tokens(text) > budget:
        text = beginning(text, budget) if budget >= MIN_DOCUMENT_TOKENS else ""
    missing = document.chars - len(text)
    if missing > 0:
        text = f"{text}\n[... {missing} characters of this document are left out: they do not fit ...]".lstrip("\n")
    return head + text + tail


def beginning(text: str, tokens: int) -> str:
    """The beginning of a text, at most about `tokens` long."""
    text = text[: 4 * tokens]
    while estimate_tokens(text) > tokens:
        text = text[: len(text) - len(text) // 8 - 1]
    return text


def _alternating(messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Join neighbours of one role: some servers' chat templates refuse two questions in a row."""
    joined: list[ChatMessage] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            joined[-1] = ChatMessage(message.role, f"{joined[-1].content}\n\n{message.content}")
        else:
            joined.append(message)
    return joined
