"""Reading somebody's chat in Django admin: by whom, where the policy allows it, and that the person is told."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.audit.models import AuditEntry
from accounts.groups.models import GroupPolicy
from accounts.models import User
from chat.models import Session
from chat.models.session import GIVEN_UP
from chat.tests import make

pytestmark = pytest.mark.django_db
WHY = {"reason": "A threat was reported"}


@pytest.fixture
def chat(alice: User) -> Session:
    session = make.session(alice)
    make.chain(session, ["<script>alert(1)</script> a secret question", "An answer"])
    return session


@pytest.fixture
def allowed(alice: User) -> GroupPolicy:
    group = Group.objects.create(name="7b")
    group.user_set.add(alice)
    return GroupPolicy.objects.create(group=group, may_be_read=True, notice="Teachers may read.")


@pytest.fixture
def office(admin: Any, client: Client) -> Client:
    client.force_login(admin)
    return client


def path(session: Session) -> str:
    return f"/admin/chat/session/{session.pk}/read/"


def test_it_asks_for_a_reason_shows_the_text_and_tells_the_person(
    office: Client, chat: Session, allowed: GroupPolicy, alice_api: APIClient
) -> None:
    assert path(chat) in office.get(f"/admin/chat/session/{chat.pk}/change/").content.decode()
    asked = office.get(path(chat))
    assert asked.status_code == 200
    assert "a secret question" not in asked.content.decode()
    assert not AuditEntry.objects.exists()
    shown = office.post(path(chat), WHY)
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; a secret question" in page
    assert "<script>alert(1)" not in page
    assert "no-store" in shown.headers["Cache-Control"]
    (entry,) = alice_api.get("/api/user/audit").json()["entries"]
    told = (entry["what"], entry["actor"], entry["object"], entry["reason"])
    assert told == ("chat_read", "root", chat.session_id, "A threat was reported")
    assert alice_api.get("/api/user/info").json()["policy"]["notice"] == "Teachers may read."


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_without_a_reason_nothing_is_shown(office: Client, chat: Session, allowed: GroupPolicy, reason: str) -> None:
    answer = office.post(path(chat), {"reason": reason})
    assert answer.status_code == 400
    assert "a secret question" not in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_superusers_are_bound_by_the_policy(office: Client, chat: Session) -> None:
    for answer in (office.get(path(chat)), office.post(path(chat), WHY)):
        assert answer.status_code == 403
        assert "a secret question" not in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_it_needs_its_own_right(client: Client, chat: Session, allowed: GroupPolicy) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_session", "change_session"]))
    client.force_login(clerk)
    assert client.post(path(chat), WHY).status_code == 403
    assert path(chat) not in client.get(f"/admin/chat/session/{chat.pk}/change/").content.decode()
    clerk.user_permissions.add(Permission.objects.get(codename="read_chats"))
    assert client.post(path(chat), WHY).status_code == 200


def test_the_right_alone_reads_nothing(client: Client, chat: Session, allowed: GroupPolicy) -> None:
    """Who may not look at sessions at all does not reach one by its number."""
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="read_chats"))
    client.force_login(clerk)
    assert client.post(path(chat), WHY).status_code == 403
    assert not AuditEntry.objects.exists()


def test_what_is_gone_is_gone(office: Client, chat: Session, allowed: GroupPolicy) -> None:
    Session.objects.filter(pk=chat.pk).update(deleted_at=timezone.now())
    assert office.post(path(chat), WHY).status_code == 200
    Session.objects.filter(pk=chat.pk).update(deleted_at=GIVEN_UP)
    assert office.post(path(chat), WHY).status_code == 404
    assert office.post("/admin/chat/session/999999/read/", WHY).status_code == 404
