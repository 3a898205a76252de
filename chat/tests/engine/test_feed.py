"""The live list: what a tab hears that connects while others have heard it already."""

import asyncio
from typing import Any

import pytest

from accounts.models import LiveNote, User
from accounts.notes import touch, touch_everybody
from aihelper.lib.db import run_db
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine.feed import Subscriber
from chat.engine.supervisor import Supervisor

pytestmark = pytest.mark.asyncio


def tab(user: User) -> tuple[Subscriber, "asyncio.Queue[Any]"]:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    return Subscriber(user.pk, user.token_version, lambda: None, heard.put_nowait), heard


async def test_a_tab_that_connects_late_hears_what_has_just_changed(engine: Supervisor, alice: User) -> None:
    (first, early), (second, late) = tab(alice), tab(alice)
    with engine.feed.subscribe(first):
        await run_db(touch, alice, "tree:s")
        async with asyncio.timeout(HANG_SECONDS):
            assert await early.get() == {"type": "changed", "what": "tree:s"}
        with engine.feed.subscribe(second):
            engine.feed.poke(alice.pk)
            async with asyncio.timeout(HANG_SECONDS):
                assert await late.get() == {"type": "changed", "what": "tree:s"}
            engine.feed.poke(alice.pk)
            await asyncio.sleep(0.1)
    # Each of them once.
    assert early.empty() and late.empty()


async def test_what_concerns_everybody_is_told_to_each(engine: Supervisor, alice: User, bob: User) -> None:
    (first, hers), (second, his) = tab(alice), tab(bob)
    with engine.feed.subscribe(first), engine.feed.subscribe(second):
        await run_db(touch_everybody, "announcements")
        async with asyncio.timeout(HANG_SECONDS):
            assert await hers.get() == await his.get() == {"type": "changed", "what": "announcements"}
        await run_db(touch_everybody, "announcements")
        async with asyncio.timeout(HANG_SECONDS):
            assert await hers.get() == await his.get() == {"type": "changed", "what": "announcements"}
    assert await run_db(LiveNote.objects.filter(user=None).count) == 1
