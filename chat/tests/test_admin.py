"""The chat's pages in Django admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chat.models import BlockedWord, Generation, Role, Session, UsageRecord
from chat.tests import make

pytestmark = pytest.mark.django_db
PAGES = ("session", "generation", "ratedanswer", "usagerecord", "role", "blockedword")
READ_ONLY = ("session", "generation", "ratedanswer", "usagerecord")
SECRET = "what only Alice may read"


@pytest.fixture
def admin_page(admin: Any) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def rows(alice: Any) -> dict[str, Any]:
    """One row for each page, with Alice's words wherever words can be."""
    session = make.session(alice, title=SECRET, preview=SECRET, role=make.role(), model_id="m-1")
    generation = make.running(session, ("content", SECRET))
    session.messages.update(content=SECRET, reasoning=SECRET, model_id="m-1")
    generation.message.__class__.objects.filter(pk=generation.message_id).update(rating=-1, rating_reason="length")
    return {
        "session": session,
        "generation": generation,
        "ratedanswer": generation.message,
        "usagerecord": UsageRecord.objects.create(user=alice, username="alice", model_id="m-1", state="completed"),
        "role": Role.objects.get(slug="poet"),
        "blockedword": BlockedWord.objects.create(word="bad"),
    }


def _list(name: str) -> str:
    return reverse(f"admin:chat_{name}_changelist")


def _change(name: str, row: Any) -> str:
    return reverse(f"admin:chat_{name}_change", args=[row.pk])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(admin_page: Client, rows: dict[str, Any], name: str) -> None:
    assert admin_page.get(_list(name)).status_code == 200
    assert admin_page.get(_list(name), {"q": "alice"}).status_code == 200
    assert admin_page.get(_change(name, rows[name])).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_nobody_elses_words_are_shown(admin_page: Client, rows: dict[str, Any], name: str) -> None:
    for url in (_list(name), _change(name, rows[name])):
        assert SECRET not in admin_page.get(url).content.decode()


def test_a_row_is_called_by_whose_it_is(admin_page: Client, rows: dict[str, Any]) -> None:
    """An id tells nobody anything; it stands on the page all the same."""
    for name in ("session", "generation"):
        page = admin_page.get(_change(name, rows[name])).content.decode()
        way = page.partition('class="admin-way"')[2].partition("</h1>")[0]
        assert "alice · " in way and str(rows[name]) not in way
        assert str(rows[name]) in page


def test_messages_have_no_page(admin_page: Client) -> None:
    assert admin_page.get("/admin/chat/message/").status_code == 404
    assert admin_page.get("/admin/chat/generationchunk/").status_code == 404


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_the_program_writes_is_read_only(admin_page: Client, rows: dict[str, Any], name: str) -> None:
    row = rows[name]
    before = type(row).objects.filter(pk=row.pk).values().get()
    assert admin_page.get(reverse(f"admin:chat_{name}_add")).status_code == 403
    assert admin_page.post(_change(name, row), {"title": "x", "state": "x"}).status_code == 403
    assert admin_page.post(reverse(f"admin:chat_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_a_person_with_chats_can_be_deleted(admin_page: Client, rows: dict[str, Any], alice: Any) -> None:
    Generation.objects.update(state="completed")
    url = reverse("admin:accounts_user_delete", args=[alice.pk])
    page = admin_page.get(url).content.decode()
    assert SECRET not in page
    assert admin_page.post(url, {"post": "yes"}).status_code == 302
    assert not Session.objects.filter(user_id=alice.pk).exists()
    assert UsageRecord.objects.get().username == "alice"


@pytest.mark.parametrize("name", ["session", "generation", "usagerecord", "role"])
def test_a_list_costs_the_same_however_long(
    admin_page: Client, alice: Any, bob: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        session = make.session(alice if number % 2 else bob, role=make.role(f"r-{number}", owner=alice))
        make.running(session)
        UsageRecord.objects.create(user=alice, username="alice", model_id=f"m-{number}", state="completed")
    with django_assert_max_num_queries(12):
        assert admin_page.get(_list(name)).status_code == 200


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_people_without_rights_are_sent_away(request: pytest.FixtureRequest, who: str) -> None:
    client = Client()
    client.force_login(request.getfixturevalue(who))
    for name in PAGES:
        assert client.get(_list(name)).status_code == 302


def _role_form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Poet",
        "slug": "poet",
        "is_active": "on",
        "sort_order": "1",
        "model_id": "",
        "parameters": "",
    } | fields


def test_a_role_is_added(admin_page: Client) -> None:
    make.offered_model("m-1")
    body = _role_form(suggestions="One\n\n  Two  \r\nThree", model_id="m-1", parameters='{"temperature": 0.5}')
    answer = admin_page.post(reverse("admin:chat_role_add"), body)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    role = Role.objects.get(slug="poet")
    assert role.suggestions == ["One", "Two", "Three"]
    assert (role.model_id, role.parameters, role.suggestions_zh) == ("m-1", {"temperature": 0.5}, [])


def test_a_role_keeps_what_was_not_changed(admin_page: Client) -> None:
    role = make.role(suggestions=["One", "Two"], model_id="gone")
    page = admin_page.get(_change("role", role)).content.decode()
    assert "One\nTwo" in page
    body = _role_form(name="New", suggestions="One\nTwo", model_id="gone")
    assert admin_page.post(_change("role", role), body).status_code == 302
    role.refresh_from_db()
    assert (role.name, role.suggestions, role.model_id) == ("New", ["One", "Two"], "gone")


@pytest.mark.parametrize(
    "wrong",
    [
        {"suggestions": "\n".join("x" * 9)},
        {"suggestions": "x" * 201},
        {"parameters": "[1]"},
        {"parameters": "{"},
        {"parameters": '{"messages": []}'},
        {"model_id": "never-heard-of"},
        {"slug": "not a slug"},
        {"slug": "assistant"},
    ],
)
def test_a_wrong_role_is_refused(admin_page: Client, wrong: dict[str, str]) -> None:
    answer = admin_page.post(reverse("admin:chat_role_add"), _role_form(**wrong))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == list(wrong)


def test_a_word_is_blocked(admin_page: Client) -> None:
    url = reverse("admin:chat_blockedword_add")
    assert admin_page.post(url, {"word": " bad ", "action": "mask", "is_active": "on"}).status_code == 302
    assert BlockedWord.objects.get().word == "bad"
    for word in ("bad", "\u200b", " "):
        assert admin_page.post(url, {"word": word, "action": "mask"}).status_code == 200
    assert BlockedWord.objects.count() == 1
