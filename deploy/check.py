"""All that has to pass before a change is taken: `make check` calls it, and it calls the targets of the Makefile.

A failure stops nothing: the end names every target that failed, with the tests in it, so that one run tells all. What
is quick comes first. What a target says is shown when it fails; a target that passes is one line with its time.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parent.parent
# Stages, one after the other; in each stage lanes that go on side by side; in each lane targets, one after the other.
# The suites have the machine to themselves: each has as many workers as it can use.
STAGES = (
    (("format-check", "lint", "layers", "migrations", "schema-check", "types"), ("front-check",)),
    (("backend-test",),),
    (("server-test",),),
    (("faults",),),
    (("e2e",),),
)
# Of the output of a target that failed, so much is shown at once, and at the end the lines that name a test.
SHOWN_LINES = 400
NAMES_A_FAILURE = re.compile(r"^(FAILED|ERROR) |^ *FAIL  ")

_speaking = Lock()


@dataclass(frozen=True)
class Result:
    """How a target ended: its exit code, its output, its time in seconds."""

    target: str
    code: int
    output: str
    seconds: float

    @property
    def failures(self) -> list[str]:
        """The lines that say what failed; the last ones where no line says so."""
        lines = self.output.strip().splitlines()
        return list(dict.fromkeys(filter(NAMES_A_FAILURE.match, lines))) or lines[-10:]


def say(text: str) -> None:
    """For the person at the terminal, or in a log."""
    with _speaking:
        print(text, flush=True)


def run(target: str) -> Result:
    """Make a target, and say how it ended."""
    began = time.monotonic()
    words = [os.environ.get("MAKE", "make"), "--no-print-directory", "READY=@true", target]
    done = subprocess.run(  # noqa: S603 - the targets above
        words, cwd=ROOT, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    result = Result(target, done.returncode, done.stdout, time.monotonic() - began)
    minutes, seconds = divmod(round(result.seconds), 60)
    say(f"{'FAILED' if result.code else 'passed'}  {target:13} {minutes}:{seconds:02}  {_outcome(result)}".rstrip())
    if result.code:
        say("\n".join(result.output.strip().splitlines()[-SHOWN_LINES:]))
    return result


def _outcome(result: Result) -> str:
    """The line in which pytest or vitest counts, if there is one."""
    counts = [line.strip() for line in result.output.splitlines() if re.search(r"\d+ (passed|failed|skipped)", line)]
    return counts[-1].strip("= ") if counts else ""


def run_stages(stages: tuple[tuple[tuple[str, ...], ...], ...]) -> list[Result]:
    """All targets, whatever becomes of those before."""
    results: list[Result] = []
    for lanes in stages:
        with ThreadPoolExecutor(len(lanes)) as pool:
            for lane in pool.map(lambda targets: [run(target) for target in targets], lanes):
                results += lane
    return results


def main(stages: tuple[tuple[tuple[str, ...], ...], ...] = STAGES) -> int:
    """Run everything; returns 1 when something failed, and names it last."""
    began = time.monotonic()
    results = run_stages(stages)
    failed = [result for result in results if result.code]
    say(f"{len(results) - len(failed)} of {len(results)} passed in {(time.monotonic() - began) / 60:.1f} minutes")
    for result in failed:
        say(f"\nFAILED  make {result.target}")
        for line in result.failures:
            say(f"  {line}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
