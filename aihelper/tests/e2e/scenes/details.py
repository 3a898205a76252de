"""Scenes of what is easily overlooked: folded questions, pictures and wide drawings, notices, forms within dialogs."""

# ruff: noqa: E501 - texts for people

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Route

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.scenes.turns import tell

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
PICTURES = "https://pictures.example.org"
LETTER = {
    "en": "Please shorten this letter, and keep its tone:\n\n"
    + "\n".join(
        f"{number}. The tap in the kitchen has been dripping since the spring, and nobody has come."
        for number in range(1, 40)
    ),
    "zh": "请把这封信改短一些，语气不变：\n\n"
    + "\n".join(f"{number}. 厨房的水龙头从春天起就一直滴水，至今没有人来修。" for number in range(1, 40)),
}
SEEN = {
    "en": f"The castle stands above the old town, and is seen from everywhere:\n\n![The castle above the old town]({PICTURES}/castle.svg)\n\nGo there in the evening.",
    "zh": f"城堡矗立在老城之上，从哪里都看得见：\n\n![老城上方的城堡]({PICTURES}/castle.svg)\n\n傍晚去最好。",
}
CASTLE = """<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="675" viewBox="0 0 1200 675">
<rect width="1200" height="675" fill="#e8c9a0"/><circle cx="900" cy="210" r="70" fill="#f6e7c8"/>
<path d="M0 675V470l260-120 190 90 210-160 260 190 280-90v295z" fill="#7a6a5c"/>
<path d="M520 330V190h40v-30h40v30h60v-30h40v30h40v160z" fill="#4b4038"/></svg>"""
STEPS = {
    "en": ("Question", "Draft", "Outbox", "Server", "Queue", "Provider", "First token", "Answer", "Archive"),
    "zh": ("提问", "草稿", "待发送", "服务器", "排队", "服务商", "第一个词元", "回答", "归档"),
}


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, language, phone = studio.tab, studio.look.language, studio.look.is_phone

    def told(question: str, answer: str) -> None:
        tab.open()
        tab.ask(question)
        studio.upstream.call().answer(answer)
        tab.expect_state("completed")

    def long_question() -> None:
        told(LETTER[language], "👍")
        expect(tab.get("text-fold")).to_be_visible()
        tab.get("text-fold").evaluate("button => button.scrollIntoView({block: 'center', behavior: 'instant'})")
        tab.page.wait_for_timeout(SETTLED_MS)

    def give(route: Route) -> None:
        route.fulfill(body=CASTLE, content_type="image/svg+xml")

    def picture() -> None:
        tab.page.context.route(f"{PICTURES}/**", give)
        told(studio.words["question"], SEEN[language])
        tab.text.locator("a.remote-image").click()
        expect(tab.get("remote-picture")).to_have_attribute("data-state", "shown")
        tab.page.wait_for_timeout(SETTLED_MS)

    def wide() -> None:
        steps = STEPS[language] * 2
        arrows = "\n".join(f"  s{n}[{name}] --> s{n + 1}" for n, name in enumerate(steps))
        told(studio.words["question"], f"```mermaid\nflowchart LR\n{arrows}[✓]\n```")
        expect(tab.get("diagram")).to_have_attribute("data-state", "drawn")
        tab.page.wait_for_timeout(SETTLED_MS)

    def enlarged() -> None:
        wide()
        tab.click("diagram-enlarge")
        large = tab.get("diagram-dialog").get_by_test_id("diagram")
        expect(large).to_have_attribute("data-state", "drawn")
        tab.page.wait_for_timeout(SETTLED_MS)

    def undo() -> None:
        tell(studio)
        session = tab.session_id
        tab.click("topbar-menu")
        tab.click("session-delete")
        expect(tab.get("notice-action")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)
        studio.after = lambda: studio.call(
            "POST", "chat/sessions/bulk", {"action": "restore", "session_ids": [session]}
        )

    def notice() -> None:
        """Above a dialog that is open."""
        body = {"command": "x-once", "title": "Once", "text": "Once"}
        studio.call("POST", "prompts", body)
        studio.sidebar()
        tab.user_menu("menu-prompts")
        tab.get("prompt-row").filter(has_text="Once").get_by_test_id("prompt-delete").click()
        expect(tab.get("notice-action")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def delete_account() -> None:
        studio.settings()
        tab.click("settings-tab-data")
        tab.click("delete-chats")
        tab.click("delete-account")
        tab.get("delete-account-password").scroll_into_view_if_needed()
        tab.page.wait_for_timeout(SETTLED_MS)

    def compare_next() -> None:
        tab.open()
        tab.ready()
        if phone:
            tab.click("composer-add")
        tab.click("add-compare" if phone else "compare-next")
        expect(tab.get("panel-compare-next")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def attachment() -> None:
        tab.open()
        tab.ready()
        if not tab.get("chip").count():
            if not tab.get("file-input").count():
                tab.click("composer-add")
                expect(tab.get("add-file")).to_be_visible()
                tab.page.keyboard.press("Escape")
            tab.get("file-input").set_input_files(str(Path(ROOT, "docs", "architecture.md")))
        expect(tab.get("chip").first).to_have_attribute("data-state", "ready")
        tab.get("chip-preview").first.click()
        expect(tab.get("attachment-preview")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

        def away() -> None:
            tab.page.keyboard.press("Escape")
            tab.get("chip-remove").first.click()

        studio.after = away

    return {
        "long-question": long_question,
        "picture": picture,
        "wide-diagram": wide,
        "diagram-enlarged": enlarged,
        "undo": undo,
        "notice-in-dialog": notice,
        "delete-account": delete_account,
        "compare-next": compare_next,
        "attachment": attachment,
    }
