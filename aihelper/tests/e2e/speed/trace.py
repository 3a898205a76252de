"""What the main thread of a page did, by Chromium's tracing.

Times are those of the thread's own clock: what the processor spent on the page, however many others wanted it too.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

CATEGORIES = ["toplevel", "devtools.timeline", "blink.user_timing", "__metadata"]
# A task is long above this, as in the browsers' Long Tasks API. In ms.
LONG_MS = 50.0
# For what happens once, when a long answer is opened: nobody sees a pause of a tenth of a second.
OPENED_MS = 100.0
TASKS = {"ThreadControllerImpl::RunTask", "RunTask"}

Event = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """In ms: when it began, on the clock of the trace; how long it took; what the processor spent on it."""

    start: float
    wall: float
    own: float


@dataclass
class Trace:
    """The tasks of the main thread of the page that worked most."""

    tasks: list[Task] = field(default_factory=list)
    # When the last navigation began, on the clock of the trace.
    navigation: float = 0.0

    @property
    def total(self) -> float:
        """Processor time of all tasks together."""
        return sum(task.own for task in self.tasks)

    @property
    def longest(self) -> float:
        """Processor time of the longest one."""
        return max((task.own for task in self.tasks), default=0.0)

    def above(self, limit: float) -> int:
        """How many took more than this."""
        return sum(task.own > limit for task in self.tasks)

    def worked(self, until: float) -> float:
        """What the processor spent on the page in the first `until` ms after the navigation began."""
        return sum(task.own for task in self.tasks if self.navigation <= task.start < self.navigation + until)

    def busy(self, until: float) -> float:
        """For how long the page's main thread was at work in the first `until` ms after the navigation began."""
        before = (task for task in self.tasks if self.navigation <= task.start < self.navigation + until)
        return sum(task.wall for task in before)


@contextmanager
def traced(browser: Browser, page: Page) -> Iterator[Trace]:
    """Trace what happens inside; the result is filled at the end."""
    trace = Trace()
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        yield trace
    finally:
        events: list[Event] = json.loads(browser.stop_tracing())["traceEvents"]
        thread, trace.tasks = _busiest(events)
        began = [event["ts"] for event in events if event.get("name") == "navigationStart" and _thread(event) == thread]
        trace.navigation = max(began, default=0) / 1000


def _thread(event: Event) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _busiest(events: list[Event]) -> tuple[tuple[int, int], list[Task]]:
    names = (event for event in events if event.get("name") == "thread_name")
    tasks: dict[tuple[int, int], list[Task]] = {
        _thread(event): [] for event in names if event["args"].get("name") == "CrRendererMain"
    }
    for event in events:
        if event.get("ph") == "X" and event.get("name") in TASKS and _thread(event) in tasks:
            # The time of the thread is left out where it is nothing. In virtual machines its clock jumps now and then:
            # no task was at work for longer than it lasted.
            own = min(event.get("tdur", 0), event["dur"])
            task = Task(event["ts"] / 1000, event["dur"] / 1000, own / 1000)
            tasks[_thread(event)].append(task)
    return max(tasks.items(), key=lambda item: sum(task.own for task in item[1]), default=((0, 0), []))
