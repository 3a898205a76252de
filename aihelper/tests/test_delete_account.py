"""Deleting one's own account, with what is in all apps."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User
from accounts.tests.support import PASSWORD, bearer, login
from chat.models import Document, Draft, Folder, Message, Prompt, Session, UsageRecord

pytestmark = pytest.mark.django_db
URL = "/api/user"


def delete(client: Any, current: Any = PASSWORD) -> Any:
    return client.delete(URL, {"current_password": current}, format="json")


def test_it_works(api: Any, alice: Any, alice_api: Any, bob: Any) -> None:
    for user in (alice, bob):
        folder = Folder.objects.create(user=user, name="Work")
        session = Session.objects.create(user=user, folder=folder)
        parent: Message | None = None
        for seq in range(1, 40):
            parent = Message.objects.create(
                session=session, user=user, role="user", seq=seq, parent=parent, content="x"
            )
        document = Document.objects.create(user=user, name="a.txt", size=1, chars=1, content="x")
        session.messages.latest("pk").documents.add(document)
        Draft.objects.create(user=user, text="half", attachments=[document.document_id])
        Prompt.objects.create(owner=user, command="c", title="t", text="t")
        UsageRecord.objects.create(user=user, username=user.username, model_id="m", state="completed")
    pair = tokens.issue(alice)
    assert delete(alice_api).status_code == 200
    assert alice_api.get("/api/user/info").status_code == 401
    assert login(api, "alice").status_code == 401
    assert APIClient().post("/api/token/refresh", {"refresh": pair.refresh}, format="json").status_code == 401
    assert list(Session.objects.values_list("user__username", flat=True)) == ["bob"]
    assert Message.objects.count() == 39
    assert list(Folder.objects.values_list("user__username", flat=True)) == ["bob"]
    assert [rows.objects.count() for rows in (Document, Draft, Prompt)] == [1, 1, 1]
    assert sorted(UsageRecord.objects.values_list("username", "user__username")) == [("alice", None), ("bob", "bob")]


def test_the_avatar_goes_with_it(alice: Any, alice_api: Any, django_capture_on_commit_callbacks: Any) -> None:
    picture = Path(settings.BASE_DIR) / "docs" / "images" / "chat.png"
    with picture.open("rb") as file, django_capture_on_commit_callbacks(execute=True):
        assert alice_api.post("/api/user/avatar", {"file": file}, format="multipart").status_code == 200
    address = alice_api.get("/api/user/info").json()["avatar"]
    stored = Path(settings.MEDIA_ROOT) / address.removeprefix(settings.MEDIA_URL)
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert delete(alice_api).status_code == 200
    assert not stored.exists()


def test_a_program_can(alice: Any) -> None:
    assert delete(bearer(alice)).status_code == 200
    assert not User.objects.filter(username="alice").exists()


@pytest.mark.parametrize("current", ["wrong password", "", None, ["x"], 5])
def test_the_password_is_needed(alice: Any, alice_api: Any, current: Any) -> None:
    response = delete(alice_api, current)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["current_password"]
    assert User.objects.filter(pk=alice.pk).exists()


def test_guesses_are_counted(alice: Any, alice_api: Any) -> None:
    assert [delete(alice_api, "wrong password").status_code for _number in range(6)] == [400] * 5 + [429]
    assert delete(alice_api).status_code == 429


def test_the_last_administrator_stays(admin: Any, admin_api: Any) -> None:
    response = delete(admin_api)
    assert (response.status_code, response.json()["code"]) == (409, "last_admin")
    User.objects.create_superuser("second", password=PASSWORD)
    assert delete(admin_api).status_code == 200


def test_nobody_is_refused(api: Any, disabled_user: Any) -> None:
    assert delete(api).status_code == 401
    assert delete(bearer(disabled_user)).status_code == 401
