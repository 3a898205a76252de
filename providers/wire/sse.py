"""Server-sent events: bytes in, events out, whatever way the bytes were cut. No text decoding, no I/O."""

# (event name, data), both as they came; the name is empty where the server gave none.
ServerEvent = tuple[bytes, bytes]

MAX_EVENT_BYTES = 1024 * 1024
# Parsing goes line by line: a megabyte of line ends would hold up everybody for a quarter of a second.
MAX_EVENT_LINES = 10_000
_BOM = b"\xef\xbb\xbf"


class EventDecoder:
    """Decodes one stream. CR, LF and CRLF end a line; a byte order mark at the start is skipped.

    `id` and `retry` mean nothing here and are dropped. A last event without its empty line counts (`close`).
    An event larger than `max_event_bytes`, or of too many lines, ends the stream: `overflowed` is set and nothing more
    comes out.
    """

    __slots__ = ("_after_cr", "_at_start", "_parts", "_size", "max_event_bytes", "overflowed")

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.max_event_bytes = max_event_bytes
        self.overflowed = False
        self._parts: list[bytes] = []
        self._size = 0
        self._after_cr = False
        self._at_start = True

    def feed(self, data: bytes) -> list[ServerEvent]:
        """The events that these bytes complete."""
        if self.overflowed:
            return []
        if self._at_start:
            data = self._without_mark(data)
        if self._after_cr or b"\r" in data:
            data = self._normalised(data)
        if b"\n" not in data:
            self._hold(data)
            return []
        if self._parts:
            self._parts.append(data)
            data = b"".join(self._parts)
        *blocks, rest = data.split(b"\n\n")
        self._parts, self._size = [], 0
        events = self._events(blocks)
        self._hold(rest)
        return events

    def close(self) -> list[ServerEvent]:
        """The event that the end of the stream completes, if there is one."""
        data, self._parts = b"".join(self._parts), []
        return [] if self.overflowed else self._events([data.removesuffix(b"\n")])

    def _events(self, blocks: list[bytes]) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        for block in blocks:
            size = len(block)
            if size > self.max_event_bytes:
                self.overflowed = True
                break
            if b"\n" not in block:
                # Nearly every event is this one line; a flood is empty lines or comments.
                if block.startswith(b"data: "):
                    events.append((b"", block[6:]))
                    continue
                if not size or block.startswith(b":"):
                    continue
            elif block.count(b"\n") > MAX_EVENT_LINES:
                self.overflowed = True
                break
            if event := _parse(block):
                events.append(event)
        return events

    def _hold(self, data: bytes) -> None:
        if data:
            self._parts.append(data)
            self._size += len(data)
            # One more byte than an event may have: the line end that the empty line will follow.
            self.overflowed = self.overflowed or self._size > self.max_event_bytes + 1

    def _normalised(self, data: bytes) -> bytes:
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if data:
            self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _without_mark(self, data: bytes) -> bytes:
        data = b"".join([*self._parts, data])
        self._parts, self._size = [], 0
        if len(data) < len(_BOM) and _BOM.startswith(data):
            self._parts = [data]
            return b""
        self._at_start = False
        return data.removeprefix(_BOM)


def _parse(block: bytes) -> ServerEvent | None:
    name, lines = b"", []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            lines.append(value)
        elif field == b"event":
            name = value
        elif field == b"error":
            # Not in the standard, but llama.cpp reports an error in the middle of a stream so.
            name, lines = b"error", [*lines, value]
    return (name, b"\n".join(lines)) if lines else None
