"""Stores the chats of a file: each in a transaction of its own, so that one that fails costs nobody else's.

Run again, it goes on: what is here already, by the source's id, is passed over. The lists of other tabs load anew once,
at the end; the indexer takes the messages by itself.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

from django.db import DataError, IntegrityError, transaction

from accounts import notes
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError
from chat.engine import feed
from chat.imports import own
from chat.imports.files import Limits
from chat.imports.neutral import Chat, LeftOut, Reason, Refused
from chat.imports.read import read
from chat.models import ChatImport, ImportedChat, Session
from chat.models.session import GIVEN_UP
from chat.services import folders
from chat.services.folders import FOLDERS
from chat.services.imports.report import SENTENCES, Outcome, Report, Result
from chat.services.imports.store import store

# What other tabs hear: their list of chats is loaded anew.
SESSIONS = "sessions"
MAX_CHATS = 20_000

Each = Callable[[Result], None]


def import_chats(
    user: User,
    file: IO[bytes],
    file_name: str = "",
    *,
    dry_run: bool = False,
    limits: Limits | None = None,
    each: Each = lambda _result: None,
) -> Report:
    """Import the chats of a file, or (dry run) only say what would be. `each` hears of every result at once.

    Raises AppError (unreadable_import) when the file is nothing that we know, or nothing of it can be read.
    """
    run = _Run(user, Report(dry_run), file_name[:200])
    try:
        for found in read(file, limits):
            if sum(run.report.counts.values()) >= MAX_CHATS:
                run.report.add(Result(Outcome.LEFT_OUT, reason=Reason.TOO_MANY_CHATS))
                break
            result = run.take(found)
            run.report.add(result)
            each(result)
    except Refused as refused:
        raise AppError(SENTENCES[refused.reason], code="unreadable_import", reason=refused.reason.value) from refused
    finally:
        run.end()
    return run.report


@dataclass
class _Run:
    """One import. `known` are the sessions of what is here already, by key; its own are among them."""

    user: User
    report: Report
    file_name: str
    row: ChatImport | None = None
    known: dict[str, Session] = field(default_factory=dict)
    folders: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = ImportedChat.objects.filter(user=self.user)
        if not self.report.dry_run:
            # Given up, and only waiting for the sweep: it may come back.
            rows.filter(session__deleted_at=GIVEN_UP).delete()
        kept = rows.exclude(session__deleted_at=GIVEN_UP).select_related("session")
        self.known = {row.source_key: row.session for row in kept.defer("session__title", "session__preview")}

    def take(self, found: Chat | LeftOut) -> Result:
        """Judge one, and store it."""
        if isinstance(found, LeftOut):
            return Result(Outcome.LEFT_OUT, found.name, found.source, reason=found.reason)
        key = key_of(found)
        if here := self._here(found, key):
            return here
        if self.report.dry_run:
            self.known[key] = Session(session_id="")
            return Result(Outcome.READY, found.title, found.source, len(found.nodes))
        try:
            return self._store(found, key)
        except IntegrityError:
            # Another import of the same file was faster.
            return Result(Outcome.ALREADY, found.title, found.source, len(found.nodes))
        except DataError:
            return Result(Outcome.LEFT_OUT, found.title, found.source, len(found.nodes), reason=Reason.NOT_STORABLE)

    def _here(self, chat: Chat, key: str) -> Result | None:
        session = self.known.get(key)
        if session is None and chat.source == own.NAME:
            # Never away: exported here, and still there.
            session = Session.objects.filter(user=self.user, session_id=chat.source_id[:36]).first()
        if session is None or session.deleted_at == GIVEN_UP:
            return None
        if session.deleted_at:
            return Result(Outcome.LEFT_OUT, chat.title, chat.source, len(chat.nodes), reason=Reason.IN_TRASH)
        shown = session.session_id or None
        return Result(Outcome.ALREADY, chat.title, chat.source, len(chat.nodes), session_id=shown)

    def _store(self, chat: Chat, key: str) -> Result:
        folder_id = self._folder(chat)
        row = self._import()
        session, refused = _store_one(self.user, chat, key, row, folder_id)
        self.known[key] = session
        return Result(Outcome.IMPORTED, chat.title, chat.source, len(chat.nodes), refused, session.session_id)

    def _import(self) -> ChatImport:
        """The row of this import, made with its first chat."""
        if self.row is None:
            self.row = ChatImport.objects.create(user=self.user, file_name=self.file_name)
            self.report.import_id = self.row.import_id
        return self.row

    def _folder(self, chat: Chat) -> str | None:
        """The person's folder of that name, made if there is none and there is room for one."""
        if chat.folder and chat.folder not in self.folders:
            self.folders[chat.folder] = _folder_of(self.user, chat)
        return self.folders.get(chat.folder)

    def end(self) -> None:
        """Write down what was done, and have the lists loaded anew."""
        if self.row is None:
            return
        counts = self.report.counts
        row = self.row
        row.imported, row.already, row.left_out = (
            counts[outcome] for outcome in (Outcome.IMPORTED, Outcome.ALREADY, Outcome.LEFT_OUT)
        )
        row.sources = ",".join(self.report.sources)[:100]
        row.save(update_fields=["imported", "already", "left_out", "sources"])
        tell(self.user, self.folders.values())


@retry_on_conflict
@transaction.atomic
def _store_one(user: User, chat: Chat, key: str, row: ChatImport, folder_id: str | None) -> tuple[Session, int]:
    session, refused = store(user, chat, folder_id)
    ImportedChat.objects.create(chat_import=row, user=user, session=session, source_key=key, last_seq=session.last_seq)
    return session, refused


def _folder_of(user: User, chat: Chat) -> str | None:
    for folder in user.chat_folders.filter(name=chat.folder)[:1]:
        return folder.folder_id
    try:
        return folders.create(user, chat.folder, chat.folder_emoji).folder_id
    except AppError:
        return None


def key_of(chat: Chat) -> str:
    """What says that two chats are the same one."""
    return hashlib.sha256(f"{chat.source}\0{chat.source_id}".encode()).hexdigest()


def tell(user: User, folder_ids: Iterable[str | None] = ()) -> None:
    """Have the person's other tabs load their lists anew."""
    with transaction.atomic():
        notes.touch(user, SESSIONS)
        if any(folder_ids):
            notes.touch(user, FOLDERS)
        transaction.on_commit(lambda: feed.poke(user.pk))
