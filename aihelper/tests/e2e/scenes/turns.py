"""Scenes of what is done with single messages: two side by side, editing, menus, rating, details, a cut answer."""

# ruff: noqa: E501 - texts for people

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
QUESTION = {
    "en": ("How do I best get from Lisbon to Porto?", "From Lisbon to Porto"),
    "zh": ("从里斯本去波尔图，怎么走最好？", "从里斯本到波尔图"),
}
LEFT = {
    "en": "Go by train. It takes **four hours**, you can read, and you arrive in the middle of the town.\n\n"
    "- No luggage limits\n- A window seat costs nothing\n- The last one leaves at 21:40",
    "zh": "坐火车去。全程**四个小时**，路上可以看书，下车就在市中心。\n\n- 行李不限重\n- 靠窗座位不加价\n- 末班车 21:40 发车",
}
RIGHT = {
    "en": "It depends on what you value:\n\n| Way | Hours | Price |\n|---|---:|---:|\n| Train | 4.0 | 49 € |\n| Car | 3.5 | 38 € |\n\n"
    "By car you are free to stop at the",
    "zh": "取决于你更看重什么：\n\n| 方式 | 小时 | 价格 |\n|---|---:|---:|\n| 火车 | 4.0 | 49 € |\n| 开车 | 3.5 | 38 € |\n\n开车的话可以随时停下来，",
}


def ask(studio: "Studio") -> None:
    """Begin a chat that LEFT and RIGHT are answers in."""
    question, studio.upstream.title = QUESTION[studio.look.language]
    studio.tab.open()
    studio.tab.ask(question)


def tell(studio: "Studio") -> None:
    """A chat with one answer."""
    ask(studio)
    studio.upstream.call().answer(LEFT[studio.look.language])
    studio.tab.expect_state("completed")


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, language, phone = studio.tab, studio.look.language, studio.look.is_phone

    def opened_menu() -> None:
        tell(studio)
        tab.answer.hover()
        tab.answer.get_by_test_id("message-more").click()
        expect(tab.get("menu-details")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def compare() -> None:
        opened_menu()
        tab.click("menu-compare")
        tab.get("panel-compare").locator('[data-model="deepseek-v3.1"]').click()
        studio.upstream.call().say(RIGHT[language])
        if phone:
            tab.get("compare-tab").nth(1).click()
        expect(tab.get("compare-column").nth(1).locator("table")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def regenerate() -> None:
        tell(studio)
        if phone:
            tab.answer.get_by_test_id("message-more").click()
        tab.click("menu-regenerate-with" if phone else "regenerate-with")
        expect(tab.get("panel-regenerate")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def edit() -> None:
        tell(studio)
        tab.get("message-user").hover()
        tab.click("edit")
        expect(tab.get("edit-input")).to_be_focused()

    def rating() -> None:
        tell(studio)
        if phone:
            tab.answer.get_by_test_id("message-more").click()
            tab.click("menu-bad")
        else:
            tab.click("rate-bad")
        tab.click("reason-inaccurate")
        tab.page.wait_for_timeout(SETTLED_MS)

    def details() -> None:
        opened_menu()
        tab.click("menu-details")
        expect(tab.get("answer-details")).to_be_visible()

    def cut() -> None:
        ask(studio)
        call = studio.upstream.call()
        call.say(LEFT[language])
        call.finish("length")
        expect(tab.get("answer-end")).to_be_visible()

    return {
        "compare": compare,
        "message-menu": opened_menu,
        "regenerate": regenerate,
        "edit": edit,
        "rating": rating,
        "details": details,
        "cut": cut,
    }
