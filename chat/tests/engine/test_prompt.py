"""What the model is asked: as much of the conversation as its window holds."""

from chat.engine import prompt
from providers.events import ChatMessage


def turns(count: int, text: str = "word " * 20) -> list[ChatMessage]:
    return [ChatMessage("assistant" if index % 2 else "user", f"{index} {text}") for index in range(count)]


def fit(system: str, history: list[ChatMessage], window: int, reply: int | None = None) -> list[ChatMessage]:
    return list(prompt.fit(system, history, context_window=window, reply_tokens=reply))


def test_it_sends_everything_that_fits() -> None:
    history = turns(5)
    assert fit("Be kind.", history, 100_000) == [ChatMessage("system", "Be kind."), *history]


def test_it_drops_the_oldest_first_and_starts_with_a_question() -> None:
    sent = fit("", turns(41), 700, 100)
    assert sent[-1].content.startswith("40 ")
    assert sent[0].role == "user"
    assert 3 <= len(sent) < 41


def test_it_always_sends_the_last_question() -> None:
    assert [message.content for message in fit("", [ChatMessage("user", "x" * 100_000)], 1000)] == ["x" * 100_000]


def test_it_joins_questions_in_a_row() -> None:
    sent = fit("", [ChatMessage("user", "a"), ChatMessage("user", "b")], 1000)
    assert sent == [ChatMessage("user", "a\n\nb")]


def test_it_keeps_the_end_of_a_long_text() -> None:
    text = "".join(f"{number} " for number in range(5000))
    ending = prompt.ending(text, 500)
    assert text.endswith(ending)
    assert 400 <= prompt.estimate_tokens(ending) <= 500
    assert prompt.ending("short", 500) == "short"


def test_it_counts_chinese_by_character() -> None:
    assert prompt.estimate_tokens("你好世界" * 25) >= 100
    assert prompt.estimate_tokens("word " * 25) < 50
