"""A tab of the page, in the words of the person in front of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Locator, Page

from aihelper.lib.testing.patience import HANG_SECONDS, Stopwatch
from aihelper.tests.e2e.browser import TIMEOUT_MS, expect

T = TypeVar("T")


class Tab:
    """Wraps a Playwright page; elements are found by their `data-test` hooks (static/README.md lists them)."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        page.set_default_timeout(TIMEOUT_MS)

    def open(self, path: str = "/") -> "Tab":
        """Go to an address of the site."""
        self.page.goto(f"{self.origin}{path}")
        return self

    def another(self, path: str = "/") -> "Tab":
        """A new tab of the same browser, at an address of the site."""
        return Tab(self.page.context.new_page(), self.origin).open(path)

    def get(self, name: str) -> Locator:
        """The elements with this hook."""
        return self.page.get_by_test_id(name)

    def click(self, name: str) -> None:
        """Click the one element with this hook."""
        self.get(name).click()

    def ready(self) -> "Tab":
        """Wait for what comes after the page stands: shortcuts; the composer's attachments, drafts, queue, menus."""
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-keys", "ready")
        expect(body).to_have_attribute("data-composer", "ready")
        return self

    def at_rest(self) -> "Tab":
        """Wait until nothing more comes by itself: the part for the time without a network is the last."""
        self.ready().page.wait_for_function(
            "() => performance.getEntriesByType('resource').some((entry) => entry.name.includes('/offline-'))"
        )
        return self

    def until(self, condition: Callable[[], T], *, pause: float = 50) -> T:
        """Ask until the answer is true, and give it. The page is served meanwhile, every `pause` ms.

        Raises AssertionError with the last answer after HANG_SECONDS.
        """
        watch = Stopwatch()
        while not (answer := condition()):
            assert watch.seconds < HANG_SECONDS, answer
            self.page.wait_for_timeout(pause)
        return answer

    # --- Talking ------------------------------------------------------------------------------------
    def ask(self, question: str) -> None:
        """Write a question and send it: by the keys that do so everywhere, on a phone too."""
        self.get("composer").fill(question)
        self.get("composer").press("Control+Enter")

    @property
    def answer(self) -> Locator:
        """The last answer, with its head and its buttons."""
        return self.get("message-assistant").last

    @property
    def text(self) -> Locator:
        """The last answer's text."""
        return self.answer.get_by_test_id("message-content")

    def expect_text(self, text: str) -> None:
        """Wait until the last answer says this, and nothing else."""
        expect(self.text).to_have_text(text)

    def expect_state(self, state: str) -> None:
        """Wait until the last answer is running, completed, stopped, failed or interrupted."""
        expect(self.answer).to_have_attribute("data-status", state)

    @property
    def session_id(self) -> str:
        """The conversation that the address names; waits until it names one."""
        expect(self.page).to_have_url(re.compile(r"/c/[0-9a-f-]{36}$"))
        return self.page.url.rsplit("/", 1)[1]

    # --- Conversations ------------------------------------------------------------------------------
    @property
    def rows(self) -> Locator:
        """The conversations in the sidebar."""
        return self.get("session-row")

    def show_list(self) -> None:
        """Have the sidebar in sight: beside the conversation it always is, on a phone it is drawn out."""
        if self.get("sidebar-open").is_visible():
            self.click("sidebar-open")
        expect(self.get("new-chat")).to_be_in_viewport()

    def row(self, session_id: str) -> Locator:
        """One conversation in the sidebar."""
        return self.page.locator(f'[data-test="session-row"][data-session="{session_id}"]')

    def choose(self, session_id: str, action: str) -> None:
        """Choose rename, pin or delete in the menu of a conversation."""
        row = self.row(session_id)
        row.hover()
        row.get_by_test_id("session-menu").click()
        row.get_by_test_id(f"session-{action}").click()

    # --- Account ------------------------------------------------------------------------------------
    def sign_up(self, name: str, password: str) -> None:
        """Make an account on the page; ends in an empty conversation."""
        self.get("register-username").fill(name)
        self.get("register-password").fill(password)
        self.click("register-submit")
        expect(self.get("composer")).to_be_visible()

    def sign_in(self, name: str, password: str) -> None:
        """Sign in on the page; what comes of it is for the caller to see."""
        self.get("login-username").fill(name)
        self.get("login-password").fill(password)
        self.click("login-submit")

    @property
    def username(self) -> str:
        """Of the person who is signed in."""
        answer = self.page.context.request.get(f"{self.origin}/api/user/info")
        return str(answer.json()["username"])

    def user_menu(self, item: str) -> None:
        """Choose something in the account's menu."""
        # A menu that is going away is still to be seen for a moment.
        if self.get("user-menu").get_attribute("aria-expanded") == "false":
            self.click("user-menu")
        self.click(item)

    def screenshot(self, path: Path, *, full: bool = False) -> None:
        """Take a picture of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=full)
