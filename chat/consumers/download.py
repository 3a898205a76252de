"""Files that are made while they are sent: ZIPs of conversations.

Beside Django like the event streams: its handler would gather the whole file in memory first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from chat import selectors
from chat.consumers import messages
from chat.consumers.request import StreamRequest
from chat.consumers.response import Response
from chat.consumers.stream import EventStream
from chat.exports import archive
from chat.exports.documents import FORMATS

MAX_CHATS = 5000
EXPORTS_PER_HOUR = 30
# What a person may have under way in one process.
AT_ONCE = 2
MIN_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A ZIP and its pieces; each is made when it is asked for."""

    name: str
    pieces: Iterator[bytes]
    chats: int


class Download(EventStream[File]):
    """An ASGI application for a route that answers with a ZIP."""

    async def write(self, followed: File, response: Response) -> None:
        """Send the head, then the pieces as they come. A file that breaks off is not ended: the client must notice."""
        disposition = content_disposition_header(as_attachment=True, filename=followed.name) or "attachment"
        await response.begin_file(
            [
                (b"content-type", b"application/zip"),
                (b"content-disposition", disposition.encode()),
                (b"cache-control", b"no-store"),
                (b"x-chats", str(followed.chats).encode()),
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
        sentence = _("Name a format (json, markdown or html), and either session_ids or all.")
        raise AppError(sentence, code="invalid_export")
    pks = await run_db(_counted, request.user, body.session_ids)
    return File(_name("chats"), archive.chats(request.user, pks, wanted), len(pks))


async def _everything(request: StreamRequest) -> File:
    pks = await run_db(_counted, request.user, None, trash=True)
    return File(_name("everything"), archive.everything(request.user, pks), len(pks))


def _counted(user: User, session_ids: list[str] | None, *, trash: bool = False) -> list[int]:
    pks = selectors.sessions_to_export(user, session_ids, trash=trash)
    throttling.hit(f"export:{user.pk}", limit=EXPORTS_PER_HOUR, seconds=3600)
    return pks


def _name(what: str) -> str:
    return f"aihelper-{what}-{timezone.now():%Y-%m-%d}.zip"


chats = Download(most=AT_ONCE, POST=_chats)
everything = Download(most=AT_ONCE, GET=_everything)
