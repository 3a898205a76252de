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
from aihelper.tests.alone import made_once, shared, turn
from aihelper.tests.canary.guard.guard import guard
from aihelper.tests.e2e.browser import DESK, PHONE, NotInstalled, Watch, chromium
from aihelper.tests.e2e.site import PASSWORD, Site, prepare
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import KEY, Upstream

SCREENSHOTS = Path(ROOT, "screenshots", "failed")
TEST_SECONDS = 600
KINDS = ("daphne", "uvicorn")
# For scenes that a desk and a phone show differently; those of them that both kinds of server play need one phone.
BOTH = pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1440", "390"])
PHONE_TOO = pytest.mark.parametrize(
    ("shared_site", "screen"),
    [*((kind, DESK) for kind in KINDS), ("uvicorn", PHONE)],
    ids=[*(f"{kind}-1440" for kind in KINDS), "uvicorn-390"],
    indirect=["shared_site"],
)
_numbers = itertools.count(1)

Person = Callable[..., Tab]
Sites = Callable[[str], Site]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let fixtures know whether the test failed."""
    report: Any = yield
    setattr(item, f"failed_{report.when}", report.failed)
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """A limit for what each test here does; not for its waiting until it is its turn."""
    item.add_marker(pytest.mark.timeout(TEST_SECONDS, func_only=True))


@pytest.fixture(autouse=True)
def _turn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that are marked `alone` have the machine to themselves."""
    with turn(shared(tmp_path_factory), alone=request.node.get_closest_marker("alone") is not None):
        yield


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
    guard.known.add("provider key", KEY, last=True)
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
    return made_once(shared(tmp_path_factory), "prepared", prepare)


def with_provider(provider: Upstream) -> dict[str, str]:
    """The environment of a site that asks this provider."""
    return {
        "AIHELPER_PROVIDER_URL": provider.url,
        "AIHELPER_PROVIDER_KEY": KEY,
        "AIHELPER_PROVIDER_MODELS": "swift,thorough",
        "AIHELPER_ALLOWED_PRIVATE_HOSTS": provider.host,
    }


@pytest.fixture(scope="session")
def sites(prepared: Path, provider: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """A site of each kind for all tests, its provider set up by its environment; started when first asked for."""
    variables = with_provider(provider)
    running: dict[str, Site] = {}

    def site(kind: str) -> Site:
        if kind not in running:
            running[kind] = Site(kind, prepared, tmp_path_factory.mktemp("site") / kind, variables)
            running[kind].start()
        return running[kind]

    yield site
    for each in running.values():
        each.stop()


@pytest.fixture(params=KINDS)
def shared_site(request: pytest.FixtureRequest, sites: Sites) -> Site:
    """Each test runs on both kinds, unless its module says `on` which."""
    return sites(request.param)


def on(kind: str) -> pytest.MarkDecorator:
    """For modules in which the server makes no difference: one kind of it is enough."""
    return pytest.mark.parametrize("shared_site", [kind], indirect=True)


@pytest.fixture
def site(shared_site: Site) -> Site:
    """The site that the test is about; a module that needs another overrides it."""
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
        # A service worker would take requests out of the tests' hands; the tests about it allow it.
        options = {**DESK, "locale": "en-US", "timezone_id": "Asia/Shanghai", "service_workers": "block", **options}
        context = browser.new_context(**options)
        contexts.append(context)
        watch.over(context)
        return Tab(context.new_page(), site.url)

    yield make
    if getattr(request.node, "failed_call", False):
        _take_pictures(watch, request.node.name)
    # Read before the tabs are gone, judged by the watch after.
    for page in watch.pages:
        guard.say(f"page {page.url}", page.evaluate("document.documentElement?.outerHTML ?? ''"))
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
