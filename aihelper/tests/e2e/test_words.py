"""Words that an administrator has blocked, as people meet them: refused, masked, asked about."""

from typing import Any

import pytest

from aihelper.tests.e2e.accessibility import check
from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]
BLOCKED, MASKED, WARNED, LAST = "grumpfish", "snorkwort", "blivetry", "zzyzxword"


def in_force(tab: Tab, site: Site) -> None:
    """Block the words, and wait until the server knows them: it does when it knows the last one."""
    for word, action in ((BLOCKED, "block"), (MASKED, "mask"), (WARNED, "warn"), (LAST, "block")):
        site.seed("blocked_word", word, action)
    cookies = {cookie["name"]: cookie["value"] for cookie in tab.page.context.cookies()}
    token = next(value for name, value in cookies.items() if "csrf" in name)
    headers = {"x-csrftoken": token, "origin": tab.origin}
    body = {"name": "words.txt", "text": LAST}

    def refused() -> bool:
        answer = tab.page.context.request.post(f"{tab.origin}/api/chat/documents", data=body, headers=headers)
        return answer.status == 400

    tab.until(refused, pause=500)


@BOTH
def test_what_people_see_of_them(
    person: Person, site: Site, upstream: Upstream, watch: Watch, screen: dict[str, Any]
) -> None:
    watch.expect(r"400 .Bad Request")
    tab = person(**screen)
    in_force(tab, site)
    tab.ask(f"What a {MASKED}, says the SNORK\u00adWORT.")
    upstream.call().answer("Indeed.")
    tab.expect_state("completed")
    expect(tab.get("message-user").last).to_contain_text("What a ***, says the ***.")
    tab.open(f"/c/{tab.session_id}")
    expect(tab.get("message-user").last).to_contain_text("What a ***, says the ***.")

    tab.ask(f"You {BLOCKED}!")
    expect(tab.get("answer-end")).to_contain_text("a word that is not allowed here")
    check(tab, "answer-end", "take-back")
    tab.click("take-back")
    expect(tab.get("composer")).to_have_value(f"You {BLOCKED}!")

    tab.get("composer").fill("")
    tab.ask(f"A little {WARNED} only.")
    expect(tab.get("answer-end")).to_contain_text(WARNED)
    check(tab, "answer-end", "send-anyway")
    tab.click("send-anyway")
    call = upstream.call()
    assert WARNED in call.last_said["content"]
    call.say("So")
    tab.expect_state("running")
