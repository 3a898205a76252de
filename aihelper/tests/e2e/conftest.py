"""Servers, the provider, the browser and people. After each test: no error anywhere, no call to another origin."""

import itertools
import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.browser import NotInstalled, Watch, chromium
from aihelper.tests.e2e.site import PASSWORD, Site, prepare
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import KEY, Upstream

SCREENSHOTS = Path(ROOT, "screenshots", "failed")
KINDS = ("daphne", "uvicorn")
_numbers = itertools.count(1)

Person = Callable[..., Tab]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let fixtures know whether the test failed."""
    report: Any = yield
    setattr(item, f"failed_{report.when}", report.failed)
    return report


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """Nothing: these tests use no cache and no database of this process."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all; skips where there is none, unless AIHELPER_TEST_SERVERS=required."""
    try:
        with chromium() as browser:
            yield browser
    except NotInstalled as error:
        if os.environ.get("AIHELPER_TEST_SERVERS") == "required":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def provider() -> Iterator[Upstream]:
    """The provider behind the sites."""
    upstream = Upstream()
    upstream.start()
    yield upstream
    upstream.stop()


@pytest.fixture
def upstream(provider: Upstream) -> Iterator[Upstream]:
    """The provider, with nothing left from the test before."""
    yield provider
    provider.reset()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory after the first start, for each site to begin with a copy."""
    if not Path(ROOT, "static", "dist", "manifest.json").exists():
        pytest.fail("The page is not built. Run: make front")
    directory = tmp_path_factory.mktemp("prepared")
    prepare(directory)
    return directory


def _serve(kind: str, prepared: Path, directory: Path, variables: dict[str, str]) -> Iterator[Site]:
    site = Site(kind, prepared, directory / kind, variables)
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="session", params=KINDS)
def shared_site(
    request: pytest.FixtureRequest, prepared: Path, provider: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site whose provider is set up by its environment; one for all tests of its kind."""
    variables = {
        "AIHELPER_PROVIDER_URL": provider.url,
        "AIHELPER_PROVIDER_KEY": KEY,
        "AIHELPER_PROVIDER_MODELS": "swift,thorough",
        "AIHELPER_ALLOWED_PRIVATE_HOSTS": provider.host,
    }
    yield from _serve(request.param, prepared, tmp_path_factory.mktemp("site"), variables)


@pytest.fixture(scope="module", params=KINDS)
def fresh_site(
    request: pytest.FixtureRequest, prepared: Path, provider: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site on which nobody has set up anything; the provider may be added. For the tests of one module."""
    variables = {"AIHELPER_ALLOWED_PRIVATE_HOSTS": provider.host, "AIHELPER_DEMO_TOKENS_PER_SECOND": "400"}
    yield from _serve(request.param, prepared, tmp_path_factory.mktemp("fresh"), variables)


@pytest.fixture
def site(shared_site: Site) -> Site:
    """The site that the test is about; a module of its own kind overrides it."""
    return shared_site


@pytest.fixture
def watch(site: Site, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fails the test for what went wrong unseen, in the browser or in the server."""
    site.complaints()
    watch = Watch(site.url)
    yield watch
    for page in watch.pages:
        page.evaluate("0")  # a round trip: what happened before it has been told
    assert watch.problems == []
    assert site.complaints() == []


@pytest.fixture
def visitor(browser: Browser, site: Site, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Makes people with a browser of their own, not signed in. Takes the options of a Playwright context."""
    contexts = []

    def make(**options: Any) -> Tab:
        options = {"locale": "en-US", "timezone_id": "Asia/Shanghai", **options}
        context = browser.new_context(**options)
        contexts.append(context)
        watch.over(context)
        return Tab(context.new_page(), site.url)

    yield make
    if getattr(request.node, "failed_call", False):
        _take_pictures(watch, request.node.name)
    # Read before the tabs are gone, judged by the watch after.
    for page in watch.pages:
        page.evaluate("0")
    for context in contexts:
        context.close()


@pytest.fixture
def person(visitor: Person, site: Site) -> Person:
    """Makes people who are signed in, with an empty conversation in front of them."""

    def make(**options: Any) -> Tab:
        tab = visitor(**options)
        name = f"person{next(_numbers)}"
        account = {"username": name, "password": PASSWORD}
        for path in ("register", "login"):
            answer = tab.page.context.request.post(f"{site.url}/api/{path}", data=account)
            assert answer.ok, answer.text()
        return tab.open()

    return make


def _take_pictures(watch: Watch, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(watch.pages, 1):
        page.screenshot(path=SCREENSHOTS / f"{re.sub(r'[^a-z0-9_]+', '-', name.lower())}-{number}.png")
