"""Ending a sign-in ends what lives by it within two seconds: sockets by cookie, by token and by ticket."""

import pytest

from accounts import sign_ins, tickets, tokens
from accounts.models import SignIn, User
from accounts.selectors import TOKENS
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Socket, signed_in
from aihelper.lib.testing.patience import within
from chat.engine.supervisor import Supervisor
from chat.tests.conftest import until

pytestmark = pytest.mark.asyncio


async def closes(socket: Socket) -> bool:
    """Whether the server closes it, within the two seconds that it has."""
    await socket.hear("system")
    async with within(2.5):
        assert await socket.hear("pong") is None
    return socket.close_code == 4401


async def test_a_browsers_socket_ends(engine: Supervisor, alice: User) -> None:
    async with Socket(headers=await signed_in(alice)) as socket, Socket(headers=await signed_in(alice)) as other:
        rows = await run_db(lambda: list(SignIn.objects.filter(user=alice).order_by("pk")))
        assert len(rows) == 2
        await run_db(sign_ins.end, alice, rows[0].pk)
        assert await closes(socket)
        other.say({"type": "ping"})
        assert (await other.hear("pong")) is not None


@pytest.mark.parametrize("way", ["token", "ticket"])
async def test_a_programs_socket_ends(engine: Supervisor, alice: User, way: str) -> None:
    def begin() -> tuple[str, int]:
        pair = tokens.issue(alice)
        row = SignIn.objects.create(user=alice, kind=sign_ins.PROGRAM, name_hash=pair.family.hex)
        ticket = tickets.issue(alice, f"{TOKENS}{pair.family.hex}")
        return {"token": pair.access, "ticket": ticket}[way], row.pk

    secret, row = await run_db(begin)
    async with Socket(f"/chat/ws?{way}={secret}") as socket:
        await run_db(sign_ins.end, alice, row)
        assert await closes(socket)


async def test_an_open_page_counts_as_seen(engine: Supervisor, alice: User) -> None:
    headers = await signed_in(alice)
    long_ago = await run_db(lambda: SignIn.objects.get(user=alice).last_seen - 2 * sign_ins.SEEN_EVERY)
    await run_db(lambda: SignIn.objects.update(last_seen=long_ago))
    async with Socket(headers=headers):
        await until(lambda: SignIn.objects.get(user=alice).last_seen > long_ago)
