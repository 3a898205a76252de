"""The page without a network: the shell and the copies of chats, what is written meanwhile, and new versions."""

import json
import re
from typing import Any

import pytest

from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import BOTH, Person, on
from aihelper.tests.e2e.kept import wait_until, wait_until_kept
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]
UNREACHABLE = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED|WebSocket|Failed to fetch"


@BOTH
def test_chats_are_there_without_a_network(
    person: Person, upstream: Upstream, watch: Watch, screen: dict[str, Any]
) -> None:
    watch.expect(UNREACHABLE)
    tab = person(service_workers="allow", **screen)
    tab.ask("What is kept?")
    upstream.call().answer("**This** is.")
    tab.expect_state("completed")
    first = tab.session_id
    wait_until_kept(tab, "/api/chat/sessions", "A fine title")
    wait_until_kept(tab, f"/api/chat/session/{first}", "**This** is.")

    # Started anew without a network: the same page, from copies, and it says so.
    tab.page.context.set_offline(True)
    tab.open("/")
    expect(tab.get("composer")).to_be_visible()
    tab.show_list()
    expect(tab.row(first)).to_contain_text("A fine title")
    tab.row(first).click()
    expect(tab.text.locator("strong")).to_have_text("This")
    expect(tab.get("link-state")).to_have_text(re.compile(r"Offline: read-only copy from \d\d:\d\d"))

    # What is written meanwhile is sent once, when there is a network again.
    tab.ask("And now?")
    tab.page.context.set_offline(False)
    tab.page.evaluate("window.dispatchEvent(new Event('online'))")
    call = upstream.call()
    assert call.last_said["content"] == "And now?"
    call.answer("All is well.")
    tab.expect_text("All is well.")
    expect(tab.get("link-state")).to_have_count(0)
    expect(tab.get("message-user")).to_have_count(2)


def test_a_new_version_is_told_and_comes_when_asked_for(person: Person, site: Site) -> None:
    tab = person(service_workers="allow")
    wait_until_kept(tab, "owner")
    manifest = site.directory / "staticfiles" / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    tab.page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    expect(tab.get("notice")).to_contain_text("A new version is ready")
    with tab.page.expect_navigation():
        tab.click("notice-action")
    expect(tab.get("composer")).to_be_visible()
    shells = "caches.keys().then((names) => names.filter((name) => name.startsWith('shell-')))"
    tab.until(lambda: len(tab.page.evaluate(shells)) == 1)


def test_a_file_of_another_build_is_no_dead_end(person: Person, watch: Watch) -> None:
    watch.expect(r"404 \(Not Found\)|Failed to fetch dynamically|MIME type|preload")
    tab = person().at_rest()  # the page's own watch for it comes with the part for the time without a network
    tab.page.route(re.compile(r"/static/assets/SettingsDialog-"), lambda route: route.fulfill(status=404))
    tab.user_menu("settings")
    expect(tab.get("notice")).to_contain_text("A new version is ready")
    with tab.page.expect_navigation():
        tab.click("notice-action")


def test_signing_out_leaves_nothing_behind(person: Person, upstream: Upstream) -> None:
    tab = person(service_workers="allow")
    tab.ask("A secret")
    upstream.call().answer("Kept between us.")
    tab.expect_state("completed")
    wait_until_kept(tab, f"/api/chat/session/{tab.session_id}", "Kept between us.")
    tab.user_menu("sign-out")
    expect(tab.get("login-form")).to_be_visible()
    wait_until(tab, lambda kept: not kept)
    names = tab.page.evaluate(
        "caches.keys().then((all) => Promise.all(all.map((n) => caches.open(n).then((c) => c.keys()))))"
        ".then((all) => all.flat().map((request) => new URL(request.url).pathname))"
    )
    assert names and not [name for name in names if name.startswith("/api/")]


def test_a_push_message_is_shown_unless_somebody_looks(person: Person, site: Site) -> None:
    tab = person(service_workers="allow", permissions=["notifications"])
    wait_until_kept(tab, "owner")
    session = tab.page.context.new_cdp_session(tab.page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    tab.until(lambda: registrations)
    shown = "navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) => n.title))"
    for title, path in (("Seen", "/"), ("Elsewhere", "/c/11111111-1111-4111-8111-111111111111")):
        data = json.dumps({"title": title, "body": "Your answer is ready.", "path": path})
        message = {"origin": site.url, "registrationId": registrations[-1], "data": data}
        session.send("ServiceWorker.deliverPushMessage", message)
    assert tab.until(lambda: tab.page.evaluate(shown)) == ["Elsewhere"]
