"""The event-stream routes: each accepts one request and says which generation to follow."""

from functools import partial

from aihelper.lib.db import run_db
from chat import selectors
from chat.consumers import messages
from chat.consumers.attachment import Attachment, to_existing, to_started
from chat.consumers.request import StreamRequest, check_same_origin
from chat.consumers.stream import AnswerStream
from chat.services import send as sending
from chat.services import tree

# Of one person in one process; each may hold a whole answer for a client that does not read.
MAX_ATTACHED = 64


async def _send(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body), messages.Send)
    return await _sent(request, body)


async def _send_by_get(request: StreamRequest) -> Attachment | None:
    check_same_origin(request.headers)
    body = messages.convert(dict(request.query), messages.Send, strict=False)
    if request.headers.get(b"last-event-id"):
        # A browser's EventSource that lost its connection asks the same again; that is not a second message.
        answer = await run_db(selectors.answer_to, request.user, body.message, body.session_id, body.client_id)
        return await _resumed(request, answer, "0")
    return await _sent(request, body)


async def _sent(request: StreamRequest, body: messages.Send) -> Attachment:
    return await to_started(partial(sending.send, request.user, body.request()))


async def _regenerate(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body or b"{}"), messages.Regenerate)
    message_id = request.kwargs["message_id"]
    write = partial(tree.regenerate, model_id=body.model_id, beside=body.beside, client_id=body.client_id)
    return await to_started(partial(write, request.user, message_id))


async def _edit(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body), messages.Edit)
    message_id = request.kwargs["message_id"]
    write = partial(tree.edit, attachments=body.attachments, client_id=body.client_id, confirmed=body.confirmed)
    return await to_started(partial(write, request.user, message_id, body.message))


async def _continue(request: StreamRequest) -> Attachment:
    body = messages.convert(messages.decode(request.body or b"{}"), messages.Continue)
    message_id = request.kwargs["message_id"]
    return await to_started(partial(tree.continue_, request.user, message_id, client_id=body.client_id))


async def _attach(request: StreamRequest) -> Attachment | None:
    return await _resumed(request, request.kwargs["generation_id"], request.query.get("offset", "0"))


async def _resumed(request: StreamRequest, generation_id: str, offset: str) -> Attachment | None:
    """The rest of an answer; None for a browser that reconnects by itself and has had all of it."""
    # What a reconnecting browser tells by itself is newer than the address.
    last_id = request.headers.get(b"last-event-id", b"").decode("latin-1")
    body = messages.convert({"offset": last_id or offset}, messages.Attach, strict=False)
    generation = await run_db(selectors.generation, request.user, generation_id)
    if last_id and not generation.is_live and body.offset >= generation.offset:
        return None
    return to_existing(generation, body.offset)


send = AnswerStream(POST=_send, GET=_send_by_get)
regenerate = AnswerStream(POST=_regenerate)
edit = AnswerStream(POST=_edit)
continue_ = AnswerStream(POST=_continue)
attach = AnswerStream(most=MAX_ATTACHED, GET=_attach)
