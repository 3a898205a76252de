"""axe-core, run in the page as it is on the screen."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.tab import Tab

AXE = Path(ROOT, "static", "node_modules", "axe-core", "axe.min.js")
# WCAG 2.2 AA, and what axe's makers advise beyond it.
TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The rules that can come to another end in another theme.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LOOKS = 3
THEMES: tuple[tuple[Literal["dark", "light"], dict[str, Any]], ...] = (("dark", COLOURS), ("light", TAGS))


def check(tab: Tab, *names: str) -> None:
    """Nothing is wrong while all these are on the screen, in either theme."""
    for name in names:
        expect(tab.get(name).first).to_be_visible()
    found = violations(tab.page)
    assert not found, "\n".join([f"with {', '.join(names)} on the screen:", *found])


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page in its present state, in either theme: "rule: element - what to do" each."""
    found = []
    for theme, rules in THEMES:
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {line}" for line in violations_as_it_is(page, rules)]
    return found


def violations_as_it_is(page: Page, rules: dict[str, Any] = TAGS) -> list[str]:
    """The same in the theme that the page has.

    What is wrong is looked at again: a note that went while axe was looking has the colours of the way.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    for _look in range(LOOKS):
        _let_it_settle(page)
        if not (found := _run(page, rules)):
            break
    return found


def _run(page: Page, rules: dict[str, Any]) -> list[str]:
    run = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(result => result.violations)"
    found: list[dict[str, Any]] = page.evaluate(run, rules)
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
