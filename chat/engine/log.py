"""The log of one generation, in memory.

A viewer is a cursor, a number of characters; the log keeps no list of viewers and no queue for any of
them. Whoever has read everything waits, and `append` wakes all who wait. A viewer that is slow finds
more text at its next look, in one larger frame; it can never make the log hold more than the answer.
"""

import asyncio
import time
from bisect import bisect_right
from typing import NamedTuple

from chat.events import CONTENT, EVENT, REASONING, End, Frame
from chat.thinking import Thinking

# One frame of a replay; keeps a socket's message within what proxies and browsers like.
MAX_FRAME_CHARS = 65_536


class Piece(NamedTuple):
    """Text of one kind from character `start` on; its first character came at `at` (see `GenerationLog.append`)."""

    start: int
    kind: str
    text: str
    at: int = 0

    @property
    def end(self) -> int:
        """The offset after the piece. An event counts one character."""
        return self.start + (1 if self.kind == EVENT else len(self.text))


class GenerationLog:
    """Append-only until `finish`; offsets count characters (code points), and one for each event."""

    __slots__ = ("_clock", "_ends", "_pieces", "_waiters", "end", "offset", "stored")

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._ends: list[int] = []
        self._waiters: list[asyncio.Future[None]] = []
        self._clock: float | None = None
        self.offset = 0
        self.stored = 0
        self.end: End | None = None

    def append(self, kind: str, text: str, at: int | None = None) -> None:
        """Add text of a kind (for an event: its JSON) and wake the viewers of this process.

        `at`: when it came, in milliseconds of the log's clock; None: now. The clock begins with the first text that
        comes now, at the time of the last one that came before.
        """
        if not text:
            return
        self._push(kind, text, self._now() if at is None else at)
        self._wake()

    def _now(self) -> int:
        now = time.monotonic()
        if self._clock is None:
            self._clock = now - (self._pieces[-1].at / 1000 if self._pieces else 0)
        return round((now - self._clock) * 1000)

    def read(self, offset: int) -> Frame | None:
        """The next frame after `offset`: all there is of one kind, up to MAX_FRAME_CHARS. None at the end."""
        index = bisect_right(self._ends, offset)
        if index == len(self._pieces):
            return None
        first = self._pieces[index]
        if first.kind == EVENT:
            return Frame(EVENT, first.text, first.end)
        parts = [first.text[offset - first.start :]]
        size = len(parts[0])
        for piece in self._pieces[index + 1 :] if size < MAX_FRAME_CHARS else ():
            if piece.kind != first.kind or size >= MAX_FRAME_CHARS:
                break
            parts.append(piece.text)
            size += len(piece.text)
        text = "".join(parts)[:MAX_FRAME_CHARS]
        return Frame(first.kind, text, offset + len(text))

    async def wait(self, offset: int) -> None:
        """Return when there is something after `offset`, or the log has ended."""
        if self.offset > offset or self.end is not None:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            if not waiter.done() or waiter.cancelled():
                self._waiters = [other for other in self._waiters if other is not waiter]

    def finish(self, end: End) -> None:
        """Say how it ended. Nothing may be appended after."""
        self.end = end
        self._wake()

    def cut(self, offset: int) -> None:
        """Drop what comes after `offset`: a stopped answer keeps what its reader had seen."""
        while self._pieces and self._pieces[-1].end > offset:
            piece = self._pieces.pop()
            self._ends.pop()
            self.offset = piece.start
            if piece.start < offset and piece.kind != EVENT:
                self._push(piece.kind, piece.text[: offset - piece.start], piece.at)

    def unstored(self) -> list[Piece]:
        """What the database does not have yet, neighbours of one kind joined."""
        return _joined(self._pieces[bisect_right(self._ends, self.stored) :])

    def mark_stored(self, pieces: list[Piece]) -> None:
        """Say that the database has these pieces now. They replace the smaller ones they were made of."""
        first = bisect_right(self._ends, self.stored)
        self.stored = pieces[-1].end
        last = bisect_right(self._ends, self.stored)
        self._pieces[first:last] = pieces
        self._ends[first:last] = [piece.end for piece in pieces]

    def pieces(self) -> list[Piece]:
        """The whole log, neighbours of one kind joined."""
        return _joined(self._pieces)

    def text(self, kind: str) -> str:
        """All text of one kind."""
        return "".join(piece.text for piece in self._pieces if piece.kind == kind)

    def text_after(self, offset: int) -> str:
        """All text after `offset`, whatever its kind."""
        first = bisect_right(self._ends, offset)
        rest = (piece for piece in self._pieces[first:] if piece.kind != EVENT)
        return "".join(piece.text[max(0, offset - piece.start) :] for piece in rest)

    @property
    def reasoning_ms(self) -> int | None:
        """How long was thought, in milliseconds; None where nothing was."""
        thinking = Thinking()
        for piece in self._pieces:
            thinking.see(piece.kind, piece.at)
        return thinking.ms

    def segments(self) -> list[list[str | int]]:
        """The order of the kinds, as the generation keeps it: [kind, length], or [kind, 1, JSON] for an event."""
        return [
            [piece.kind, 1, piece.text] if piece.kind == EVENT else [piece.kind, len(piece.text)]
            for piece in self.pieces()
        ]

    def _push(self, kind: str, text: str, at: int) -> None:
        piece = Piece(self.offset, kind, text, at)
        self._pieces.append(piece)
        self.offset = piece.end
        self._ends.append(piece.end)

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def replay(segments: list[list[str | int]], content: str, reasoning: str) -> GenerationLog:
    """The log of a finished generation, put together again from its message. See `GenerationLog.segments`."""
    log = GenerationLog()
    texts = {CONTENT: content, REASONING: reasoning}
    positions = {CONTENT: 0, REASONING: 0}
    for kind, length, *event in segments:
        kind, length = str(kind), int(length)
        if kind == EVENT:
            log.append(EVENT, str(event[0]))
            continue
        start = positions[kind]
        positions[kind] = start + length
        log.append(kind, texts[kind][start : start + length])
    log.stored = log.offset
    return log


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if run and (piece.kind != run[0].kind or piece.kind == EVENT):
            joined.append(_join(run))
            run = []
        run.append(piece)
    if run:
        joined.append(_join(run))
    return joined


def _join(run: list[Piece]) -> Piece:
    return run[0] if len(run) == 1 else run[0]._replace(text="".join(piece.text for piece in run))
