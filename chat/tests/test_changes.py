"""`changed`: a person's tabs hear on their socket what of their things has changed, and nobody else's do."""

import asyncio

import pytest

from accounts.models import LiveNote, User
from accounts.notes import touch
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Socket, bearer
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine import feed
from chat.engine.supervisor import Supervisor
from chat.services import drafts, prompts
from chat.services.drafts import DraftText

pytestmark = pytest.mark.asyncio


async def _heard(socket: Socket, count: int) -> set[str]:
    """What the next `count` notes are about."""
    async with asyncio.timeout(HANG_SECONDS):
        events = [await socket.hear("changed") for _number in range(count)]
    return {event["what"] for event in events if event}


async def test_all_tabs_of_the_person_hear_it(engine: Supervisor, alice: User, bob: User) -> None:
    async with (
        Socket(headers=await bearer(alice)) as one,
        Socket(headers=await bearer(alice)) as two,
        Socket(headers=await bearer(bob)) as other,
    ):
        await run_db(prompts.create, alice, "translate", "", "Translate {{text}}")
        await run_db(drafts.write, alice, "", DraftText("Half a thought"))
        for tab in (one, two):
            assert await _heard(tab, 2) == {"prompts", "draft:"}
        # Without a poke the next look at the database finds it.
        await run_db(touch, bob, "folders")
        assert await _heard(other, 1) == {"folders"}
        # The same again is a new note.
        await run_db(drafts.write, alice, "", DraftText("Half a thought, and more", version=1))
        assert await _heard(one, 1) == {"draft:"}


async def test_another_process_hears_it_too(engine: Supervisor, other_process: Supervisor, alice: User) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    subscriber = feed.Subscriber(
        alice.pk, alice.token_version, lambda: None, on_change=lambda event: heard.put_nowait(event.get("what", ""))
    )
    with other_process.feed.subscribe(subscriber):
        await run_db(prompts.create, alice, "translate", "", "Translate {{text}}")
        async with asyncio.timeout(HANG_SECONDS):
            assert await heard.get() == "prompts"
    assert heard.empty()


async def test_what_was_rolled_back_is_not_told(engine: Supervisor, alice: User) -> None:
    def refused() -> None:
        with pytest.raises(Exception, match="command"):
            prompts.create(alice, "not a command", "", "Text")

    async with Socket(headers=await bearer(alice)) as tab:
        await run_db(refused)
        assert not await run_db(LiveNote.objects.exists)
        await run_db(prompts.create, alice, "command", "", "Text")
        assert await _heard(tab, 1) == {"prompts"}
