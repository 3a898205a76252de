"""The event-stream routes: each accepts one request and says which generation to follow."""

from functools import partial

from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from chat.consumers import messages
from chat.consumers.attachment import Attachment, to_existing, to_started
from chat.consumers.request import StreamRequest, check_same_origin
from chat.consumers.stream import EventStream
from chat.engine import supervisor
from chat.services import send as sending
from chat.services import tree


async def _send(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body), messages.Send)
    return await _sent(request, body)


async def _send_by_get(request: StreamRequest) -> Attachment:
    check_same_origin(request.headers)
    body = messages.convert(dict(request.query), messages.Send, strict=False)
    return await _sent(request, body)


async def _sent(request: StreamRequest, body: messages.Send) -> Attachment:
    supervisor.current().check_accepting()
    return to_started(await run_db(sending.send, request.user, body.request()))


async def _regenerate(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body or b"{}"), messages.Regenerate)
    write = partial(tree.regenerate, model_id=body.model_id, client_id=body.client_id)
    supervisor.current().check_accepting()
    return to_started(await run_db(write, request.user, request.kwargs["message_id"]))


async def _edit(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body), messages.Edit)
    write = partial(tree.edit, client_id=body.client_id)
    supervisor.current().check_accepting()
    return to_started(await run_db(write, request.user, request.kwargs["message_id"], body.message))


async def _continue(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body or b"{}"), messages.Continue)
    write = partial(tree.continue_, client_id=body.client_id)
    supervisor.current().check_accepting()
    return to_started(await run_db(write, request.user, request.kwargs["message_id"]))


async def _attach(request: StreamRequest) -> Attachment:
    # A browser that reconnects by itself tells where it was; that is newer than the address.
    given = request.headers.get(b"last-event-id", b"").decode("latin-1") or request.query.get("offset", "0")
    try:
        body = messages.convert({"offset": given}, messages.Attach, strict=False)
    except AppError as error:
        raise AppError(error.detail, code="bad_offset") from error
    return await to_existing(request.user, request.kwargs["generation_id"], body.offset)


send = EventStream(POST=_send, GET=_send_by_get)
regenerate = EventStream(POST=_regenerate)
edit = EventStream(POST=_edit)
continue_ = EventStream(POST=_continue)
attach = EventStream(GET=_attach)
