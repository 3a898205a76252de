"""The whole application, as it is asked in the tests of rights."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from aihelper.tests.rights import world
from chat import pages
from chat.engine.supervisor import Supervisor
from chat.pages import worker
from chat.tests.upstream import Upstream


@pytest.fixture
def place(transactional_db: None, media_root: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is built, room for many answers, and a provider."""
    settings.MAX_RUNS_PER_USER = 1000
    monkeypatch.setattr(pages, "built_assets", lambda *entry: pages.Assets("app.js", (), ()))
    monkeypatch.setattr("accounts.throttling.hit", lambda *key, **limit: None)
    monkeypatch.setattr(worker, "built", lambda: "// the service worker")
    world.offer_a_model()


@pytest_asyncio.fixture
async def server(place: None, engine: Supervisor, upstream: Upstream) -> AsyncIterator[Supervisor]:
    """The whole application, whose provider refuses everything at once."""
    upstream.refuse = lambda request: httpx.Response(401)
    yield engine
