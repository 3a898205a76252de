"""`make bench-ui`: what it costs to show an answer while it is being written, in a real Chromium.

The page of static/bench/ is built for it and served by itself. Ours is what the chat page does (frame queue, reducer,
store, list, markdown); beside it, in the same run, a naive page that renders the whole text again at every frame, with
the same parser, sanitiser and colours. Processor time is that of the page's main thread (speed/trace.py).
"""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.browser import chromium
from aihelper.tests.e2e.speed.trace import LONG_MS, OPENED_MS, traced

STATIC = Path(ROOT, "static")
# Kind of text (static/bench/texts.ts) and tokens.
ANSWERS = {
    "short": ("prose", 300),
    "long": ("long", 50_000),
    "code-heavy": ("code", 10_000),
    "table-heavy": ("table", 10_000),
    "math-heavy": ("math", 10_000),
}
# A fast model gives 2 to 5 tokens per frame; with more of them the long answer takes seconds and not minutes.
PER_FRAME = 50
# The naive page is drawn at so many of the frames, evenly spread; the rest costs what those cost.
SAMPLES = 40
LEAST_RATIO = 10.0
# Answers that were written before, opened: kind and tokens. A list of 4,000 items is one block of markdown.
WRITTEN = {"long": 50_000, "list": 40_000, "code": 10_000, "table": 10_000, "math": 10_000}


class DidNotBuild(Exception):
    """Vite failed; the text is what it said."""


@dataclass(frozen=True)
class Figures:
    """Of one answer. Times in ms of processor time."""

    tokens: int
    frames: int
    total: float
    longest: float
    dropped: int
    naive: float
    naive_longest: float

    @property
    def per_thousand(self) -> float:
        """Main-thread time per 1,000 tokens."""
        return self.total / self.tokens * 1000

    @property
    def ratio(self) -> float:
        """How many times as much the naive page takes."""
        return self.naive / self.total


def build(folder: Path) -> None:
    """Build the benchmark page. Raises DidNotBuild."""
    command = ["npm", "exec", "--", "vite", "build", "--config", "bench/vite.config.ts", "--outDir", str(folder)]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        command, cwd=STATIC, env={"PATH": path, "HOME": str(folder)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DidNotBuild(done.stdout + done.stderr)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output belongs to the figures."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve it on a port of the loopback; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def bench_page(browser: Browser) -> Iterator[Page]:
    """The benchmark page, built, open and ready."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        with served(Path(folder)) as address:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(address)
            page.evaluate("() => window.bench.ready")
            # Once over all kinds: what is fetched and compiled at the first time is not what is asked for.
            for kind, _ in ANSWERS.values():
                page.evaluate("([kind]) => window.bench.ours(kind, 600, 50)", [kind])
            yield page
            context.close()


def measure(
    browser: Browser, page: Page, kind: str, tokens: int, *, per_frame: int = PER_FRAME, samples: int = SAMPLES
) -> Figures:
    """Stream one answer, ours and then naively."""
    page.evaluate("() => window.bench.clear()")
    with traced(browser, page) as trace:
        ours = page.evaluate("(given) => window.bench.ours(...given)", [kind, tokens, per_frame])
    samples = min(samples, ours["frames"])
    page.evaluate("() => window.bench.clear()")
    with traced(browser, page) as naive:
        page.evaluate("(given) => window.bench.naive(...given)", [kind, tokens, per_frame, samples])
    return Figures(
        tokens=tokens,
        frames=ours["frames"],
        total=trace.total,
        longest=trace.longest,
        dropped=ours["dropped"],
        naive=naive.total * ours["frames"] / samples,
        naive_longest=naive.longest,
    )


def opened(browser: Browser, page: Page, kind: str, tokens: int) -> float:
    """The longest task, in ms of processor time, when a conversation that ends with this answer is opened."""
    page.evaluate("() => window.bench.clear()")
    with traced(browser, page) as trace:
        page.evaluate("(given) => window.bench.opened(...given)", [kind, tokens])
    return trace.longest


def main() -> None:
    """Measure all answers and print them. Ends with 1 when a limit is not kept."""
    head = ("answer", "tokens", "ms/1,000", "longest", "dropped", "naive ms/1,000", "longest", "ratio")
    widths = (12, 8, 10, 9, 14, 16, 9, 8)
    print("".join(f"{word:>{width}}" for word, width in zip(head, widths, strict=True)))
    fine = True
    with chromium() as browser, bench_page(browser) as page:
        for name, (kind, tokens) in ANSWERS.items():
            found = measure(browser, page, kind, tokens)
            cells = (
                name,
                f"{tokens:,}",
                f"{found.per_thousand:.1f} ms",
                f"{found.longest:.0f} ms",
                f"{found.dropped} of {found.frames}",
                f"{found.naive / tokens * 1000:.0f} ms",
                f"{found.naive_longest:.0f} ms",
                f"{found.ratio:.1f}",
            )
            print("".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)), flush=True)
            fine &= found.longest < LONG_MS and (name != "long" or found.ratio >= LEAST_RATIO)
        print("\nLongest task when it is opened, written before:")
        for kind, tokens in WRITTEN.items():
            longest = min(opened(browser, page, kind, tokens) for _ in range(3))
            print(f"{kind:>12}{tokens:>8,}{longest:>10.0f} ms", flush=True)
            fine &= longest < OPENED_MS
    print(
        "\nMain-thread processor time; naive: the whole text through the same parser at every frame, "
        f"drawn at up to {SAMPLES} of the frames.\nDropped frames are those of this machine, with all else it does."
    )
    if not fine:
        sys.exit(f"A task was longer than {LONG_MS:.0f} ms, or the long answer's ratio is below {LEAST_RATIO:.0f}.")


if __name__ == "__main__":
    main()
