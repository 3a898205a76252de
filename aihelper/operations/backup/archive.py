"""The archive: a ZIP with `manifest.json`, `tables/<label>.jsonl` and `media/<path>`."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aihelper.operations.backup.errors import Damaged, Progress, Refused
from aihelper.operations.backup.media import require_inside

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20
# The largest row that is believed; our own largest is a document of some megabytes.
MAX_LINE = 256 << 20

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


class TableFacts(msgspec.Struct, forbid_unknown_fields=True):
    """A table in the archive. `sha256` is of its lines, before they are compressed."""

    label: str
    table: str
    columns: list[str]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        """Its name in the ZIP."""
        return f"tables/{self.label}.jsonl"


class FileFacts(msgspec.Struct, forbid_unknown_fields=True):
    """A file of people; `path` is below MEDIA_ROOT."""

    path: str
    size: int
    sha256: str

    @property
    def member(self) -> str:
        """Its name in the ZIP."""
        return f"media/{self.path}"


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What the archive holds and what it was made from. `field_keys` are the names of keys, never keys."""

    format: int
    made_at: str
    version: str
    django: str
    database: str
    field_keys: list[str]
    migrations: list[tuple[str, str]]
    tables: list[TableFacts]
    media: list[FileFacts]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def media_bytes(self) -> int:
        """How much the files take."""
        return sum(file.size for file in self.media)


class Archive:
    """An archive to read from. Everything that is read is compared with the manifest; what differs raises Damaged."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._zip = file
        self.manifest = _manifest(file)

    def lines(self, table: TableFacts) -> Iterator[bytes]:
        """The rows of a table. Only after the last one it is certain that all were right."""
        digest, count = hashlib.sha256(), 0
        with _reading(table.member), self._zip.open(table.member) as member:
            buffered = io.BufferedReader(member, PIECE)  # type: ignore[type-var] # a raw stream in all but its type
            while line := buffered.readline(MAX_LINE):
                digest.update(line)
                count += 1
                yield line
        if count != table.rows or digest.hexdigest() != table.sha256:
            raise _damaged(table.member)

    def extract(self, file: FileFacts, target: Path | None) -> None:
        """Write a file of people to `target`, or only look whether it is right."""
        digest, size = hashlib.sha256(), 0
        with _reading(file.member), self._zip.open(file.member) as member:
            if target is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") if target is not None else io.BytesIO() as out:
                while piece := member.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    if target is not None:
                        out.write(piece)
        if size != file.size or digest.hexdigest() != file.sha256:
            raise _damaged(file.member)

    def verify(self, progress: Progress) -> None:
        """Read all of it. Raises Damaged."""
        expected = {MANIFEST, *(table.member for table in self.manifest.tables)}
        expected |= {file.member for file in self.manifest.media}
        if odd := sorted(set(self._zip.namelist()) ^ expected):
            raise _damaged(odd[0])
        for table in self.manifest.tables:
            for line in progress(self.lines(table), total=table.rows, label=table.table):
                _require_row(line, table)
        for file in progress(self.manifest.media, label="media"):
            self.extract(file, None)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive at `path`. Raises Refused when there is none, Damaged when it is not whole."""
    try:
        file = zipfile.ZipFile(path)
    except OSError as error:
        raise Refused(
            _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": error.strerror or error}
        ) from error
    except _BROKEN as error:
        raise Damaged(_("%(path)s is not a backup, or its end is missing.") % {"path": path}) from error
    with file:
        yield Archive(file)


def _manifest(file: zipfile.ZipFile) -> Manifest:
    with _reading(MANIFEST):
        text = file.read(MANIFEST)
    try:
        number = msgspec.json.decode(text)["format"]
        if number != FORMAT:
            raise Refused(
                _("The archive has the format %(number)s, which this version does not know.") % {"number": number}
            )
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise _damaged(MANIFEST) from error
    with _reading(MANIFEST):
        for item in manifest.media:
            require_inside(item.path)
    return manifest


@contextmanager
def _reading(member: str) -> Iterator[None]:
    try:
        yield
    except (*_BROKEN, Damaged) as error:
        raise _damaged(member) from error


def _damaged(member: str) -> Damaged:
    return Damaged(_("The archive is damaged: %(member)s is not what was stored.") % {"member": member})


def row_of(line: bytes, table: TableFacts) -> list[Any]:
    """The values of a line. Raises Damaged."""
    try:
        values: Any = msgspec.json.decode(line, type=list)
    except msgspec.MsgspecError as error:
        raise _damaged(table.member) from error
    if len(values) != len(table.columns):
        raise _damaged(table.member)
    return list(values)


def _require_row(line: bytes, table: TableFacts) -> None:
    row_of(line, table)
