"""The page behind a shared link, and links in the administration."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from chat import pages
from chat.models import Role, Session, Share
from chat.tests.sharing import UNKNOWN, body_of, chat_of, link_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pages, "built_assets", lambda *entry: pages.Assets("share.js", ("share.css",), ()))
    yield


@pytest.fixture
def chat(alice: User) -> Session:
    return chat_of(alice)


def test_the_page_of_a_public_link(client: Client, chat: Session) -> None:
    page = client.get(f"/s/{link_to(chat).token}")
    html = body_of(page)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"].startswith("noindex")
    assert '<meta name="robots" content="noindex' in html
    assert '<meta property="og:title" content="Greetings">' in html
    assert '<meta property="og:description" content="Hello there?">' in html
    assert "**Hi!**" in html and "<b>there" not in html
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("audience", ["private", "members"])
def test_no_card_for_what_is_not_public(alice: User, chat: Session, audience: str) -> None:
    client = Client()
    client.force_login(alice)
    html = body_of(client.get(f"/s/{link_to(chat, audience).token}"))
    head = html[: html.index("</head>")]
    assert "og:" not in head and "Greetings" not in head
    assert "Greetings" in html


def test_a_link_for_members_asks_to_sign_in(client: Client, chat: Session) -> None:
    token = link_to(chat, "members").token
    page = client.get(f"/s/{token}")
    assert (page.status_code, page["Location"]) == (302, f"/login?next=/s/{token}")
    assert page["Cache-Control"] == "no-store"


def test_what_is_not_there_is_one_page(client: Client, bob: User, chat: Session) -> None:
    bobs = Client()
    bobs.force_login(bob)
    private = link_to(chat, "private").token
    for reader in (client, bobs):
        answers = [reader.get(f"/s/{token}") for token in (private, UNKNOWN, "short")]
        heads = [{key: value for key, value in a.headers.items() if key != "X-Request-ID"} for a in answers]
        assert {a.status_code for a in answers} == {404}
        assert len({a.content for a in answers}) == 1
        assert heads[0] == heads[1] == heads[2]
        assert not answers[0].cookies


def test_views_are_those_of_others(client: Client, bob_api: APIClient, alice: User, chat: Session) -> None:
    address = f"/s/{link_to(chat).token}"
    owner = Client()
    owner.force_login(alice)
    owner.get(address)
    client.head(address)
    assert Share.objects.get().views == 0
    client.get(address)
    bob_api.get(address)
    assert Share.objects.get().views == 2


def test_the_page_is_read_only(chat: Session) -> None:
    token = link_to(chat).token
    client = Client()
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/s/{token}").status_code == 405


# --- The administration ----------------------------------------------------------------------------------
def test_an_administrator_sees_links_without_words_and_revokes_them(admin: User, chat: Session) -> None:
    client = Client()
    client.force_login(admin)
    link = link_to(chat)
    for address in ("/admin/chat/share/", f"/admin/chat/share/{link.pk}/change/"):
        html = body_of(client.get(address))
        assert "alice" in html
        assert not re.search(r"Greetings|Hi!|Hello|secret", html)
        assert link.token not in html
    client.post("/admin/chat/share/", {"action": "delete_selected", "_selected_action": [link.pk], "post": "yes"})
    assert not Share.objects.exists()


def test_roles_stay_where_they_are(chat: Session) -> None:
    link_to(chat)
    assert Role.objects.filter(slug="spy").exists()
