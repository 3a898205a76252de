"""Scenes of moments: before the first word, thoughts, what is being loaded, what an administrator's limits say."""

# ruff: noqa: E501 - texts for people

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.scenes.turns import LEFT, RIGHT, ask, tell

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
CONVERSATION = re.compile(r"/api/chat/session/[0-9a-f-]{36}")
NOWHERE = "/c/00000000-0000-4000-8000-000000000000"
THOUGHTS = {
    "en": "The traveller wants to get from Lisbon to Porto. There is the train, the coach and the car.\n\nThe train takes about four hours with the slow one, and just under three with the fast one; I should name both.\n\nA price depends on how early one books, so I give a range.",
    "zh": "用户想从里斯本去波尔图，可以坐火车、长途汽车，也可以自己开车。\n\n慢车大约四个小时，快车不到三个小时，两种都应该提到。\n\n票价取决于提前多久预订，所以给出一个范围比较合适。",
}
ANNOUNCED = {
    "en": "**Tonight from 22:00** the server moves to a larger machine. Chats are kept; for ten minutes nobody can write. [Why?](https://example.org/move)",
    "zh": "**今晚 22:00 起**，服务器将迁移到性能更好的机器上。对话不会丢失，期间约十分钟无法发送消息。[了解详情](https://example.org/move)",
}
WARNED = {
    "en": ("confidential", "Please shorten this confidential letter to the landlord."),
    "zh": ("机密", "请把这封写给房东的机密信件改短一些。"),
}


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, language = studio.tab, studio.look.language

    def thinking() -> None:
        ask(studio)
        studio.upstream.call()
        expect(tab.get("thinking").locator("span")).to_be_visible()

    def reasoning() -> None:
        ask(studio)
        studio.upstream.call().say(THOUGHTS[language], kind="reasoning_content")
        expect(tab.get("reasoning")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def thought() -> None:
        ask(studio)
        call = studio.upstream.call()
        call.say(THOUGHTS[language], kind="reasoning_content")
        call.answer(LEFT[language])
        tab.expect_state("completed")
        tab.get("reasoning").get_by_role("button").click()
        tab.page.wait_for_timeout(SETTLED_MS)

    def stopped() -> None:
        ask(studio)
        studio.upstream.call().say(RIGHT[language])
        expect(tab.text.locator("table")).to_be_visible()
        tab.click("stop")
        expect(tab.get("answer-end")).to_be_visible()

    def siblings() -> None:
        tell(studio)
        tab.answer.get_by_test_id("regenerate").click()
        studio.upstream.call().answer(RIGHT[language])
        expect(tab.answer.get_by_test_id("siblings")).to_be_visible()
        tab.expect_state("completed")

    def tries() -> None:
        """The details of an answer that was given at the second try, as administrators see them."""
        studio.site.seed("administrator", tab.username, True)
        studio.after = lambda: studio.site.seed("administrator", tab.username, False)
        ask(studio)
        studio.upstream.call().refuse(503, "Busy.")
        studio.upstream.call().answer(LEFT[language])
        tab.expect_state("completed")
        tab.answer.hover()
        tab.answer.get_by_test_id("message-more").click()
        tab.click("menu-details")
        expect(tab.get("answer-details")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def loading() -> None:
        tab.page.route(CONVERSATION, lambda route: None)
        studio.after = lambda: tab.page.unroute(CONVERSATION)
        studio.sidebar()
        tab.row(studio.sessions[0]).get_by_role("link").click()
        expect(tab.page.locator("main [aria-busy=true], main .skeleton").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def missing() -> None:
        tab.open(NOWHERE)
        expect(tab.page.get_by_role("alert")).to_be_visible()

    def warned() -> None:
        studio.empty()
        tab.ask(WARNED[language][1])
        expect(tab.get("send-anyway")).to_be_visible()

    def quota() -> None:
        """Three messages a day."""
        budget = studio.site.seed("budget", tab.username, 3)
        studio.after = lambda: studio.site.seed("no_budget", budget)
        studio.empty()
        expect(tab.get("quota")).to_be_visible()

    def announced() -> None:
        number = studio.site.seed("announce", tab.username, ANNOUNCED[language], "warning")
        studio.after = lambda: studio.site.seed("withdraw", number)
        studio.empty()
        expect(tab.get("announcement")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    return {
        "announced": announced,
        "thinking": thinking,
        "reasoning": reasoning,
        "thought": thought,
        "stopped": stopped,
        "siblings": siblings,
        "tries": tries,
        "loading": loading,
        "missing": missing,
        "warned": warned,
        "quota": quota,
    }
