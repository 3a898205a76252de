"""Groups whose chats stay: nothing that a member can do deletes a word."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.groups.models import GroupPolicy
from accounts.models import User
from aihelper.lib.testing.plugin import PASSWORD
from chat.models import Message, Session
from chat.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(alice: User) -> Session:
    """A chat of alice's, with two messages."""
    session = make.session(alice)
    make.chain(session, ["q", "a"])
    return session


@pytest.fixture
def school(alice: User) -> GroupPolicy:
    group = Group.objects.create(name="7b")
    group.user_set.add(alice)
    return GroupPolicy.objects.create(group=group, may_delete=False)


def ask(api: APIClient, what: str, session: Session) -> Any:
    """One of the ways to delete something."""
    session_id = session.session_id
    message = Message.objects.filter(session=session).latest("pk")
    bulk = {"session_ids": [session_id], "action": what}
    if what == "message":
        return api.delete(f"/api/chat/messages/{message.pk}")
    if what == "session":
        return api.delete(f"/api/chat/session/{session_id}")
    if what == "history":
        return api.delete(f"/api/chat/history/{session_id}")
    if what == "empty":
        return api.post("/api/chat/trash/empty")
    if what == "account":
        return api.delete("/api/user", {"current_password": PASSWORD}, format="json")
    return api.post("/api/chat/sessions/bulk", bulk, format="json")


WAYS = ("message", "session", "history", "delete", "purge", "empty", "account")


@pytest.mark.parametrize("way", WAYS)
def test_no_way_deletes_anything(alice_api: APIClient, kept: Session, school: GroupPolicy, way: str) -> None:
    if way in {"purge", "empty"}:
        Session.objects.filter(pk=kept.pk).update(deleted_at=timezone.now())
    before = list(Session.objects.values_list("pk", "deleted_at"))
    answer = ask(alice_api, way, kept)
    assert (answer.status_code, answer.json()["code"]) == (403, "deletion_off")
    assert "your group keeps them" in answer.json()["detail"]
    assert list(Session.objects.values_list("pk", "deleted_at")) == before
    assert Message.objects.count() == 2


@pytest.mark.parametrize("way", WAYS)
def test_it_binds_nobody_else(bob: User, bob_api: APIClient, kept: Session, school: GroupPolicy, way: str) -> None:
    session = make.session(bob)
    make.chain(session, ["q", "a"])
    if way == "purge":
        Session.objects.filter(pk=session.pk).update(deleted_at=timezone.now())
    assert ask(bob_api, way, session).status_code == 200
    assert ask(bob_api, "session", kept).status_code in {401, 404}


def test_everything_else_goes_on(alice_api: APIClient, kept: Session, school: GroupPolicy) -> None:
    for action in ("archive", "unarchive", "pin"):
        body = {"session_ids": [kept.session_id], "action": action}
        assert alice_api.post("/api/chat/sessions/bulk", body, format="json").json()["changed"] == [kept.session_id]


def test_the_page_is_told(alice_api: APIClient, bob_api: APIClient, school: GroupPolicy) -> None:
    assert alice_api.get("/api/user/info").json()["policy"] == {"may_delete": False, "may_be_read": False, "notice": ""}
    assert bob_api.get("/api/user/info").json()["policy"]["may_delete"] is True
