"""From a branch of messages to what the model is asked.

Everything is measured in estimated tokens: exact counts need each model's own tokenizer, which an
OpenAI-compatible server does not tell. The estimate errs upwards, so that the window is not overrun.
"""

from collections.abc import Iterable, Sequence

from providers.events import ChatMessage

# Sent when an answer is to go on where it was cut off.
CONTINUE_PROMPT = (
    "Your last message was cut off. Continue it exactly where it stopped: do not repeat anything of it, "
    "do not comment, do not start anew. Your first character follows its last one."
)
MESSAGE_OVERHEAD_TOKENS = 6
DEFAULT_CONTEXT_WINDOW = 8192
DEFAULT_REPLY_TOKENS = 1024


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

    The last message always goes along, even when it alone is too long: the provider's own error is then
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
        kept.append(message)
    while len(kept) > 1 and kept[-1].role == "assistant":
        kept.pop()
    return (*((ChatMessage("system", system),) if system else ()), *_alternating(reversed(kept)))


def _alternating(messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Join neighbours of one role: some servers' chat templates refuse two questions in a row."""
    joined: list[ChatMessage] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            joined[-1] = ChatMessage(message.role, f"{joined[-1].content}\n\n{message.content}")
        else:
            joined.append(message)
    return joined
