"""What a tab may ask for over its socket. Each action authorises by itself, on every call."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import gettext_lazy as _

from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from chat import selectors
from chat.consumers import messages
from chat.consumers.attachment import to_existing, to_started
from chat.services import send as sending
from chat.services import stop as stopping
from chat.services import tree

if TYPE_CHECKING:
    from chat.consumers.socket import ChatSocket

Payload = dict[str, Any]
Action = Callable[["ChatSocket", Payload], Awaitable[None]]


class _OnMessage(msgspec.Struct):
    message_id: messages.Key


class _OnGeneration(msgspec.Struct):
    generation_id: messages.Uuid


async def send(socket: "ChatSocket", payload: Payload) -> None:
    """Accept a message and follow its answer; and the one beside it, when two models were asked."""
    request = messages.convert(payload, messages.Send).request()
    attachment = await to_started(partial(sending.send, socket.user, request), request.client_id)
    socket.follow(attachment)
    if attachment.beside:
        socket.follow(attachment.beside)


async def plain(socket: "ChatSocket", text: str) -> None:
    """A message of the simplest client: into the socket's own session, made when it is first needed."""
    write = partial(sending.send_to_own, socket.user, text, socket.session_id)
    socket.follow(await to_started(write), plainly=True)


async def regenerate(socket: "ChatSocket", payload: Payload) -> None:
    """Write another answer to the same question."""
    body = messages.convert(payload, messages.Regenerate)
    write = partial(tree.regenerate, model_id=body.model_id, beside=body.beside, client_id=body.client_id)
    await _branch(socket, payload, write)


async def edit(socket: "ChatSocket", payload: Payload) -> None:
    """Ask anew with another text."""
    body = messages.convert(payload, messages.Edit)
    known = partial(tree.edit, text=body.message, attachments=body.attachments)
    write = partial(known, client_id=body.client_id, confirmed=body.confirmed)
    await _branch(socket, payload, write)


async def continue_(socket: "ChatSocket", payload: Payload) -> None:
    """Go on where an answer stopped."""
    body = messages.convert(payload, messages.Continue)
    await _branch(socket, payload, partial(tree.continue_, client_id=body.client_id))


async def attach(socket: "ChatSocket", payload: Payload) -> None:
    """Follow an answer from an offset on."""
    generation_id = messages.convert(payload, _OnGeneration).generation_id
    offset = messages.convert(payload, messages.Attach).offset
    generation = await run_db(selectors.generation, socket.user, generation_id)
    socket.follow(to_existing(generation, offset))


async def detach(socket: "ChatSocket", payload: Payload) -> None:
    """Follow an answer no longer."""
    socket.unfollow(messages.convert(payload, _OnGeneration).generation_id)


async def stop(socket: "ChatSocket", payload: Payload) -> None:
    """End an answer at what was seen of it."""
    generation_id = messages.convert(payload, _OnGeneration).generation_id
    offset = messages.convert(payload, messages.Stop).offset
    await run_db(stopping.stop, socket.user, generation_id, offset)


async def ping(socket: "ChatSocket", payload: Payload) -> None:
    """Show that the socket is alive."""
    await socket.say({"type": "pong"})


async def unknown(socket: "ChatSocket", payload: Payload) -> None:
    """Refuse what is no action."""
    raise AppError(_("There is no such action."), code="unknown_action")


async def _branch(socket: "ChatSocket", payload: Payload, write: Callable[..., Any]) -> None:
    message_id = messages.convert(payload, _OnMessage).message_id
    socket.follow(await to_started(partial(write, socket.user, message_id), payload.get("client_id")))


ACTIONS: dict[str, Action] = {
    "send": send,
    "regenerate": regenerate,
    "edit": edit,
    "continue": continue_,
    "attach": attach,
    "detach": detach,
    "stop": stop,
    "ping": ping,
}
