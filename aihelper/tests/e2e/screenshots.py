"""Pictures of the page for people to look at: `make screenshots`, into screenshots/.

Every scene in both languages, light and dark, on a desk and on a phone. Arguments choose among them by
parts of their names, which are scene-language-theme-width.png: `make screenshots ONLY=code-en`.
"""

import itertools
import queue
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e import reading
from aihelper.tests.e2e.browser import TIMEOUT_MS, chromium, expect
from aihelper.tests.e2e.scenes import outside, states
from aihelper.tests.e2e.scenes import scenes as further
from aihelper.tests.e2e.site import PASSWORD, Site, prepare
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.taps import small_targets
from aihelper.tests.e2e.upstream import KEY, Upstream

FOLDER = Path(ROOT, "screenshots")
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
LOCALES = {"en": "en", "zh": "zh-hans"}
THEMES = ("light", "dark")
# What may happen in a scene, and must not keep the others from being taken.
TROUBLE = (AssertionError, OSError, PlaywrightError, queue.Empty)
NAMES = {"en": "Ada Lovelace", "zh": "林晓"}
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "question": "How do I read a large file line by line in Python, without loading it all?",
        "begin": "Iterate over the file object itself. It is **lazy**: only one buffer is in memory at a time.\n\n"
        "1. Open the file with `with`, so that it is closed whatever happens.\n"
        "2. Loop over it: each turn gives one line, with its line",
        "intro": "Here is a small tool that counts words, with tests:",
        "title": "A small word counter",
        "titles": ("Reading large files", "A weekend in Lisbon", "Notes on inflation", "A letter to the landlord"),
    },
    "zh": {
        "question": "怎样用 Python 逐行读取一个很大的文件，而不把它全部载入内存？",
        "begin": "直接对文件对象做循环就行。它是**惰性**的：任何时刻内存里只有一个缓冲区。\n\n"
        "1. 用 `with` 打开文件，无论发生什么都会关闭。\n2. 对它循环：每一轮得到一行，",
        "intro": "下面是一个统计词频的小工具，附带测试：",
        "title": "统计词频的小工具",
        "titles": ("读取大文件", "里斯本的周末", "关于通货膨胀的笔记", "写给房东的一封信"),
    },
}
AGES = (0, 1, 5, 40)
UNREAD = (False, True, False, False)
CODE = '''```python
from collections import Counter
from pathlib import Path


def count_words(path: Path, *, encoding: str = "utf-8", minimum_length: int = 3, ignore: frozenset[str] = frozenset()) -> Counter[str]:
    """How often each word of a file occurs. Raises OSError."""
    counts: Counter[str] = Counter()
    with path.open(encoding=encoding) as lines:
        for number, line in enumerate(lines, 1):
            words = (word.strip(".,;:!?").lower() for word in line.split())
            counts.update(word for word in words if len(word) >= minimum_length and word not in ignore)
    return counts


def test_count_words(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("The tide, the tide!")
    assert count_words(file) == {"the": 2, "tide": 2}
```

| Option | Type | Default |
|---|---|---:|
| `encoding` | `str` | `"utf-8"` |
| `minimum_length` | `int` | 3 |

> A `Counter` is a dictionary: `most_common(10)` gives the ten most frequent words.

```bash
python -m count_words --minimum-length 4 moby-dick.txt | sort --numeric-sort --reverse | head
```
'''  # noqa: E501 - one line is long on purpose


@dataclass(frozen=True)
class Look:
    """Which face of the page: a language, a theme and a width."""

    language: str
    theme: str
    width: str

    @property
    def options(self) -> dict[str, Any]:
        """Of the browser's context."""
        wide, high = WIDTHS[self.width]
        phone = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if self.width == "390" else {}
        screen = {"width": wide, "height": high}
        return {
            "viewport": screen,
            "color_scheme": self.theme,
            "locale": LANGUAGES[self.language],
            "timezone_id": "Asia/Shanghai",
            "reduced_motion": "reduce",
            **phone,
        }

    @property
    def is_phone(self) -> bool:
        """Whether the sidebar is a drawer."""
        return self.width == "390"


