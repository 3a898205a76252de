"""Files that are made while they are sent: ZIPs of conversations, and the ledger as a table.

Beside Django like the event streams: its handler would gather the whole file in memory first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import msgspec
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.groups import scope
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError, Forbidden
from chat import selectors
from chat.consumers import messages
from chat.consumers.request import StreamRequest, check_same_origin
from chat.consumers.response import Response
from chat.consumers.stream import EventStream
from chat.exports import archive, tables
from chat.exports.documents import FORMATS
from chat.models import UsageRecord

MAX_CHATS = 5000
EXPORTS_PER_HOUR = 30
# What a person may have under way in one process.
AT_ONCE = 2
MIN_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file and its pieces; each is made when it is asked for."""

    name: str
    pieces: Iterator[bytes]
    media_type: bytes = b"application/zip"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class Download(EventStream[File]):
    """An ASGI application for a route that answers with a file."""

    async def write(self, followed: File, response: Response) -> None:
        """Send the head, then the pieces as they come. A file that breaks off is not ended: the client must notice."""
        disposition = content_disposition_header(as_attachment=True, filename=followed.name) or "attachment"
        await response.begin_file(
            [
                (b"content-type", followed.media_type),
                (b"content-disposition", disposition.encode()),
                (b"cache-control", b"no-store"),
                *followed.headers,
            ]
        )
        held = b""
        while (piece := await run_db(next, followed.pieces, None)) is not None:
            held += piece
            if len(held) >= MIN_PIECE:
                await response.write(held)
                held = b""
        await response.write(held)
        response.whole = True


class ExportBody(msgspec.Struct):
    """Which chats, and in which format."""

    format: str
    session_ids: Annotated[list[messages.Uuid], msgspec.Meta(min_length=1, max_length=MAX_CHATS)] | None = None
    all: bool = False


async def _chats(request: StreamRequest) -> File:
    body = messages.convert(messages.decode(request.body), ExportBody)
    wanted = FORMATS.get(body.format)
    if wanted is None or body.all == (body.session_ids is not None):
        sentence = _("Name a format (json, markdown, text or html), and either session_ids or all.")
        raise AppError(sentence, code="invalid_export")
    pks = await run_db(_counted, request.user, body.session_ids)
    return File(_name("chats"), archive.chats(request.user, pks, wanted), headers=_chats_in(pks))


async def _everything(request: StreamRequest) -> File:
    pks = await run_db(_counted, request.user, None, trash=True)
    return File(_name("everything"), archive.everything(request.user, pks), headers=_chats_in(pks))


def _chats_in(pks: list[int]) -> list[tuple[bytes, bytes]]:
    return [(b"x-chats", str(len(pks)).encode())]


async def _usage(request: StreamRequest) -> File:
    # By cookie a link of another site must not start it: it costs the database something.
    check_same_origin(request.headers)
    rows = await run_db(_visible_lines, request.user)
    start, end = (_day(request.query.get(name, "")) for name in ("from", "to"))
    if start and end and start > end:
        raise AppError(_("The last day is before the first."), code="invalid_period")
    pieces = tables.ledger(rows, start, end, request.query)
    parts = ["usage", *(f"{day}" for day in (start, end) if day)]
    return File(f"aihelper-{'-'.join(parts)}.csv", pieces, b"text/csv; charset=utf-8")


def _visible_lines(user: User) -> QuerySet[UsageRecord]:
    """What of the ledger somebody sees in the administration: all, or as a manager those of the own people."""
    if scope.is_manager(user):
        return UsageRecord.objects.filter(user__in=scope.seen_by(user))
    if not (user.is_staff and user.has_perm("chat.view_usagerecord")):
        raise Forbidden
    return UsageRecord.objects.all()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AppError(_("Write a day as 2026-11-30."), code="invalid_period") from error


def _counted(user: User, session_ids: list[str] | None, *, trash: bool = False) -> list[int]:
    pks = selectors.sessions_to_export(user, session_ids, trash=trash)
    throttling.hit(f"export:{user.pk}", limit=EXPORTS_PER_HOUR, seconds=3600)
    return pks


def _name(what: str) -> str:
    return f"aihelper-{what}-{timezone.now():%Y-%m-%d}.zip"


chats = Download(most=AT_ONCE, POST=_chats)
everything = Download(most=AT_ONCE, GET=_everything)
usage = Download(most=AT_ONCE, GET=_usage)
