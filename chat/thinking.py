"""How long a model thought: from its first thought to the answer's next words, all such times together."""

from chat.events import CONTENT, REASONING


class Thinking:
    """Sees the pieces of a log in their order; a continuation's thoughts add to those that it goes on from."""

    __slots__ = ("_before", "_first", "_last", "_seen")

    def __init__(self) -> None:
        self._before = self._last = 0
        # When the thoughts began that no text has followed yet.
        self._first: int | None = None
        self._seen = False

    def see(self, kind: str, at: int) -> None:
        """The next piece: what it is, and when it came, in milliseconds of the log's clock."""
        if kind == REASONING:
            self._first = at if self._first is None else self._first
            self._last, self._seen = at, True
        elif kind == CONTENT and self._first is not None:
            self._before += max(0, at - self._first)
            self._first = None

    @property
    def ms(self) -> int | None:
        """So far, in milliseconds; None where nothing was thought."""
        if not self._seen:
            return None
        return self._before + (0 if self._first is None else max(0, self._last - self._first))
