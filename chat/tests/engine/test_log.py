"""The log: whatever the pieces, the cursors and the flushes, every viewer reads the same text."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.engine.log import MAX_FRAME_CHARS, GenerationLog, replay
from chat.events import CONTENT, EVENT, REASONING, End

END = End("completed", "stop", 0, "s", 1, "g")
texts = st.text(min_size=1, max_size=12)
pieces = st.lists(
    st.one_of(st.tuples(st.sampled_from([CONTENT, REASONING]), texts), st.tuples(st.just(EVENT), st.just('{"a":1}'))),
    max_size=30,
)


def filled(entries: list[tuple[str, str]]) -> GenerationLog:
    log = GenerationLog()
    for kind, text in entries:
        log.append(kind, text)
    return log


def read_all(log: GenerationLog, offset: int = 0) -> list[tuple[str, str]]:
    """Everything after an offset, neighbours of a kind joined."""
    read: list[tuple[str, str]] = []
    while frame := log.read(offset):
        offset = frame.offset
        if read and read[-1][0] == frame.kind != EVENT:
            read[-1] = (frame.kind, read[-1][1] + frame.text)
        else:
            read.append((frame.kind, frame.text))
    assert offset == max(offset, log.offset)
    return read


def flat(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """One entry per character and per event."""
    return [
        entry
        for kind, text in entries
        for entry in ([(kind, text)] if kind == EVENT else [(kind, character) for character in text])
    ]


@given(pieces, st.data())
def test_it_resumes_at_any_offset(entries: list[tuple[str, str]], data: st.DataObject) -> None:
    log = filled(entries)
    offset = data.draw(st.integers(0, log.offset))
    assert flat(read_all(log, offset)) == flat(entries)[offset:]


@given(pieces, st.data())
def test_it_reads_the_same_after_flushes(entries: list[tuple[str, str]], data: st.DataObject) -> None:
    log = GenerationLog()
    stored: list[tuple[str, str]] = []
    for kind, text in entries:
        log.append(kind, text)
        if data.draw(st.booleans()):
            new = log.unstored()
            assert [piece.start for piece in new][:1] == [log.stored]
            stored += [(piece.kind, piece.text) for piece in new]
            log.mark_stored(new)
    assert flat(read_all(log)) == flat(entries)
    assert flat(stored) == flat(entries)[: log.stored]


@given(pieces)
def test_it_replays_from_its_segments(entries: list[tuple[str, str]]) -> None:
    log = filled(entries)
    again = replay(log.segments(), log.text(CONTENT), log.text(REASONING))
    assert again.offset == log.offset
    assert read_all(again) == read_all(log)


@given(pieces, st.data())
def test_it_cuts_where_the_reader_was(entries: list[tuple[str, str]], data: st.DataObject) -> None:
    log = filled(entries)
    offset = data.draw(st.integers(0, log.offset + 3))
    log.cut(offset)
    assert flat(read_all(log)) == flat(entries)[:offset]
    assert log.offset == min(offset, len(flat(entries)))


def test_it_limits_the_size_of_a_frame() -> None:
    log = filled([(CONTENT, "x" * (MAX_FRAME_CHARS * 2 + 5))])
    frame = log.read(0)
    assert frame is not None and len(frame.text) == MAX_FRAME_CHARS
    assert read_all(log) == [(CONTENT, "x" * (MAX_FRAME_CHARS * 2 + 5))]


@pytest.mark.asyncio
async def test_it_wakes_who_waits_and_forgets_who_left() -> None:
    log = GenerationLog()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(log.wait(0))
        leaving = group.create_task(log.wait(0))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
        log.append(CONTENT, "a")
        await waiting
    assert log._waiters == []


@pytest.mark.asyncio
async def test_it_does_not_wait_for_what_is_there_or_after_the_end() -> None:
    log = filled([(CONTENT, "ab")])
    await log.wait(1)
    log.finish(END)
    await log.wait(2)
