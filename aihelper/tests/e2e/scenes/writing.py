"""Scenes of what goes along with a question: chips, what is dropped, the queue, menus of the composer, prompts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aihelper.tests.e2e.browser import expect

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

SETTLED_MS = 300
TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "file": "minutes-of-the-meeting-in-march.md",
        "text": "# Minutes\n\nWe met at nine. The budget was agreed.\n" * 30,
        "ask": "What was agreed, in three sentences?",
        "waiting": ("And who has to do what until when?", "Write the mail to those who were not there."),
        "prompts": (
            ("translate", "Translate", "Translate into {{language|French}}, and keep the tone:\n\n{{text}}"),
            ("summary", "Sum up in five lines", "Sum up the text below in five lines.\n\n{{text}}"),
        ),
    },
    "zh": {
        "file": "三月例会会议纪要（定稿）.md",
        "text": "# 会议纪要\n\n九点开会，预算已经通过。\n" * 40,
        "ask": "会上定了什么？用三句话说明。",
        "waiting": ("谁在什么时候之前要完成什么？", "给没到场的人写一封邮件。"),
        "prompts": (
            ("翻译", "翻译", "翻译成{{语言|法语}}，保持原来的语气：\n\n{{原文}}"),
            ("总结", "五行总结", "用五行总结下面的内容。\n\n{{原文}}"),
        ),
    },
}
DRAG = """(page, [name, text, kinds]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name, { type: "text/plain" }));
    for (const kind of kinds)
        page.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, words = studio.tab, TEXTS[studio.look.language]

    def ready() -> None:
        tab.open()
        tab.ready()

    def drag(*kinds: str) -> None:
        tab.page.locator("main").evaluate(DRAG, [words["file"], words["text"], kinds])

    def chips() -> None:
        ready()
        for number in range(1, 3):
            drag("dragenter", "dragover", "drop")
            expect(tab.get("chip")).to_have_count(number)
            expect(tab.get("chip").last).to_have_attribute("data-state", "ready")
        tab.get("composer").fill(words["ask"])
        tab.page.wait_for_timeout(SETTLED_MS)

    def cleared() -> None:
        """What a scene before has left in the composer would be in the way."""
        ready()
        while tab.get("chip-remove").count():
            tab.get("chip-remove").first.click()
        tab.get("composer").fill("")

    def drop() -> None:
        cleared()
        drag("dragenter", "dragover")
        expect(tab.get("drop-overlay")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def plus() -> None:
        ready()
        tab.click("composer-add")
        expect(tab.get("add-file")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def queue() -> None:
        ready()
        tab.ask(studio.words["question"])
        studio.upstream.call().say(studio.words["begin"])
        expect(tab.text.locator("li")).to_have_count(2)
        for text in words["waiting"]:
            tab.ask(text)
        expect(tab.get("queued")).to_have_count(2)

    def stored() -> None:
        """Two prompts of one's own; once is enough."""
        if studio.call("GET", "prompts")["prompts"]:
            return
        for command, title, text in words["prompts"]:
            studio.call("POST", "prompts", {"command": command, "title": title, "text": text})

    def prompts() -> None:
        stored()
        plus()
        tab.click("add-prompt")
        expect(tab.get("prompt-row").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def prompt_form() -> None:
        prompts()
        tab.click("prompt-new")
        expect(tab.get("prompt-form")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def slash() -> None:
        stored()
        ready()
        tab.get("composer").fill("/")
        expect(tab.get("slash-item").first).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    def fill() -> None:
        slash()
        tab.get("slash-item").first.click()
        expect(tab.get("fill-form")).to_be_visible()
        tab.page.wait_for_timeout(SETTLED_MS)

    return {
        "plus": plus,
        "slash": slash,
        "fill": fill,
        "prompts": prompts,
        "prompt-form": prompt_form,
        "queue": queue,
        "chips": chips,
        "drop": drop,
    }
