"""What lies between the page and the server: no sockets, late answers, no network, a server that dies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, WebSocketRoute

from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import PHONE_TOO, Person
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

pytestmark = pytest.mark.e2e

SOCKET = re.compile(r"/chat/ws")
SESSION = re.compile(r"/api/chat/session/[0-9a-f-]+$")
UNREACHABLE = r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED|WebSocket"


def hold_back(tab: Tab) -> Callable[[], None]:
    """From now on, keep the server's answers about conversations; returns what hands them over and stops keeping."""
    held: list[Callable[[], None]] | None = []

    def keep(route: Route) -> None:
        if held is None:
            route.continue_()
        else:
            response = route.fetch()
            # Meanwhile the others may have been handed over.
            if held is None:
                route.fulfill(response=response)
            else:
                held.append(lambda: route.fulfill(response=response))

    def release() -> None:
        nonlocal held
        tab.until(lambda: held)
        waiting, held = held or [], None
        for hand_over in waiting:
            hand_over()

    tab.page.route(SESSION, keep)
    return release


@PHONE_TOO
def test_without_sockets_the_words_come_by_event_stream(
    visitor: Person, person: Person, upstream: Upstream, screen: dict[str, Any]
) -> None:
    signed_in = person().page.context.storage_state()
    tab = visitor(storage_state=signed_in, **screen)
    tab.page.context.route_web_socket(SOCKET, lambda socket: socket.close())
    tab.open()
    tab.ask("No socket?")
    call = upstream.call()
    for word, so_far in (("None", "None"), (" at", "None at"), (" all", "None at all")):
        call.say(word)
        tab.expect_text(so_far)
        tab.expect_state("running")
    expect(tab.get("link-state")).to_have_text("Basic connection")
    tab.page.reload()
    tab.expect_text("None at all")
    tab.click("stop")
    assert call.closed.wait(HANG_SECONDS)
    tab.expect_state("stopped")


def test_without_sockets_two_tabs_stay_in_step(visitor: Person, person: Person, upstream: Upstream) -> None:
    signed_in = person().page.context.storage_state()
    one = visitor(storage_state=signed_in)
    context = one.page.context
    blocked = True

    def carry(socket: WebSocketRoute) -> None:
        if blocked:
            socket.close()
        else:
            socket.connect_to_server()

    context.route_web_socket(SOCKET, carry)
    one.open()
    two = one.another()
    for tab in (one, two):
        expect(tab.get("link-state")).to_have_text("Basic connection")
    one.ask("Does the other tab see this?")
    upstream.call().answer("At once.")
    one.expect_state("completed")
    expect(two.row(one.session_id)).to_contain_text("A fine title")
    one.choose(one.session_id, "delete")
    expect(two.rows).to_have_count(0)
    # As soon as sockets get through, they are used.
    blocked = False
    for tab in (one, two):
        tab.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(tab.get("link-state")).to_have_count(0)


def test_an_answer_of_the_server_that_comes_late_takes_nothing_away(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.ask("Name the days.")
    upstream.call().say("Monday,")
    tab.expect_text("Monday,")
    release = hold_back(tab)
    tab.click("stop")
    tab.expect_state("stopped")
    tab.click("continue")
    call = upstream.call()
    call.say(" Tuesday,")
    tab.expect_text("Monday, Tuesday,")
    release()  # what was so before Continue was clicked
    call.say(" Wednesday")
    tab.expect_text("Monday, Tuesday, Wednesday")
    call.finish()
    tab.expect_state("completed")
    expect(tab.get("message-assistant")).to_have_count(1)
    expect(tab.get("send")).to_be_visible()


def test_a_lost_network_loses_no_word(person: Person, upstream: Upstream, watch: Watch) -> None:
    watch.expect(UNREACHABLE)
    tab = person()
    sockets = []
    tab.page.context.route_web_socket(SOCKET, lambda socket: sockets.append((socket, socket.connect_to_server())))
    tab.page.reload()
    tab.ask("Can you hear me?")
    # Frames pass through this very thread now: it must not wait elsewhere before the question has gone through.
    expect(tab.get("stop")).to_be_enabled()
    call = upstream.call()
    call.say("Loud")
    tab.expect_text("Loud")
    before = len(sockets)
    tab.page.context.set_offline(True)
    for socket, server in sockets:
        socket.close()
        server.close()
    call.say(" and")
    expect(tab.get("link-state")).to_be_visible()
    tab.expect_text("Loud")
    tab.page.context.set_offline(False)
    tab.expect_text("Loud and")
    assert len(sockets) > before
    call.answer(" clear.")
    tab.expect_text("Loud and clear.")
    tab.expect_state("completed")


def test_a_server_that_dies_keeps_the_text_and_goes_on(
    person: Person, upstream: Upstream, site: Site, watch: Watch
) -> None:
    watch.expect(UNREACHABLE)
    tab = person()
    tab.ask("Will you live?")
    call = upstream.call()
    call.say("As long")
    tab.expect_text("As long")
    # A second viewer proves that the text is in the database, not in one process only.
    tab.page.reload()
    tab.expect_text("As long")
    tab.at_rest()  # half a file is an error of its own
    site.kill()
    assert call.closed.wait(HANG_SECONDS)
    site.start()
    tab.expect_state("interrupted")
    tab.expect_text("As long")
    tab.click("continue")
    upstream.call().answer(" as it takes.")
    tab.expect_text("As long as it takes.")
    tab.expect_state("completed")
