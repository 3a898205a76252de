"""What the demo says: that it is one, how to add a real model, what the page can show, and what it was asked."""

import re
from dataclasses import dataclass, replace
from typing import Any

from providers.demo.texts import CHINESE, ENGLISH, Texts

MODELS = ("demo", "demo-thinking")
MAX_REPEATED = 2000
MAX_TITLE = 40

_PIECE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]{1,2}|\s*[^\s\u3000-\u9fff\uff00-\uffef]{1,7}|\s+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    reasoning: str = ""
    prompt_tokens: int = 0
    finish_reason: str = "stop"

    @property
    def usage(self) -> dict[str, Any]:
        reasoning = len(pieces(self.reasoning))
        completion = reasoning + len(pieces(self.text))
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion,
            "total_tokens": self.prompt_tokens + completion,
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        }

    def cut(self, max_tokens: int) -> "Answer":
        """The answer ended after so many tokens, if it is longer."""
        thought, said = pieces(self.reasoning), pieces(self.text)
        if len(thought) + len(said) <= max_tokens:
            return self
        text = "".join(said[: max(max_tokens - len(thought), 0)])
        return replace(self, reasoning="".join(thought[:max_tokens]), text=text, finish_reason="length")


def pieces(text: str) -> list[str]:
    """The text in pieces about as large as a model's tokens; joined they are the text again."""
    return _PIECE.findall(text)


def answer(messages: list[dict[str, str]], *, thinking: bool = False) -> Answer:
    """The demo's answer to a conversation (`messages` as in the API, not empty)."""
    asked = [message["content"] for message in messages if message["role"] == "user"] or [""]
    prompt_tokens = sum(len(pieces(message["content"])) for message in messages)
    if any(each["role"] == "system" and each["content"].startswith("Write a title") for each in messages):
        return Answer(_title(asked[-1]), prompt_tokens=prompt_tokens)
    texts = CHINESE if _CHINESE.search(asked[-1]) else ENGLISH
    reasoning = texts.reasoning.format(count=len(asked[-1])) if thinking else ""
    return Answer(_text(texts, asked), reasoning, prompt_tokens)


def _text(texts: Texts, asked: list[str]) -> str:
    question = asked[-1].strip()
    if len(question) > MAX_REPEATED:
        question = question[:MAX_REPEATED].rstrip() + "…"
    quoted = "\n".join(f"> {line}" for line in question.splitlines()) or f"> {texts.nothing}"
    turn = texts.turn.format(number=len(asked)) if len(asked) > 1 else ""
    return "\n\n".join(part for part in (texts.greeting, quoted, turn, texts.tour, texts.real_model) if part)


def _title(question: str) -> str:
    """The first words of the question, without Markdown and without the label that our title prompt puts before it."""
    lines = (line for line in question.splitlines() if line.strip() and line.strip() != "Question:")
    line = next(lines, "")
    line = re.sub(r"[#*_`>\[\]]+", "", line).strip(" .?!。？！:：\"'")
    if len(line) > MAX_TITLE:
        line = line[:MAX_TITLE].rsplit(" ", 1)[0].rstrip() + "…"
    return line or "Demo"
