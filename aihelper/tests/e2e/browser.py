"""A headless Chromium, and a watch over what must not happen in it: errors, and calls to anybody else."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError, sync_playwright
from playwright.sync_api import expect as expect

from aihelper.lib.testing.patience import HANG_SECONDS

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Options of a browser context, which are those of a person.
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
TIMEOUT_MS = HANG_SECONDS * 1000
OWN_SCHEMES = ("data:", "blob:", "about:")


class NotInstalled(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the machine. Raises NotInstalled."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NotInstalled("Chromium is not installed")
    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        expect.set_options(timeout=TIMEOUT_MS)
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Watch:
    """Writes down what a page must not do. A test says beforehand what it provokes."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.problems: list[str] = []
        # What Playwright itself says for a context without service workers.
        self._expected: list[str] = ["Service Worker registration blocked by Playwright"]
        self._allowed: list[str] = []
        self._contexts: list[BrowserContext] = []

    def over(self, context: BrowserContext) -> None:
        """Watch all tabs of this person, also those that are opened later."""
        self._contexts.append(context)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("page", self._on_page)

    def expect(self, pattern: str) -> None:
        """Allow console errors that match: the test makes them happen."""
        self._expected.append(pattern)

    def allow(self, address: str) -> None:
        """Allow requests to addresses that begin so: somebody asked for them."""
        self._allowed.append(address)

    @property
    def pages(self) -> list[Page]:
        """All open tabs."""
        return [page for context in self._contexts for page in context.pages]

    def _on_page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._check_origin(socket.url.replace("ws://", "http://", 1)))

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium reports violations of the content security policy, and failed requests, as errors too.
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type in {"error", "warning"} and not any(re.search(each, text) for each in self._expected):
            self.problems.append(f"console {message.type}: {text}")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        self._check_origin(request.url)

    def _check_origin(self, url: str) -> None:
        if not url.startswith((f"{self.origin}/", *OWN_SCHEMES, *self._allowed)):
            self.problems.append(f"request to another origin: {url}")
