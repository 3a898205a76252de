"""Many conversations as one ZIP, made while it is sent: a few conversations are in memory at a time, never all.

Each step of these generators reads what it needs by queries of its own, so that the steps may run in any thread.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts import profile
from accounts.audit.models import AuditEntry
from accounts.models import User
from chat.exports.documents import FORMATS, Format
from chat.exports.names import Names, file_name
from chat.models import ChatImport, Document, Draft, Folder, Prompt, Role, Share, UsageRecord
from chat.presenters import moment
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
    archive.add_data("profile.json", {key: _plain(value) for key, value in profile.describe(user).items()})
    archive.add_data("folders.json", _rows(Folder.objects.filter(user=user), _FOLDER))
    archive.add_data("roles.json", _rows(Role.objects.filter(owner=user), _ROLE))
    archive.add_data("prompts.json", _rows(Prompt.objects.filter(owner=user), _PROMPT))
    archive.add_data("drafts.json", _rows(Draft.objects.filter(user=user), "session_key text attachments update_time"))
    archive.add_data("shared_links.json", _rows(Share.objects.filter(user=user), _SHARE))
    archive.add_data("imports.json", _rows(ChatImport.objects.filter(user=user), _IMPORT))
    archive.add_data(
        "audit.json", _rows(AuditEntry.objects.filter(person=user), "what actor_name reason object create_time")
    )
    yield archive.pipe.take()
    yield from _add_usage(archive, user)
    unsent = Document.objects.filter(user=user, messages=None)
    archive.add_data("unsent_attachments.json", _rows(unsent, "document_id name media_type content create_time"))
    yield archive.pipe.take()
    yield from _add_chats(archive, user, pks, [FORMATS["json"], FORMATS["markdown"]], "chats")
    yield archive.close()


_FOLDER = "folder_id name emoji sort_order create_time"
_IMPORT = "import_id file_name sources imported already left_out create_time undone_at"
_PROMPT = "prompt_id command title text create_time update_time"
_ROLE = (
    "slug name name_zh emoji description description_zh welcome_message welcome_message_zh system_prompt"
    " system_prompt_zh suggestions suggestions_zh model_id parameters create_time update_time"
)
_SHARE = "audience title show_name message_count views create_time update_time session_id"
_USAGE = (
    "kind model_id provider_name message_id state prompt_tokens completion_tokens cost currency duration_ms create_time"
)


def _add_usage(archive: _Zip, user: User) -> Iterator[bytes]:
    """The ledger, a line for each call: it may be long."""
    with archive.zip.open(archive.info("usage.jsonl"), "w") as file:
        last = 0
        while rows := list(UsageRecord.objects.filter(user=user, pk__gt=last).order_by("pk")[:LEDGER_ROWS]):
            last = rows[-1].pk
            lines = (json.dumps(_row(row, _USAGE), ensure_ascii=False) + "\n" for row in rows)
            file.write("".join(lines).encode())
            yield archive.pipe.take()


def _rows(rows: QuerySet[Any], fields: str) -> list[dict[str, Any]]:
    return [_row(row, fields) for row in rows]


def _row(row: Model, fields: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in fields.split()}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if hasattr(value, "isoformat"):
        return moment(value)
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
