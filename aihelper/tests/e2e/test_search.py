"""The search: by keyboard and by finger, in both languages, to the very place that was found."""

import re

import pytest

from aihelper.tests.e2e.accessibility import violations
from aihelper.tests.e2e.browser import PHONE, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]
LONG = "\n\n".join(f"Paragraph {number} about tides and currents." for number in range(30))


def told(tab: Tab, upstream: Upstream, *turns: tuple[str, str], new: bool = True) -> str:
    """Have a conversation; returns its id."""
    if new:
        tab.open("/")
        expect(tab.get("session-list")).to_be_attached()
    for question, text in turns:
        tab.get("composer").fill(question)
        # On a phone Enter begins a line.
        tab.click("send")
        upstream.call().answer(text)
        tab.expect_state("completed")
    return tab.session_id


def in_sight(tab: Tab, name: str, text: str) -> None:
    """Wait until the message that says this is where it is read."""
    expect(tab.get(name).filter(has_text=text)).to_be_in_viewport()


def test_by_keyboard_to_the_place(person: Person, upstream: Upstream) -> None:
    tab = person()
    whales = told(tab, upstream, ("Where do walruses sleep?", LONG), ("And whales?", LONG), ("怎样设计数据库？", LONG))
    told(tab, upstream, ("Something else entirely", "A walrus is a <b>mammal</b>."))
    tab.click("search-open")
    field = tab.get("search-input")
    expect(field).to_be_focused()
    expect(tab.get("search-start").first).to_be_visible()

    # Both chats, the places marked, nothing of the text taken for markup.
    field.fill("walrus")
    expect(tab.get("search-result")).to_have_count(2)
    expect(tab.get("search-count")).to_have_text("2 chats found")
    expect(tab.get("search-list").locator("mark").first).to_have_text(re.compile("walrus", re.IGNORECASE))
    expect(tab.get("search-list")).to_contain_text("<b>mammal</b>")

    assert violations(tab.page) == []

    # A Chinese word of two characters; down to the place; Enter.
    field.fill("数据")
    expect(tab.get("search-count")).to_have_text("1 chat found")
    field.press("ArrowDown")
    expect(tab.get("search-excerpt")).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(tab.get("search-dialog")).to_have_count(0)
    expect(tab.page).to_have_url(re.compile(f"/c/{whales}$"))
    in_sight(tab, "message-user", "怎样设计数据库")

    # The search is as it was left; the first question is far up, and it gets the focus.
    tab.click("search-open")
    expect(field).to_have_value("数据")
    field.fill("walruses sleep")
    tab.get("search-excerpt").filter(has_text="walruses").click()
    in_sight(tab, "message-user", "Where do walruses sleep")
    expect(tab.get("message-user").filter(has_text="Where do walruses")).to_be_focused()

    # Nothing found, and a way on; Ctrl+Enter opens another tab; Escape closes.
    tab.click("search-open")
    field.fill("zebra")
    expect(tab.get("search-empty")).to_be_visible()
    expect(tab.get("search-count")).to_have_text("Nothing was found.")
    field.fill("mammal")
    expect(tab.get("search-count")).to_have_text("1 chat found")
    with tab.page.context.expect_page() as opened:
        field.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile("/c/"))
    opened.value.close()
    field.press("Escape")
    expect(tab.get("search-dialog")).to_have_count(0)


def test_on_a_phone_another_branch_and_the_period(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE, locale="zh-CN")
    told(tab, upstream, ("第一个问题：海象", "海象的回答。" * 40))
    tab.get("message-user").first.tap()
    tab.get("edit").first.tap()
    tab.get("edit-input").fill("第二个问题：鲸鱼")
    tab.get("edit-send").tap()
    upstream.call().answer("鲸鱼的回答。" * 40)
    tab.expect_state("completed")
    expect(tab.get("message-user")).to_have_text(re.compile("鲸鱼"))

    tab.get("sidebar-open").tap()
    tab.get("search-open").tap()
    tab.get("search-input").fill("海象")
    expect(tab.get("search-count")).to_have_text("找到 1 个对话")
    whole = {"x": 0, "y": 0, "width": 390, "height": 844}
    tab.until(lambda: tab.get("search-dialog").bounding_box() == whole)

    # A period without it, and back.
    tab.get("facet-period").tap()
    tab.get("filter-from").locator("input").fill("2020-01-01")
    tab.get("filter-to").locator("input").fill("2020-01-02")
    tab.get("filter-to").locator("input").press("Enter")
    tab.get("filter-apply").tap()
    expect(tab.get("search-empty")).to_be_visible()
    tab.get("search-empty").get_by_role("button").tap()
    expect(tab.get("search-result")).to_have_count(1)

    # The place is on the branch that is not on show.
    tab.get("search-excerpt").filter(has_text="第一个问题").tap()
    in_sight(tab, "message-user", "第一个问题：海象")
    expect(tab.get("message-user").filter(has_text="鲸鱼")).to_have_count(0)
