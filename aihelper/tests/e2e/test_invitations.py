"""Coming by an invitation: from the link to the first message's box."""

from typing import Any

import pytest

from aihelper.tests.e2e.accessibility import check
from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.site import PASSWORD, Site

pytestmark = [pytest.mark.e2e, on("uvicorn")]
GONE = r"404 .*/api/invitations/look"


@BOTH
def test_a_link_leads_into_the_chat(visitor: Person, site: Site, watch: Watch, screen: dict[str, Any]) -> None:
    watch.expect(r"400 .*/api/invitations/accept")
    name, link = f"invited-{id(screen)}-{screen['viewport']['width']}", site.seed("invite")
    tab = visitor(**screen).open(link)
    tab.get("invite-username").fill("x")
    tab.get("invite-password").fill(PASSWORD)
    check(tab, "invite-form")
    tab.click("invite-submit")
    expect(tab.get("invite-username")).to_have_attribute("aria-invalid", "true")
    tab.get("invite-username").fill(name)
    tab.click("invite-submit")
    expect(tab.get("composer")).to_be_visible()
    assert tab.username == name


def test_a_used_link_says_so_in_a_sentence(visitor: Person, site: Site, watch: Watch) -> None:
    watch.expect(GONE)
    tab = visitor().open("/invite#nobody-has-ever-made-this-one")
    expect(tab.page.get_by_text("This invitation is not valid")).to_be_visible()
    # Another link in the same tab is another invitation.
    tab.open(site.seed("invite"))
    expect(tab.get("invite-form")).to_be_visible()


def test_who_is_signed_in_is_told_and_becomes_the_other(person: Person, site: Site) -> None:
    tab = person()
    before = tab.username
    tab.open(site.seed("invite"))
    expect(tab.get("invite-form")).to_contain_text(before)
    tab.get("invite-username").fill(f"{before}-again")
    tab.get("invite-password").fill(PASSWORD)
    tab.click("invite-submit")
    expect(tab.get("composer")).to_be_visible()
    assert tab.username == f"{before}-again"
