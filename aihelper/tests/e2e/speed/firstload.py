"""The first load of the chat page: a signed-in person opens an existing conversation with an empty cache.

On the terms of the comparison in docs/performance.md: Chromium, 4 times slower processor, 1.6 Mbit/s down and
0.75 up, 150 ms of latency.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.speed.trace import traced

DIST = Path(ROOT, "static", "dist")
LATENCY_MS = 150
DOWN_BITS = 1_600_000
UP_BITS = 750_000
SLOWDOWN = 4
# After the first message is there, the page is watched this much longer for tasks and shifts.
AFTERMATH_MS = 1500

PROBE = """
(() => {
  const found = (window.__load = { shift: 0, composer: 0, message: 0, tasks: [], files: [] });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) found.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) found.tasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
  const shown = (selector) => document.querySelector(selector)?.getBoundingClientRect().height > 0;
  // A timer that is set in a frame runs when that frame is on the screen.
  const note = (name) => setTimeout(() => (found[name] ||= performance.now()));
  const look = () => {
    if (!found.composer && shown("[data-test=composer]:not(:disabled)")) note("composer");
    if (!found.message && shown("[data-test=message-content] .md-block, [data-test=message-content] figure")) {
      note("message");
      found.files = performance.getEntriesByType("resource").map(({ name }) => name);
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
# Playwright's own wait_for_function wants eval, which the content security policy refuses.
LOADED = """
() => new Promise((done) => {
  const look = () => (window.__load.message && window.__load.composer ? done() : setTimeout(look, 50));
  look();
})
"""
# Work of a known amount: how much of it is done per slice of 20 ms, on average and at best. The best slice had a core
# to itself; the average tells what was left of one.
CONTENTION = """
() => {
  let best = 0, all = 0;
  const slices = 20;
  for (let slice = 0; slice < slices; slice += 1) {
    let done = 0, x = 1;
    for (const until = performance.now() + 20; performance.now() < until; done += 1) {
      for (let n = 0; n < 2000; n += 1) x = (x * 16807) % 2147483647;
    }
    best = Math.max(best, done);
    all += done;
  }
  return (best * slices) / all;
}
"""
READ = """
() => ({ ...window.__load, paint: performance.getEntriesByName("first-contentful-paint")[0].startTime })
"""


@dataclass(frozen=True)
class FirstLoad:
    """Times in ms since the navigation began, net of what the page waited for a core that other processes had; sizes in
    bytes."""

    first_paint: float
    # The first message is on the screen, the composer takes text, and no long task of the loading is left.
    interactive: float
    message: float
    layout_shift: float
    script_gzip: int
    style_gzip: int
    requests: int
    transferred: int
    files: tuple[str, ...]
    # What was taken off `interactive`.
    waited: float
    # Requests begun until the first message was on the screen.
    early_requests: int
    # No clock is in it but the thread's own: two rounds of latency (the page, then all that it names), what was sent
    # before the first message at the speed of the line, and the processor time of the main thread until `interactive`.
    needed: float


def first_load(browser: Browser, address: str, cookies: BrowserContext) -> FirstLoad:
    """Open `address` as the person whose cookies these are, in a browser that has never seen the site."""
    context = browser.new_context(
        storage_state=cookies.storage_state(), locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    try:
        page = context.new_page()
        page.add_init_script(PROBE)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": DOWN_BITS // 8,
                "uploadThroughput": UP_BITS // 8,
            },
        )
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        # When each request began and ended, and how large its answer was, by the browser's own clock in seconds.
        began: dict[str, float] = {}
        ended: dict[str, tuple[float, float]] = {}

        def on_begin(event: dict[str, Any]) -> None:
            began.setdefault(event["requestId"], event["timestamp"])

        def on_end(event: dict[str, Any]) -> None:
            ended[event["requestId"]] = (event["timestamp"], event["encodedDataLength"])

        session.on("Network.requestWillBeSent", on_begin)
        session.on("Network.loadingFinished", on_end)
        contention = float(page.evaluate(CONTENTION))
        with traced(browser, page) as trace:
            page.goto(address, wait_until="commit")
            page.evaluate(LOADED)
            page.wait_for_timeout(AFTERMATH_MS)
            found = page.evaluate(READ)
        contention = (contention + float(page.evaluate(CONTENTION))) / 2
    finally:
        context.close()
    files = tuple(name.split("/static/", 1)[1] for name in found["files"] if "/static/" in name)
    loading = max(found["message"], found["composer"])
    busy_until = [start + duration for start, duration in found["tasks"]]
    interactive = max(loading, *busy_until, 0)

    # Of requests, not of the navigation, which begins some ms before the first of them.
    first_shown = min(began.values()) + found["message"] / 1000
    early = sum(size for end, size in ended.values() if end <= first_shown)

    def waited(time: float) -> float:
        return trace.busy(time) * (1 - 1 / contention)

    def net(time: float) -> float:
        return time - waited(time)

    return FirstLoad(
        first_paint=net(found["paint"]),
        interactive=net(interactive),
        message=net(found["message"]),
        layout_shift=found["shift"],
        script_gzip=sum(_gzip(name) for name in files if name.endswith(".js")),
        style_gzip=sum(_gzip(name) for name in files if name.endswith(".css")),
        requests=len(began),
        transferred=int(sum(size for _, size in ended.values())),
        files=files,
        waited=waited(interactive),
        early_requests=sum(start <= first_shown for start in began.values()),
        needed=2 * LATENCY_MS + early * 8000 / DOWN_BITS + trace.worked(interactive),
    )


def _gzip(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9))


def heaviest(load: FirstLoad) -> str:
    """The files before the first message, largest first, for somebody who looks for what to take out."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    sources = {entry["file"]: name for name, entry in manifest.items()}
    sizes = sorted(((_gzip(name), name) for name in load.files), reverse=True)
    return "\n".join(f"  {size / 1000:7.1f} kB  {name}  {sources.get(name, '')}" for size, name in sizes)
