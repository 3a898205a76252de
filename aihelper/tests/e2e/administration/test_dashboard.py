"""The overview: days are chosen, numbers and charts follow, in the dark as well; the ledger is saved as a table."""

from playwright.sync_api import Locator

from aihelper.tests.e2e.administration.desk import SCENES, check, is_dark, press
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab

pytestmark = SCENES


def test_days_are_chosen_and_numbers_and_charts_follow(chief: Tab, site: Site) -> None:
    first, last = site.seed("used", 41, 3, 1), site.seed("used", 40, 2, 0)
    page = chief.open("/admin/").page
    press(page, "90 days")
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("img", name="Messages:")).to_be_visible()
    page.get_by_label("From").fill(first)
    page.get_by_label("To", exact=True).fill(last)
    press(page, "Show")
    expect(page.get_by_role("img", name="Messages: 5 messages, of which 1 failed")).to_be_visible()
    expect(page.get_by_role("img", name="Tokens used: 750 tokens")).to_be_visible()
    expect(page.locator(".dash-tiles")).to_contain_text("0.10")
    bar, ground = page.locator(".dash-bar").first, page.locator("#main")
    light = colours(bar, ground)
    check(page)
    assert is_dark(page)
    dark = colours(bar, ground)
    assert light != dark and len({*light, *dark}) == 4


def test_the_ledger_is_saved_as_a_table(chief: Tab, site: Site) -> None:
    day = site.seed("used", 50, 2, 1)
    page = chief.open("/admin/chat/usagerecord/").page
    page.get_by_label("From").fill(day)
    page.get_by_label("To", exact=True).fill(day)
    with page.expect_download() as download:
        press(page, "Save as CSV")
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 3, lines
    assert "swift" in lines[1]


def colours(bar: Locator, ground: Locator) -> tuple[str, str]:
    """Of the chart's bars, and of what is behind them."""
    return (
        bar.evaluate("bar => getComputedStyle(bar).fill"),
        ground.evaluate("ground => getComputedStyle(ground).backgroundColor"),
    )
