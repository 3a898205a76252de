"""A site of its own: administrators change what all people of a site share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from aihelper.tests.e2e.conftest import Person, with_provider
from aihelper.tests.e2e.site import ADMIN, PASSWORD, Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream


@pytest.fixture(scope="session")
def office(prepared: Path, provider: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site; one for all of these scenes, which one worker plays."""
    site = Site("uvicorn", prepared, tmp_path_factory.mktemp("office") / "site", with_provider(provider))
    site.start()
    yield site
    site.stop()


@pytest.fixture
def site(office: Site) -> Site:
    """Not one of those that are shared."""
    return office


@pytest.fixture(scope="session")
def badge(browser: Browser, office: Site) -> Any:
    """What a browser has of the first administrator after the sign-in."""
    context = browser.new_context()
    answer = context.request.post(f"{office.url}/api/login", data={"username": ADMIN, "password": PASSWORD})
    assert answer.ok, answer.text()
    state: Any = context.storage_state()
    context.close()
    # As after a choice in the menu: the key for the theme changes it each time.
    light = {"name": "adminTheme", "value": '"light"'}
    return {**state, "origins": [{"origin": office.url, "localStorage": [light]}]}


@pytest.fixture
def chief(visitor: Person, badge: Any) -> Tab:
    """The first administrator, signed in, with no page open yet."""
    return visitor(storage_state=badge, reduced_motion="reduce")
