"""Shared links: /api/shares, and the page behind one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import LiveNote, User
from chat import pages
from chat.models import Message, Session, Share
from chat.services import shares
from chat.services.shares import ShareChanges
from chat.tests import make
from chat.tests.sharing import UNKNOWN, URL, body_of, chat_of, link_to

pytestmark = pytest.mark.django_db

# Nothing else may ever be in there.
SHOWN = {"role", "content", "reasoning", "reasoning_ms", "status", "model", "attachments", "create_time"}


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pages, "built_assets", lambda *entry: pages.Assets("share.js", ("share.css",), ()))
    yield


@pytest.fixture
def chat(alice: User) -> Session:
    return chat_of(alice)


# --- Making and changing -------------------------------------------------------------------------------
def test_it_makes_a_link(alice_api: APIClient, chat: Session) -> None:
    answer = alice_api.post(URL, {"session_id": chat.session_id}, format="json")
    row = answer.json()
    assert answer.status_code == 201
    assert (row["audience"], row["message_count"], row["grown"], row["views"]) == ("private", 2, False, 0)
    assert row["path"] == f"/s/{row['token']}" and len(row["token"]) == 32
    assert LiveNote.objects.filter(user=chat.user, what="shares").exists()


def test_a_chat_has_one_link(alice_api: APIClient, chat: Session) -> None:
    first = alice_api.post(URL, {"session_id": chat.session_id}, format="json").json()
    again = alice_api.post(URL, {"session_id": chat.session_id, "audience": "members"}, format="json")
    assert (again.status_code, again.json()["token"]) == (200, first["token"])
    assert Share.objects.get().audience == "members"


def test_it_shows_the_branch_on_show_and_nothing_private(api: APIClient, chat: Session) -> None:
    link = link_to(chat)
    answer = api.get(f"{URL}/{link.token}")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"title", "author", "mine", "update_time", "messages"}
    assert [set(message) for message in body["messages"]] == [SHOWN, SHOWN]
    question, reply = body["messages"]
    assert (question["content"], question["attachments"], question["model"]) == (
        "Hello <b>there</b>?", ["notes.txt"], None,
    )  # fmt: skip
    assert (reply["content"], reply["reasoning"], reply["model"]) == ("**Hi!**", "", "model-1")
    assert (body["author"], body["mine"]) == (None, False)
    assert "secret" not in body_of(answer) + repr(Share.objects.get().snapshot)


def test_thoughts_and_the_name_only_when_chosen(api: APIClient, alice_api: APIClient, chat: Session) -> None:
    link = link_to(chat, show_reasoning=True, show_name=True)
    body = api.get(f"{URL}/{link.token}").json()
    thoughts = [body["messages"][1][name] for name in ("reasoning", "reasoning_ms")]
    assert (thoughts, body["author"]) == (["A secret thought", 12_000], "alice")
    alice_api.patch(f"{URL}/{link.token}", {"show_reasoning": False, "show_name": False}, format="json")
    body = api.get(f"{URL}/{link.token}").json()
    thoughts = [body["messages"][1][name] for name in ("reasoning", "reasoning_ms")]
    assert (thoughts, body["author"]) == (["", None], None)
    assert "secret" not in repr(Share.objects.get().snapshot)


def test_it_changes_only_when_asked(api: APIClient, alice_api: APIClient, chat: Session) -> None:
    link = link_to(chat)
    make.add(chat, chat.current_message, "And later?")
    Session.objects.filter(pk=chat.pk).update(update_time=timezone.now(), title="Later")
    address = f"{URL}/{link.token}"
    assert alice_api.patch(address, {"show_name": True}, format="json").json()["grown"] is True
    assert len(api.get(address).json()["messages"]) == 2
    row = alice_api.patch(address, {"refresh": True}, format="json").json()
    assert (row["grown"], row["message_count"], row["title"]) == (False, 3, "Later")
    assert len(api.get(address).json()["messages"]) == 3


def test_an_answer_under_way_is_left_out(alice_api: APIClient, alice: User) -> None:
    session = make.session(alice)
    make.running(session, ("content", "half"))
    row = alice_api.post(URL, {"session_id": session.session_id}, format="json").json()
    assert row["message_count"] == 1


def test_an_empty_chat_is_refused(alice_api: APIClient, alice: User) -> None:
    session = make.session(alice)
    answer = alice_api.post(URL, {"session_id": session.session_id}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_share")


def test_a_huge_chat_is_refused(alice_api: APIClient, chat: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MAX_SNAPSHOT_CHARS", 10)
    answer = alice_api.post(URL, {"session_id": chat.session_id}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (413, "share_too_large")
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"session_id": 5}, {"session_id": None}, {"audience": "all"}, {"show_name": "yes"}, {"refresh": 1}],
)
def test_bad_input_changes_nothing(alice_api: APIClient, chat: Session, body: dict[str, Any]) -> None:
    base = {"session_id": chat.session_id} if body else {}
    assert alice_api.post(URL, base | body, format="json").status_code == 400
    assert not Share.objects.exists()
    if "session_id" not in body and body:
        link = link_to(chat)
        assert alice_api.patch(f"{URL}/{link.token}", body, format="json").status_code == 400
        assert Share.objects.get().update_time == link.update_time


# --- The list --------------------------------------------------------------------------------------------
def test_the_list_is_ones_own_in_pages(
    alice_api: APIClient, bob: User, chat: Session, django_assert_max_num_queries: Any
) -> None:
    theirs = make.session(bob)
    make.add(theirs, None, "Hi")
    link_to(theirs)
    for number in range(4):
        session = make.session(chat.user, title=f"chat {number}")
        make.add(session, None, "Hi")
        link_to(session)
    first = alice_api.get(f"{URL}?limit=3").json()
    assert [row["title"] for row in first["shares"]] == ["chat 3", "chat 2", "chat 1"]
    assert first["audiences"] == ["private", "members", "public"]
    with django_assert_max_num_queries(4):
        second = alice_api.get(f"{URL}?limit=3&cursor={first['next']}").json()
    assert ([row["title"] for row in second["shares"]], second["next"]) == (["chat 0"], None)


def test_the_link_of_one_chat(alice_api: APIClient, bob: User, chat: Session) -> None:
    assert alice_api.get(f"{URL}?session_id={chat.session_id}").json()["shares"] == []
    link = link_to(chat)
    rows = alice_api.get(f"{URL}?session_id={chat.session_id}").json()["shares"]
    assert [row["token"] for row in rows] == [link.token]
    assert alice_api.get(f"{URL}?session_id={make.session(bob).session_id}").status_code == 404


# --- Who may read ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("audience", "nobody", "member", "owner"),
    [("private", 404, 404, 200), ("members", 401, 200, 200), ("public", 200, 200, 200)],
)
def test_who_may_read(
    api: APIClient, alice_api: APIClient, bob_api: APIClient, chat: Session, audience: str,
    nobody: int, member: int, owner: int,
) -> None:  # fmt: skip
    address = f"{URL}/{link_to(chat, audience).token}"
    assert [client.get(address).status_code for client in (api, bob_api, alice_api)] == [nobody, member, owner]


@pytest.mark.parametrize("way", ["revoked", "trash", "disabled", "off", "purged"])
def test_what_ends_a_link(alice_api: APIClient, bob_api: APIClient, chat: Session, settings: Any, way: str) -> None:
    link = link_to(chat)
    address = f"{URL}/{link.token}"
    assert bob_api.get(address).status_code == 200
    match way:
        case "revoked":
            assert alice_api.delete(address).json() == {"message": "The link does not work any more."}
        case "trash":
            alice_api.delete(f"/api/chat/session/{chat.session_id}")
        case "disabled":
            User.objects.filter(pk=chat.user_id).update(is_active=False)
        case "off":
            settings.SHARING = "off"
        case _:
            Message.objects.filter(session=chat).update(parent=None)
            chat.delete()
    gone, unknown = bob_api.get(address), bob_api.get(f"{URL}/{UNKNOWN}")
    assert (gone.status_code, gone.content) == (404, unknown.content)
    page, nothing = bob_api.get(f"/s/{link.token}"), bob_api.get(f"/s/{UNKNOWN}")
    assert (page.status_code, page.content) == (404, nothing.content)


def test_the_owner_goes_and_the_links_with_them(chat: Session, alice: User) -> None:
    link_to(chat)
    Message.objects.filter(session=chat).update(parent=None)
    alice.delete()
    assert not Share.objects.exists()


@pytest.mark.parametrize(("mode", "code"), [("members", 401), ("off", 404)])
def test_the_server_may_forbid_public_links(
    api: APIClient, alice_api: APIClient, chat: Session, settings: Any, mode: str, code: int
) -> None:
    link = link_to(chat)
    settings.SHARING = mode
    assert api.get(f"{URL}/{link.token}").status_code == code
    answer = alice_api.post(URL, {"session_id": chat.session_id, "audience": "public"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "sharing_off")
    assert len(alice_api.get(URL).json()["audiences"]) == (2 if mode == "members" else 0)


def test_owners_see_and_revoke_theirs_when_sharing_is_off(
    alice_api: APIClient, bob_api: APIClient, chat: Session, settings: Any
) -> None:
    link = link_to(chat)
    settings.SHARING = "off"
    address = f"{URL}/{link.token}"
    body = alice_api.get(URL, {"session_id": chat.session_id}).json()
    assert ([row["token"] for row in body["shares"]], body["audiences"]) == ([link.token], [])
    assert alice_api.get(address).json()["mine"] is True
    assert alice_api.get(f"/s/{link.token}").status_code == 200
    refused = alice_api.patch(address, {"audience": "private"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "sharing_off")
    assert bob_api.delete(address).status_code == 404
    assert alice_api.delete(address).status_code == 200
    assert not Share.objects.exists()


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_only_the_owner_changes_it(
    api: APIClient, bob_api: APIClient, admin_api: APIClient, chat: Session, method: str
) -> None:
    address = f"{URL}/{link_to(chat).token}"
    for client, status in ((bob_api, 404), (admin_api, 404), (api, 401)):
        assert getattr(client, method)(address, {"audience": "private"}, format="json").status_code == status
    assert Share.objects.get().audience == "public"


@pytest.mark.parametrize("token", ["x", "A" * 33, "A" * 31 + "%00", "A" * 31 + "é", "../../etc/passwd"])
def test_a_token_that_is_none(api: APIClient, token: str) -> None:
    assert api.get(f"{URL}/{token}").status_code == 404


def test_another_spelling_is_another_link(api: APIClient, chat: Session) -> None:
    token = link_to(chat).token
    assert api.get(f"{URL}/{token.swapcase()}").status_code == 404


def test_reading_is_throttled(api: APIClient, client: Client, chat: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.throttling.READINGS_PER_MINUTE", 2)
    address = f"{URL}/{link_to(chat).token}"
    assert [api.get(address).status_code for _ in range(3)] == [200, 200, 429]
    page = client.get(f"/s/{UNKNOWN}")
    assert page.status_code == 429 and int(page["Retry-After"]) > 0


# --- Carrying on -----------------------------------------------------------------------------------------
def test_it_is_carried_on_in_ones_own_account(bob_api: APIClient, bob: User, chat: Session) -> None:
    address = f"{URL}/{link_to(chat, 'members', show_reasoning=True).token}/continue"
    first = bob_api.post(address, {"client_id": "copy-1"}, format="json")
    again = bob_api.post(address, {"client_id": "copy-1"}, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    session = Session.objects.get(user=bob)
    assert (session.title, session.role, session.model_id) == ("Greetings", None, "model-1")
    detail = bob_api.get(f"/api/chat/session/{session.session_id}").json()
    assert [message["content"] for message in detail["messages"]] == ["Hello <b>there</b>?", "**Hi!**"]
    assert detail["messages"][1]["reasoning_ms"] == 12_000
    assert detail["messages"][1]["parent_id"] == detail["messages"][0]["message_id"]
    other = bob_api.post(address, {"client_id": "copy-2"}, format="json")
    assert other.json() != first.json()


def test_a_model_that_the_reader_may_not_use_is_not_taken(bob_api: APIClient, bob: User, chat: Session) -> None:
    token = link_to(chat).token
    chat.messages.update(model_id="gone")
    shares.update(chat.user, token, ShareChanges(refresh=True))
    bob_api.post(f"{URL}/{token}/continue", {"client_id": "c"}, format="json")
    assert Session.objects.get(user=bob).model_id == ""


def test_carrying_on_needs_the_right_to_read(api: APIClient, bob_api: APIClient, chat: Session) -> None:
    address = f"{URL}/{link_to(chat, 'private').token}/continue"
    assert bob_api.post(address, {"client_id": "c"}, format="json").status_code == 404
    assert api.post(address, {"client_id": "c"}, format="json").status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"client_id": ""}, {"client_id": "a b"}, {"client_id": "x" * 65}, {"client_id": 1.5}]
)
def test_carrying_on_wants_a_client_id(bob_api: APIClient, bob: User, chat: Session, body: dict[str, Any]) -> None:
    assert bob_api.post(f"{URL}/{link_to(chat).token}/continue", body, format="json").status_code == 400
    assert not Session.objects.filter(user=bob).exists()


def test_a_client_id_of_something_else_is_refused(bob_api: APIClient, bob: User, chat: Session) -> None:
    mine = make.session(bob)
    make.add(mine, make.add(mine, None, "Hi"), "Ho", client_id="used")
    answer = bob_api.post(f"{URL}/{link_to(chat).token}/continue", {"client_id": "used"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "client_id_reused")