class Studio:
    """Takes the pictures of one look, scene by scene."""

    def __init__(self, browser: Browser, site: Site, upstream: Upstream, look: Look, only: list[str]) -> None:
        self.look, self.site, self.upstream, self.only = look, site, upstream, only
        self.words = WORDS[look.language]
        self.sessions: list[str] = []  # of the person's chats, the newest first
        self.after: Callable[[], object] | None = None  # what a scene has to put back once it is seen
        self.failed: list[str] = []  # the pictures that could not be taken, each with the reason's first line
        self.small: set[str] = set()  # what a finger would miss, and where
        self._headers: dict[str, str] = {}
        self.tab = Tab(browser.new_context(**look.options).new_page(), site.url)

    def run(self) -> None:
        """All scenes that are wanted."""
        scenes: dict[str, Callable[[], None]] = {
            "empty": self.empty,
            "streaming": self.streaming,
            "code": self.code,
            "error": self.error,
            "settings": self.settings,
            "sidebar": self.sidebar,
            "models": self.models,
            "filter": self.filter,
            **{name: partial(self.read, name) for name in reading.ANSWERS},
            **further(self),
        }
        self._take_all(outside(self))
        wanted = {name: scene for name, scene in scenes.items() if self._wants(name)}
        if wanted:
            self._sign_up()
        self._take_all(wanted)
        self.tab.page.context.close()

    def _take_all(self, scenes: dict[str, Callable[[], None]]) -> None:
        for name, scene in scenes.items():
            if self._wants(name):
                self.upstream.title = self.words["title"]
                self._take(name, scene)

    def _take(self, name: str, scene: Callable[[], None]) -> None:
        """One picture. What goes wrong is kept for the end: the other scenes are wanted all the same."""
        try:
            scene()
            self.tab.screenshot(FOLDER / self._file(name))
            if self.look.is_phone:
                self.small |= {f"{target} ({name})" for target in small_targets(self.tab.page)}
        except TROUBLE as error:
            self.failed.append(f"{self._file(name)}: {str(error).strip().splitlines()[0]}")
            self.tab.screenshot(FOLDER / "failed" / self._file(name))
        try:
            if self.after:
                self.after()
            # An answer still on its way has been seen. It goes with its chat, so that the provider is not asked again.
            self._tidy()
        except TROUBLE as error:
            self.failed.append(f"after {self._file(name)}: {str(error).strip().splitlines()[0]}")
        self.tab.page.context.set_offline(False)
        self.after = None
        self.upstream.reset()

    def empty(self) -> None:
        self.tab.open()
        expect(self.tab.get("suggestion")).to_have_count(4)

    def streaming(self) -> None:
        self.tab.open()
        self.tab.ask(self.words["question"])
        self.upstream.call().say(self.words["begin"])
        expect(self.tab.text.locator("li")).to_have_count(2)
        self.tab.page.wait_for_timeout(100)

    def code(self) -> None:
        self.tab.open()
        self.tab.ask(self.words["question"])
        self.upstream.call().answer(f"{self.words['intro']}\n\n{CODE}")
        self.tab.expect_state("completed")
        self.tab.answer.evaluate("answer => answer.scrollIntoView({block: 'start', behavior: 'instant'})")
        expect(self.tab.get("code-block").first.locator("[class^=hljs]").first).to_be_visible()
        self.tab.page.wait_for_timeout(300)

    def read(self, name: str) -> None:
        self.tab.open()
        self.tab.ask(self.words["question"])
        self.upstream.call().answer(reading.ANSWERS[name][self.look.language])
        reading.expect_read(self.tab, name)

    def error(self) -> None:
        self.tab.open()
        self.tab.ask(self.words["question"])
        self.upstream.call().refuse(401, "No.")
        expect(self.tab.get("answer-end")).to_be_visible()

    def settings(self) -> None:
        self.sidebar()
        self.tab.user_menu("settings")
        expect(self.tab.get("settings-dialog")).to_be_visible()
        self.tab.page.wait_for_timeout(300)

    def sidebar(self) -> None:
        self.tab.open()
        expect(self.tab.get("composer")).to_be_visible()
        if self.look.is_phone:
            self.tab.get("sidebar-open").tap()
        expect(self.tab.rows.first).to_be_visible()
        self.tab.page.wait_for_timeout(300)

    def models(self) -> None:
        self.tab.open()
        self.tab.click("model-picker")
        expect(self.tab.get("model-option").first).to_be_visible()
        self.tab.page.wait_for_timeout(300)

    def filter(self) -> None:
        self.sidebar()
        self.tab.click("filter-open")
        self.tab.get("filter-from").locator("input").click()
        self.tab.page.wait_for_timeout(500)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the API, as the person of the pictures."""
        url, api = f"{self.site.url}/api/{path}", self.tab.page.context.request
        answer = api.fetch(url, method=method, data=body, headers=self._headers, timeout=TIMEOUT_MS)
        assert answer.ok, answer.text()
        row: dict[str, Any] = answer.json()
        return row

    def _tidy(self) -> None:
        """Take away the chats of the scene: nobody has twenty of the same name."""
        if not self._headers:
            return
        rows = self.call("GET", "chat/sessions")["sessions"]
        own = [row["session_id"] for row in rows if row["session_id"] not in self.sessions]
        for action in ("delete", "purge") if own else ():
            self.call("POST", "chat/sessions/bulk", {"action": action, "session_ids": own})

    def _file(self, scene: str) -> str:
        return f"{scene}-{self.look.language}-{self.look.theme}-{self.look.width}.png"

    def _wants(self, scene: str) -> bool:
        return not self.only or any(part in self._file(scene) for part in self.only)

    def _sign_up(self) -> None:
        """An account with a few conversations of different ages."""
        look = self.look
        name = f"{NAMES[look.language]}-{look.theme}-{look.width}".replace(" ", "-")
        api = self.tab.page.context.request
        token = ""
        for path in ("register", "login"):
            answer = api.post(f"{self.site.url}/api/{path}", data={"username": name, "password": PASSWORD})
            assert answer.ok, answer.text()
            token = answer.json().get("access", "")
        headers = self._headers = {"Authorization": f"Bearer {token}"}
        profile = {"locale": LOCALES[look.language], "preferences": {"display_name": NAMES[look.language]}}
        self.call("PATCH", "user/info", profile)
        self.upstream.automatic = "Yes."
        for title, age, unread in zip(self.words["titles"], AGES, UNREAD, strict=True):
            body = {"message": title}
            stream = api.post(f"{self.site.url}/api/chat/stream", data=body, headers=headers).text()
            session = stream.split('"session_id":"')[1].split('"')[0]
            api.patch(
                f"{self.site.url}/api/chat/session/{session}", data={"title": title, "unread": unread}, headers=headers
            )
            self.site.backdate(session, age)
            self.sessions.append(session)
        self.upstream.automatic = ""


def main(only: list[str]) -> list[str]:
    """Take the pictures whose names have one of the words `only` in them, or all. Gives those that failed."""
    failed: list[str] = []
    upstream = Upstream()
    upstream.start()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        prepared = Path(folder, "prepared")
        prepare(prepared)
        variables = {
            "AIHELPER_PROVIDER_URL": upstream.url,
            "AIHELPER_PROVIDER_KEY": KEY,
            "AIHELPER_PROVIDER_MODELS": "qwen3-32b,deepseek-v3.1,glm-4.6-a-model-with-a-very-long-name",
            "AIHELPER_ALLOWED_PRIVATE_HOSTS": upstream.host,
        }
        site = Site("uvicorn", prepared, Path(folder, "site"), variables)
        for word, _ in states.WARNED.values():
            site.seed("blocked_word", word, "warn")  # a server that runs would notice a little later
        site.start()
        try:
            for look in itertools.starmap(Look, itertools.product(LANGUAGES, THEMES, WIDTHS)):
                studio = Studio(browser, site, upstream, look, only)
                studio.run()
                failed += studio.failed
                for target in sorted(studio.small):
                    print(f"Less than 44 pixels: {target}")
        finally:
            site.stop()
            upstream.stop()
    print(f"The pictures are in {FOLDER}.")
    return failed


if __name__ == "__main__":
    for line in (failures := main(sys.argv[1:])):
        print(f"Not taken: {line}", file=sys.stderr)
    sys.exit(bool(failures))
