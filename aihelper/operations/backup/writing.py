"""From the database to an archive."""

import hashlib
import os
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import msgspec
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _

from aihelper.operations.backup import media, schema, tables, values
from aihelper.operations.backup.archive import FORMAT, MANIFEST, PIECE, FileFacts, Manifest, TableFacts
from aihelper.operations.backup.errors import BackupError, Progress, Refused, silent
from aihelper.operations.backup.snapshot import snapshot
from providers import secrets

# Of zlib: half of the time of the usual 6, and a few per cent more bytes.
LEVEL = 4


def write(path: Path, *, progress: Progress = silent, alias: str = DEFAULT_DB_ALIAS) -> Manifest:
    """Write a backup to `path`, which must not exist, and is there only when it is whole. Raises BackupError.

    It is for its owner's eyes only (mode 0600): it holds all that people wrote, and the digests of their passwords.
    """
    if path.exists():
        raise Refused(_("%(path)s exists already.") % {"path": path})
    try:
        with _draft(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            return _write(archive, alias, progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(_("%(path)s cannot be written: %(reason)s") % {"path": path, "reason": reason}) from error


def _write(archive: zipfile.ZipFile, alias: str, progress: Progress) -> Manifest:
    with snapshot(alias):
        nodes = schema.applied(alias)
        apps = schema.apps_at(nodes)
        if not nodes:
            raise Refused(_("The database has no tables yet; there is nothing to back up."))
        # Files first: whoever changes a picture meanwhile has the old one in the snapshot, and its file is still there.
        files = [facts for name in progress(media.files(), label="media") if (facts := _store_file(archive, name))]
        names = values.Names(apps, alias)
        stored = [_store_table(archive, table, alias, names, progress) for table in tables.kept(apps)]
    manifest = Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version(),
        django=django.get_version(),
        database=connections[alias].vendor,
        field_keys=_key_names(),
        migrations=sorted(nodes),
        tables=stored,
        media=files,
    )
    archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def facts_of(table: tables.Table, alias: str, names: values.Names, progress: Progress, write: Any = None) -> TableFacts:
    """Read a table as it would be stored, and store it by `write`, if that is given."""
    count = table.model._base_manager.using(alias).count()
    digest, rows, buffer = hashlib.sha256(), 0, bytearray()
    for line in progress(values.lines(table, alias, names), total=count, label=table.name):
        rows += 1
        buffer += line
        if len(buffer) >= PIECE:
            _flush(buffer, digest, write)
    _flush(buffer, digest, write)
    return TableFacts(table.label, table.name, list(table.columns), rows, digest.hexdigest())


def _flush(buffer: bytearray, digest: Any, write: Any) -> None:
    digest.update(buffer)
    if write is not None:
        write(bytes(buffer))
    buffer.clear()


def _store_table(
    archive: zipfile.ZipFile, table: tables.Table, alias: str, names: values.Names, progress: Progress
) -> TableFacts:
    with archive.open(f"tables/{table.label}.jsonl", "w", force_zip64=True) as member:
        return facts_of(table, alias, names, progress, member.write)


def _store_file(archive: zipfile.ZipFile, name: str) -> FileFacts | None:
    """Store a file of people; None when it has been deleted since it was found."""
    digest, size = hashlib.sha256(), 0
    try:
        source = (media.root() / name).open("rb")
    except FileNotFoundError:
        return None
    # Pictures are compressed already.
    member_info = zipfile.ZipInfo(f"media/{name}", datetime.now(UTC).timetuple()[:6])
    with source, archive.open(member_info, "w", force_zip64=True) as member:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            member.write(piece)
    return FileFacts(name, size, digest.hexdigest())


@contextmanager
def _draft(path: Path) -> Iterator[Any]:
    """A file beside `path` that becomes it when all went well, and else is removed."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def version() -> str:
    """The version of this project, as pyproject.toml says it."""
    try:
        text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    return str(tomllib.loads(text)["project"]["version"])


def _key_names() -> list[str]:
    try:
        return list(secrets.ring())
    except secrets.KeyRingError:
        return []
