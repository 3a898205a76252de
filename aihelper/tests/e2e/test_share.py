"""Sharing a chat by a link: its owner, people who are signed in, everybody, and nobody any more."""

import re

import pytest

from aihelper.tests.e2e.browser import DESK, PHONE, Watch, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.site import PASSWORD, Site
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]
ANSWER = "**Tea** is best:\n\n```python\nprint('tea')\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"


def test_a_chat_is_shared_read_carried_on_and_taken_back(
    visitor: Person, person: Person, upstream: Upstream, watch: Watch, site: Site
) -> None:
    watch.expect(r"404 \(Not Found\)")
    owner = person(**DESK)
    owner.ask("Tea or coffee?")
    call = upstream.call()
    call.say("Let me think of leaves.", kind="reasoning_content")
    call.answer(ANSWER)
    owner.expect_state("completed")
    session_id = owner.session_id

    # The owner makes a link, for everybody.
    owner.choose(session_id, "share")
    owner.get("share-preview").locator("summary").click()
    expect(owner.get("share-preview")).to_contain_text("Tea or coffee?")
    owner.get("share-public").locator("input").check()
    owner.click("share-create")
    address = owner.get("share-address").input_value()
    assert re.fullmatch(re.escape(site.url) + r"/s/[\w-]{32}", address)
    path = address.removeprefix(site.url)

    # A visitor without an account reads it, and loads nothing of the chat itself.
    guest = visitor(**PHONE, color_scheme="dark", locale="zh-CN")
    asked: list[str] = []
    guest.page.on("request", lambda request: asked.append(request.url))
    guest.open(path)
    expect(guest.get("shared-question")).to_contain_text("Tea or coffee?")
    expect(guest.get("shared-answer").locator("strong")).to_have_text("Tea")
    expect(guest.get("shared-answer").locator("pre")).to_contain_text("print")
    expect(guest.get("reasoning")).to_have_count(0)
    assert not [url for url in asked if "/api/" in url or "/main-" in url and url.endswith(".js")]

    # Signing in on the way, they carry it on in an account of their own.
    guest.click("carry-on")
    expect(guest.page).to_have_url(re.compile(r"/login\?next="))
    account = {"username": "guest", "password": PASSWORD}
    assert guest.page.context.request.post(f"{site.url}/api/register", data=account).ok
    guest.sign_in("guest", PASSWORD)
    expect(guest.page).to_have_url(re.compile(r"/c/[0-9a-f-]{36}$"))
    assert guest.session_id != session_id
    expect(guest.get("message-user")).to_contain_text("Tea or coffee?")
    guest.ask("And milk?")
    call = upstream.call()
    assert [message["content"] for message in call.request["messages"]][-3:] == ["Tea or coffee?", ANSWER, "And milk?"]
    call.answer("Never.")
    guest.expect_state("completed")
    expect(owner.page.get_by_text("And milk?")).to_have_count(0)

    # The chat grows: the link does not, until its owner says so.
    owner.click("dialog-close")
    owner.ask("Which tea?")
    upstream.call().answer("Green.")
    owner.expect_state("completed")
    guest.open(path)
    expect(guest.get("shared-question")).to_have_count(1)
    owner.choose(session_id, "share")
    expect(owner.get("share-grown")).to_be_visible()
    owner.click("share-refresh")
    expect(owner.get("share-grown")).to_have_count(0)
    owner.get("share-reasoning").locator("input").check()
    expect(owner.get("share-reasoning").locator("input")).to_be_enabled()
    guest.page.reload()
    expect(guest.get("shared-question")).to_have_count(2)
    expect(guest.get("reasoning").get_by_role("button")).to_have_text(re.compile(r"^思考了 \d+ 秒$"))

    # For people with an account only: whoever is signed out is asked to sign in, and comes back.
    owner.get("share-members").locator("input").check()
    expect(owner.get("share-members").locator("input")).to_be_enabled()
    stranger = visitor().open(path)
    expect(stranger.page).to_have_url(re.compile(r"/login\?next=/s/"))
    stranger.sign_in("guest", PASSWORD)
    expect(stranger.get("shared-question")).to_have_count(2)

    # Taken back from the list of all links: gone for everybody, in the same way.
    owner.click("dialog-close")
    owner.user_menu("menu-shares")
    expect(owner.get("shares-row")).to_have_count(1)
    owner.click("shares-revoke")
    owner.click("shares-revoke-sure")
    expect(owner.get("shares-empty")).to_be_visible()
    for tab in (owner, guest, stranger):
        answer = tab.page.goto(address)
        assert answer and answer.status == 404
    texts = {visitor().open(each).page.content() for each in (path, f"/s/{'A' * 32}")}
    assert len(texts) == 1


def test_the_dialog_on_a_phone(person: Person, upstream: Upstream) -> None:
    tab = person(**PHONE, color_scheme="dark", locale="zh-CN")
    tab.ask("你好")
    upstream.call().answer("你好！")
    tab.expect_state("completed")
    tab.click("topbar-menu")
    tab.click("session-share")
    tab.click("share-create")
    expect(tab.get("share-address")).to_be_visible()

    def fits() -> bool:
        box = tab.get("share-copy").bounding_box()
        return box is not None and box["height"] >= 42 and box["x"] + box["width"] <= 390

    tab.until(fits)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
