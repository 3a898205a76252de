"""The event decoder: bytes in, events out, whatever way the bytes were cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.wire.sse import EventDecoder, ServerEvent

# Pieces in which every rule of the format meets every other.
PIECES = st.sampled_from(
    [b"\n", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"data: ", b"data:", b"data", b":", b"event: e", b"id: 1", b"x"]
    + [b"\xe4\xbd\xa0", b"\xff", b"\0", b"error: e", b"data: {}\n\n", b"retry: 5\n", b"data: a\r\ndata: b\r\n\r\n"]
)
STREAMS = st.lists(PIECES, max_size=60).map(b"".join)


def decode(*pieces: bytes, limit: int = 1024) -> tuple[list[ServerEvent], bool]:
    decoder = EventDecoder(limit)
    events = [event for piece in pieces for event in decoder.feed(piece)] + decoder.close()
    return events, decoder.overflowed


def reference(stream: bytes) -> list[ServerEvent]:
    """The format's rules, line by line on the whole stream."""
    text = stream.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events: list[ServerEvent] = []
    name, lines = b"", list[bytes]()
    for line in [*text.split(b"\n"), b""]:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not line:
            if lines:
                events.append((name, b"\n".join(lines)))
            name, lines = b"", []
        elif field in (b"data", b"error"):
            lines.append(value)
            name = b"error" if field == b"error" else name
        elif field == b"event":
            name = value
    return events


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [(b"", b"a")]),
        (b"data:a\r\rdata:  b\r\n\r\n", [(b"", b"a"), (b"", b" b")]),
        (b"\xef\xbb\xbfdata: a\n\n", [(b"", b"a")]),
        (b"event: ping\ndata: 1\ndata: 2\n\n", [(b"ping", b"1\n2")]),
        (b": comment\n\nid: 7\nretry: 1\n\n", []),
        (b"data\n\n", [(b"", b"")]),
        (b"data: last", [(b"", b"last")]),
        (b"data: last\n", [(b"", b"last")]),
        (b'error: {"code":500}\n\n', [(b"error", b'{"code":500}')]),
        (b"\n\n\n\ndata: a\n\n\n\n", [(b"", b"a")]),
        (b"", []),
    ],
)
def test_it_works(stream: bytes, events: list[ServerEvent]) -> None:
    assert decode(stream) == (events, False)
    assert decode(*(bytes([byte]) for byte in stream)) == (events, False)


@given(STREAMS)
def test_it_follows_the_rules(stream: bytes) -> None:
    assert decode(stream)[0] == reference(stream)


@settings(max_examples=300)
@given(STREAMS, st.lists(st.integers(0, 200), max_size=12))
def test_any_cut_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    assert decode(*pieces) == decode(stream)


@settings(max_examples=300)
@given(STREAMS, st.lists(st.integers(0, 200), max_size=12), st.integers(1, 40))
def test_any_cut_meets_the_cap_at_the_same_event(stream: bytes, cuts: list[int], limit: int) -> None:
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    assert decode(*pieces, limit=limit) == decode(stream, limit=limit)


def test_it_stops_at_an_event_that_is_too_large() -> None:
    events, overflowed = decode(b"data: a\n\n", b"data: " + b"x" * 100 + b"\n\n", b"data: b\n\n", limit=50)
    assert events == [(b"", b"a")]
    assert overflowed


def test_it_holds_no_more_than_one_event() -> None:
    decoder = EventDecoder(1000)
    for _ in range(100):
        decoder.feed(b"x" * 100)
    assert decoder.overflowed
    assert sum(map(len, decoder._parts)) <= 1200
