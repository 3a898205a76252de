"""Many conversations as one ZIP, made while it is sent: a few conversations are in memory at a time, never all.

Each step of these generators reads what it needs by queries of its own, so that the steps may run in any thread.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import User
from chat.exports import about
from chat.exports.documents import FORMATS, Format
from chat.exports.names import Names, file_name
from chat.models import Document, UsageRecord
from chat.selectors.whole import in_batches

LEDGER_ROWS = 2000


class _Pipe(io.RawIOBase):
    """A file that is only written: what was written is taken away from it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


class _Zip:
    """A ZIP in the making."""

    def __init__(self) -> None:
        self.pipe = _Pipe()
        self.zip = zipfile.ZipFile(self.pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._now = timezone.now().timetuple()[:6]

    def info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self._now)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info

    def add(self, path: str, text: str) -> None:
        self.zip.writestr(self.info(path), text)

    def add_data(self, path: str, data: Any) -> None:
        self.add(path, json.dumps(data, ensure_ascii=False, indent=1))

    def close(self) -> bytes:
        self.zip.close()
        return self.pipe.take()


def chats(user: User, pks: list[int], wanted: Format) -> Iterator[bytes]:
    """A ZIP of these sessions, in folders as in the list, piece by piece."""
    archive = _Zip()
    yield from _add_chats(archive, user, pks, [wanted], "")
    yield archive.close()


def _add_chats(archive: _Zip, user: User, pks: list[int], formats: Sequence[Format], inside: str) -> Iterator[bytes]:
    names = Names()
    for batch in in_batches(user, pks):
        for one in batch:
            folder = file_name(one.session.folder.name) if one.session.folder else ""
            path = "/".join(filter(None, [inside, folder]))
            stem = names.stem(path, one.session.title)
            for wanted in formats:
                archive.add(f"{stem}.{wanted.ending}", wanted.write(one))
        yield archive.pipe.take()


def everything(user: User, pks: list[int]) -> Iterator[bytes]:
    """A ZIP of all that is kept about a person; docs/export.md lists it. No secrets: those help nobody who has them."""
    archive = _Zip()
    for name, data in about.files(user):
        archive.add_data(name, data)
    yield archive.pipe.take()
    yield from _add_usage(archive, user)
    unsent = Document.objects.filter(user=user, messages=None)
    fields = "document_id name media_type content create_time"
    archive.add_data("unsent_attachments.json", [about.row(each, fields) for each in unsent])
    yield archive.pipe.take()
    yield from _add_chats(archive, user, pks, [FORMATS["json"], FORMATS["markdown"]], "chats")
    yield archive.close()


_USAGE = (
    "kind model_id provider_name message_id state error_code prompt_tokens completion_tokens cost currency"
    " first_token_ms duration_ms create_time"
)


def _add_usage(archive: _Zip, user: User) -> Iterator[bytes]:
    """The ledger, a line for each call: it may be long."""
    with archive.zip.open(archive.info("usage.jsonl"), "w") as file:
        last = 0
        while rows := list(UsageRecord.objects.filter(user=user, pk__gt=last).order_by("pk")[:LEDGER_ROWS]):
            last = rows[-1].pk
            lines = (json.dumps(about.row(row, _USAGE), ensure_ascii=False) + "\n" for row in rows)
            file.write("".join(lines).encode())
            yield archive.pipe.take()
