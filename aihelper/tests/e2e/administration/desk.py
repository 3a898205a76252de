"""What an administrator does with the pages: filling in, choosing, saving."""

import pytest
from playwright.sync_api import Locator, Page

from aihelper.tests.e2e.accessibility import COLOURS, violations_as_it_is
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.tab import Tab

# All on one worker: they share a site.
SCENES = [pytest.mark.e2e, pytest.mark.xdist_group("administration")]


def press(page: Page, name: str) -> None:
    """Click the button or the link with exactly this name."""
    page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).click()


def told(page: Page, words: str) -> None:
    """Wait until the page says so."""
    expect(page.get_by_text(words).first).to_be_visible()


def save(page: Page) -> None:
    """Store the form, and wait until the page says so."""
    press(page, "Save")
    told(page, "changed successfully")


def choose(page: Page, field: str, words: str) -> None:
    """Choose a row by its name, in a field that looks up while one types: by the keyboard alone."""
    page.locator(f"#id_{field} ~ .select2 .select2-selection").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".select2-search__field:focus")).to_have_count(1)
    page.keyboard.type(words)
    expect(page.locator(".select2-results__option--highlighted")).to_have_text(words)
    page.keyboard.press("Enter")


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Take a thing with the mouse, carry it beyond the middle of another, and let it go."""
    start, end = what.bounding_box(), onto.bounding_box()
    assert start and end
    across, edge = end["x"] + end["width"] / 2, 0.9 if end["y"] > start["y"] else 0.1
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(across, end["y"] + end["height"] / 2, steps=5)
    page.mouse.move(across, end["y"] + end["height"] * edge, steps=3)
    page.mouse.up()


def check(page: Page) -> None:
    """axe finds nothing, in either theme. The page stays in the other one, as after the key for it."""
    found = violations_as_it_is(page)
    dark = is_dark(page)
    page.keyboard.press("Control+e")
    page.wait_for_function("dark => document.documentElement.classList.contains('dark') !== dark", arg=dark)
    found += [f"after Control+e: {line}" for line in violations_as_it_is(page, COLOURS)]
    assert not found, "\n".join([f"at {page.url}:", *found])


def is_dark(page: Page) -> bool:
    """Whether the page is drawn in the dark."""
    return bool(page.evaluate("document.documentElement.classList.contains('dark')"))


def offered(tab: Tab) -> list[str]:
    """The models that somebody in the chat can choose, from above."""
    tab.open().click("model-picker")
    expect(tab.get("model-option").first).to_be_visible()
    return [str(row.get_attribute("data-model")) for row in tab.get("model-option").all()]
