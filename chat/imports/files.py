"""From a file to the JSON values in it: a plain file, or a ZIP of many.

Nothing is written anywhere and names of entries are never paths: they only say in a report where a thing was. Sizes are
measured while reading: what a ZIP says of itself proves nothing.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from chat.imports.neutral import LeftOut, Reason, Refused

MEGABYTE = 1024 * 1024
_CHUNK = MEGABYTE
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one file when unpacked, of all of them together, and the number of entries of a ZIP."""

    file_bytes: int = 100 * MEGABYTE
    total_bytes: int = 300 * MEGABYTE
    entries: int = 5000


@dataclass(frozen=True, slots=True)
class Item:
    """A JSON value that may be a chat. `file` is its entry's name, empty for a plain file."""

    value: Any
    file: str


def items(file: IO[bytes], limits: Limits) -> Iterator[Item | LeftOut]:
    """What may be chats, and what cannot be read. Raises Refused when nothing of the file can be."""
    file.seek(0)
    is_zip = file.read(2) == _ZIP
    file.seek(0)
    if is_zip:
        yield from _zipped(file, limits)
    else:
        yield from _values(_read(file, min(limits.file_bytes, limits.total_bytes)), "")


def _zipped(file: IO[bytes], limits: Limits) -> Iterator[Item | LeftOut]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused(Reason.DAMAGED) from error
    with archive:
        entries = archive.infolist()
        if len(entries) > limits.entries:
            raise Refused(Reason.TOO_MANY_FILES)
        left = limits.total_bytes
        for entry in entries:
            name = _last(entry.filename)
            if entry.is_dir() or not name or name.startswith("."):
                continue
            if name.lower().endswith(".zip"):
                yield LeftOut(Reason.NESTED_ZIP, name)
            elif name.lower().endswith(".json"):
                try:
                    data = _unpacked(archive, entry, min(limits.file_bytes, left))
                    left -= len(data)
                    yield from _values(data, name)
                except Refused as refused:
                    spent = refused.reason == Reason.FILE_TOO_LARGE and left < limits.file_bytes
                    yield LeftOut(Reason.TOO_MUCH if spent else refused.reason, name)
                    if spent:
                        return


def _last(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2][:200]


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.flag_bits & 0x1:
        raise Refused(Reason.ENCRYPTED)
    try:
        with archive.open(entry) as file:
            return _read(file, most)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refused(Reason.DAMAGED) from error


def _read(file: IO[bytes], most: int) -> bytes:
    """All of it, piece by piece. Raises Refused when it is more than it may be."""
    parts, size = [], 0
    while part := file.read(_CHUNK):
        size += len(part)
        if size > most:
            raise Refused(Reason.FILE_TOO_LARGE)
        parts.append(part)
    return b"".join(parts)


def _values(data: bytes, name: str) -> Iterator[Item | LeftOut]:
    """The values of a list one by one, so that only one is in memory as objects; or the one value that it is."""
    if data.startswith(_ZIP):
        raise Refused(Reason.NESTED_ZIP)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Reason.NOT_UTF8) from error
    start = _past_blanks(text, 0)
    if text[start : start + 1] != "[":
        value, _end = _decode(text, start)
        yield Item(value, name)
        return
    yield from _listed(text, start + 1, name)


def _listed(text: str, at: int, name: str) -> Iterator[Item | LeftOut]:
    """The values of a list. One that cannot be read ends it: where the next begins, nobody knows."""
    at = _past_blanks(text, at)
    while text[at : at + 1] != "]":
        try:
            value, at = _decode(text, at)
        except Refused as refused:
            reason = Reason.CUT_OFF if refused.reason == Reason.BROKEN else refused.reason
            yield LeftOut(reason, name)
            return
        yield Item(value, name)
        at = _past_blanks(text, at)
        if text[at : at + 1] == ",":
            at = _past_blanks(text, at + 1)
        elif text[at : at + 1] != "]":
            yield LeftOut(Reason.CUT_OFF, name)
            return


_decoder = json.JSONDecoder()


def _decode(text: str, at: int) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(text, at)
    except RecursionError as error:
        raise Refused(Reason.TOO_DEEP) from error
    except ValueError as error:
        raise Refused(Reason.BROKEN) from error


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in {" ", "\t", "\n", "\r"}:
        at += 1
    return at
