"""Legal hold in the administration: beginning and ending one, holding one chat alone, and what reports say of it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import ProtectedError
from django.test import Client

from accounts.groups.models import GroupPolicy
from accounts.holds import change, rules
from accounts.holds.models import HeldPerson, Hold, HoldEnd
from accounts.models import AuditEntry, User
from accounts.tests.support import bearer
from aihelper.lib.append_only import Kept
from aihelper.lib.errors import Conflict
from chat.engine import retention, trash
from chat.models import ImportedChat, Message, Session
from chat.tests import make
from chat.tests.commands import facts
from chat.tests.holding import ASKED, HOW, OLD, Things, bulk, hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.mark.parametrize("how", HOW)
def test_administrators_delete_nobody_either(office: Client, theirs: Things, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    path = f"/admin/accounts/user/{theirs.user.pk}/delete/"
    page = office.get(path)
    assert "This stands in the way" in page.content.decode()
    office.post(path, {"post": "yes"})
    action = {"action": "delete_selected", "_selected_action": [theirs.user.pk], "post": "yes"}
    office.post("/admin/accounts/user/", action)
    office.post(f"/admin/chat/role/{theirs.role.pk}/delete/", {"post": "yes"})
    office.post("/admin/chat/role/", action | {"_selected_action": [theirs.role.pk]})
    office.post("/admin/chat/session/retention/", {"sure": "yes"})
    assert theirs.stored() == before


def test_a_held_group_stays(office: Client, theirs: Things) -> None:
    held = hold(theirs, "in the group")
    assert held.group is not None
    office.post(f"/admin/auth/group/{held.group.pk}/delete/", {"post": "yes"})
    assert Group.objects.filter(pk=held.group.pk).exists()
    change.end(held, reason="Settled.", by=None)
    office.post(f"/admin/auth/group/{held.group.pk}/delete/", {"post": "yes"})
    assert not Group.objects.exists()
    assert Hold.objects.get().subject == "department"


def test_it_begins_and_ends_with_a_reason_on_record(office: Client, admin: User, alice: User) -> None:
    add = "/admin/accounts/hold/add/"
    assert office.get(add).status_code == 200
    assert office.post(add, {"person": alice.pk, "reason": "A court asks."}).status_code == 302
    row = Hold.objects.get()
    assert (row.subject, row.reason, row.by_name) == ("alice", "A court asks.", admin.username)
    assert rules.is_held(alice)
    page = f"/admin/accounts/hold/{row.pk}/"
    assert f"{page}end/" in office.get(f"{page}change/").content.decode()
    assert office.post(f"{page}end/", {"reason": ""}).status_code == 400
    assert office.post(f"{page}end/", {"reason": "Settled."}).status_code == 302
    assert not rules.is_held(alice)
    assert "Settled." in office.get(f"{page}change/").content.decode()
    office.post(f"{page}end/", {"reason": "Again."})
    assert HoldEnd.objects.get().reason == "Settled."
    entries = AuditEntry.objects.order_by("pk").values_list("what", "actor_name", "object", "reason", "person")
    told: list[Any] = list(entries)
    assert told == [
        ("held", admin.username, "alice", "A court asks.", None),
        ("released", admin.username, "alice", "Settled.", None),
    ]
    # Who is held does not read of it.
    assert bearer(alice).get("/api/user/audit").json()["entries"] == []


def test_bad_input_begins_nothing(office: Client, alice: User, bob: User) -> None:
    group = Group.objects.create(name="g")
    for body in (
        {"person": alice.pk},
        {"reason": "x"},
        {"person": alice.pk, "group": group.pk, "reason": "x"},
        {"person": 999_999, "reason": "x"},
        {"chat": make.UNKNOWN_ID, "reason": "x"},
        {"person": alice.pk, "reason": "x" * 301},
    ):
        assert office.post("/admin/accounts/hold/add/", body).status_code == 400
    assert not Hold.objects.exists()


def test_it_is_never_changed_or_deleted(office: Client, alice: User) -> None:
    row = change.hold_person(alice, reason="A court asks.", by=None)
    row.reason = "Other."
    for forbidden in (row.save, row.delete, Hold.objects.all().delete, lambda: Hold.objects.update(reason="x")):
        with pytest.raises(Kept):
            forbidden()
    assert office.post(f"/admin/accounts/hold/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    office.post(f"/admin/accounts/hold/{row.pk}/change/", {"reason": "Other."})
    assert Hold.objects.get().reason == "A court asks."
    end = change.end(row, reason="Settled.", by=None)
    with pytest.raises(Kept):
        end.delete()
    with pytest.raises(Conflict):
        change.end(row, reason="Again.", by=None)


def test_only_those_with_the_permission(alice: User) -> None:
    row = change.hold_person(alice, reason="A court asks.", by=None)
    staff = User.objects.create_user("staff", is_staff=True)
    client = Client()
    client.force_login(staff)
    assert client.get("/admin/accounts/hold/").status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_hold"))
    assert client.get("/admin/accounts/hold/").status_code == 200
    assert client.get("/admin/accounts/hold/add/").status_code == 403
    assert client.post(f"/admin/accounts/hold/{row.pk}/end/", {"reason": "x"}).status_code == 403
    assert rules.is_held(alice)


# --- One chat -----------------------------------------------------------------------------------
def test_one_chat_alone(office: Client, theirs: Things, bob: User) -> None:
    body = {"chat": theirs.trashed.session_id, "reason": "A court asks."}
    assert office.post("/admin/accounts/hold/add/", body).status_code == 302
    other = make.session(theirs.user, deleted_at=OLD)
    api = bearer(theirs.user)
    assert bulk(api, "purge", theirs.trashed).json()["code"] == "kept"
    assert api.post("/api/chat/trash/empty").status_code == 200
    trash.sweep()
    left = set(Session.objects.values_list("pk", flat=True))
    assert theirs.trashed.pk in left and other.pk not in left and theirs.given_up.pk not in left
    assert Message.objects.filter(session=theirs.trashed).count() == 2
    assert ASKED["account"](api, theirs).json()["code"] == "kept"
    assert ASKED["message"](api, theirs).status_code == 200
    with pytest.raises(ProtectedError):
        theirs.user.delete()
    assert not rules.is_held(theirs.user) and not rules.is_held(bob)


def test_an_import_is_taken_back_but_for_what_is_held(theirs: Things) -> None:
    free = make.session(theirs.user)
    ImportedChat.objects.create(
        chat_import=theirs.chat_import, user=theirs.user, session=free, source_key="f", last_seq=0
    )
    change.hold_session(theirs.user, theirs.session.session_id, reason="A court asks.", by=None)
    assert ASKED["undo"](bearer(theirs.user), theirs).json() == {"removed": 1, "kept": 1}
    theirs.session.refresh_from_db()
    assert theirs.session.deleted_at is None


def test_an_import_stays_where_the_group_keeps_chats(theirs: Things) -> None:
    group = Group.objects.create(name="7b")
    GroupPolicy.objects.create(group=group, may_delete=False)
    theirs.user.groups.add(group)
    answer = ASKED["undo"](bearer(theirs.user), theirs)
    assert (answer.status_code, answer.json()["code"]) == (403, "deletion_off")


# --- Numbers, and what goes on ------------------------------------------------------------------
def test_reports_say_how_many_stay(office: Client, theirs: Things, bob: User) -> None:
    make.session(bob, update_time=OLD)
    hold(theirs, "person")
    (due,) = retention.dry_run()
    assert (due.chats, due.people, due.held) == (1, 1, 1)
    found = facts("purge", "--dry-run", "--only", "old_chats", "chats")
    assert found == {"dry_run": True, "held": 3, "old_chats": 1, "chats": 0}
    assert "Stay by legal hold" in office.get("/admin/chat/session/retention/").content.decode()


def test_everything_else_goes_on(theirs: Things) -> None:
    hold(theirs, "person")
    api = bearer(theirs.user)
    assert api.delete(f"/api/chat/session/{theirs.session.session_id}").status_code == 200
    assert bulk(api, "restore", theirs.trashed).status_code == 200
    assert api.get("/api/user/info").json()["policy"]["may_delete"] is True


def test_several_holds_end_one_by_one(theirs: Things) -> None:
    first, second = hold(theirs, "person"), hold(theirs, "in the group")
    change.end(first, reason="Settled.", by=None)
    assert rules.is_held(theirs.user)
    change.end(second, reason="Settled.", by=None)
    assert not rules.is_held(theirs.user)
    theirs.user.delete()
    assert not HeldPerson.objects.exists() and Hold.objects.count() == 2
