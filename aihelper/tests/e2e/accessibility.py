"""axe-core, run in the page as it is on the screen."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from aihelper.lib.environment import ROOT

AXE = Path(ROOT, "static", "node_modules", "axe-core", "axe.min.js")
# WCAG 2.2 AA, and what axe's makers advise beyond it.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page in its present state, in either theme: "rule: element - what to do" each."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {line}" for line in _violations(page)]
    return found


def _violations(page: Page) -> list[str]:
    _let_it_settle(page)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    run = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(result => result.violations)"
    found: list[dict[str, Any]] = page.evaluate(run, TAGS)
    return [_line(rule, node) for rule in found for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']}: {node['html'][:200]} - {node['failureSummary']}"


@cache
def _source() -> str:
    return AXE.read_text("utf-8")


def _let_it_settle(page: Page) -> None:
    """Wait for what fades in: its colours on the way are nobody's choice. What turns for ever is left turning."""
    page.evaluate(
        "Promise.all(document.getAnimations()"
        ".filter(animation => animation.effect.getComputedTiming().endTime !== Infinity)"
        ".map(animation => animation.finished.catch(() => null)))"
    )
