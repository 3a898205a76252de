"""Replicas of logs that another process writes."""

import asyncio

import pytest

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine.supervisor import Supervisor
from chat.events import CONTENT
from chat.models import GenerationChunk
from chat.tests import make

pytestmark = pytest.mark.asyncio


async def test_a_piece_that_grew_after_it_was_read_is_read_on(engine: Supervisor, alice: User) -> None:
    """A commit whose answer was lost is written again with what has come since: the same start, a longer text."""
    generation = await run_db(lambda: make.running(make.session(alice), (CONTENT, "abc")))
    chunks = GenerationChunk.objects.filter(generation=generation)
    async with asyncio.timeout(HANG_SECONDS), engine.watcher.watch(generation.id) as replica:
        await replica.wait(0)
        assert replica.text(CONTENT) == "abc"
        await run_db(lambda: chunks.update(text="abcdef"))
        await replica.wait(3)
        await run_db(lambda: GenerationChunk.objects.create(generation=generation, start=6, kind=CONTENT, text="ghi"))
        await replica.wait(6)
        assert replica.text(CONTENT) == "abcdefghi"
