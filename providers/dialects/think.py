"""Reasoning that a model writes into its answer: `<think>...</think>`, also split over pieces.

A block counts at the start of an answer and directly after another block. Further on it is text: a person may
have asked about the tag, or it stands in code.
"""

from providers.events import ReasoningDelta, TextDelta

Delta = type[TextDelta] | type[ReasoningDelta]

_TAGS = (("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"))
# White space before the first word is held back while a tag may still follow; not more than this.
_MAX_HELD = 200


class ThinkSplitter:
    """Splits the text of one answer. Once text has begun, it is `done` for good."""

    __slots__ = ("_blocks", "_closer", "_fresh", "_held", "deciding")

    def __init__(self) -> None:
        self.deciding = True
        self._closer = ""
        self._held = ""
        self._blocks = 0
        self._fresh = False

    @property
    def done(self) -> bool:
        """Nothing is left to split: everything that follows is text."""
        return not self.deciding and not self._closer

    def feed(self, text: str) -> list[tuple[Delta, str]]:
        """The pieces that are certain by now, in order."""
        pieces: list[tuple[Delta, str]] = []
        text, self._held = self._held + text, ""
        while text:
            if self._closer:
                text = self._inside(text, pieces)
            elif self.deciding:
                text = self._before(text, pieces)
            else:
                pieces.append((TextDelta, text))
                break
        return pieces

    def close(self) -> list[tuple[Delta, str]]:
        """What was held back when the answer ended."""
        held, self._held = self._held, ""
        kind: Delta = ReasoningDelta if self._closer else TextDelta
        return [(kind, held)] if held else []

    def _before(self, text: str, pieces: list[tuple[Delta, str]]) -> str:
        start = text.lstrip()
        for opener, closer in _TAGS:
            if start.startswith(opener):
                self.deciding, self._closer, self._fresh = False, closer, True
                return start[len(opener) :]
            if opener.startswith(start) and len(text) <= _MAX_HELD:
                self._held = text
                return ""
        self.deciding = False
        pieces.append((TextDelta, start if self._blocks else text))
        return ""

    def _inside(self, text: str, pieces: list[tuple[Delta, str]]) -> str:
        if self._fresh:
            text = text.lstrip("\n")
            self._fresh = not text
        thought, tag, rest = text.partition(self._closer)
        if tag:
            self._closer, self.deciding = "", True
            self._blocks += 1
        else:
            keep = _overlap(text, self._closer)
            thought, self._held = text[: len(text) - keep], text[len(text) - keep :]
        if thought:
            pieces.append((ReasoningDelta, thought))
        return rest


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of `text` may be the beginning of `tag`."""
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:size]):
            return size
    return 0
