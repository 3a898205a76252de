"""GET /api/user/audit: what administrators did with one's account, written once and for good."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts import services
from accounts.audit import log
from accounts.audit.models import AuditEntry, What
from accounts.budgets import top_up
from accounts.budgets.models import Budget
from accounts.models import LiveNote, SignIn, User
from accounts.tests.support import bearer
from aihelper.lib.append_only import Kept

pytestmark = pytest.mark.django_db
AUDIT = "/api/user/audit"
NEW = {"usable_password": "true", "password1": "another horse 2", "password2": "another horse 2"}


@pytest.fixture
def office(admin: Any, client: Client) -> Client:
    client.force_login(admin)
    return client


def told(user: User) -> list[tuple[str, str, str]]:
    rows = bearer(user).get(AUDIT).json()["entries"]
    return [(row["what"], row["actor"], row["object"]) for row in rows]


def test_each_thing_that_is_done_is_told(office: Client, alice: Any) -> None:
    users = "/admin/accounts/user/"
    for action in ("sign_out_users", "disable_users", "enable_users"):
        office.post(users, {"action": action, "_selected_action": [alice.pk], "confirmed": "yes"})
    office.post(f"{users}{alice.pk}/password/", NEW)
    User.objects.filter(pk=alice.pk).update(is_approved=False)
    office.post(users, {"action": "approve_users", "_selected_action": [alice.pk], "confirmed": "yes"})
    row = SignIn.objects.create(user=alice, kind="program", name_hash="x" * 64, user_agent="curl/8")
    office.post("/admin/accounts/signin/", {"action": "end_sign_ins", "_selected_action": [row.pk], "confirmed": "yes"})
    alice.refresh_from_db()
    assert told(alice) == [
        ("sign_in_ended", "root", "curl"),
        ("approved", "root", ""),
        ("password_set", "root", ""),
        ("enabled", "root", ""),
        ("disabled", "root", ""),
        ("signed_out", "root", ""),
    ]
    assert LiveNote.objects.filter(user=alice, what="audit").exists()


def test_the_form_leaves_it_to_the_actions(office: Client, alice: Any) -> None:
    User.objects.filter(pk=alice.pk).update(is_approved=False)
    form = {"username": "alice", "email": "", "is_approved": "on"}
    assert office.post(f"/admin/accounts/user/{alice.pk}/change/", form).status_code == 302
    alice.refresh_from_db()
    assert alice.is_active and not alice.is_approved
    assert not AuditEntry.objects.exists()


def test_a_top_up_is_told_with_its_reason(alice: Any, admin: Any) -> None:
    budget = Budget.objects.create(name="Class", limit=1)
    top_up.add(budget, amount=Decimal(5), reason=" The exam ", by=admin, user=alice)
    (row,) = bearer(alice).get(AUDIT).json()["entries"]
    assert (row["what"], row["object"], row["reason"]) == ("topped_up", "Class", "The exam")


def test_everybody_sees_only_what_is_about_themselves(alice: Any, bob: Any, admin: Any) -> None:
    services.end_sessions(alice, by=admin)
    assert [row[0] for row in told(alice)] == ["signed_out"]
    assert told(bob) == told(admin) == []


def test_it_comes_a_page_at_a_time(alice: Any) -> None:
    for number in range(5):
        log.note(What.SIGN_IN_ENDED, person=alice, by=None, object=str(number))
    client, seen = bearer(alice), []
    cursor: str | None = ""
    for _page in range(3):
        body = client.get(f"{AUDIT}?limit=2&cursor={cursor}").json()
        seen += [row["object"] for row in body["entries"]]
        cursor = body["next"]
    assert (seen, cursor) == (["4", "3", "2", "1", "0"], None)


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 19, "9" * 40, "１"])
def test_a_strange_cursor_is_refused(alice: Any, cursor: str) -> None:
    answer = bearer(alice).get(AUDIT, {"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_strange_limit_is_refused(alice: Any, limit: str) -> None:
    assert bearer(alice).get(AUDIT, {"limit": limit}).status_code == 400


def test_nothing_in_it_is_ever_changed(alice: Any, admin: Any) -> None:
    entry = log.note(What.APPROVED, person=alice, by=admin)
    entry.reason = "another"
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(Kept):
            change()
    with pytest.raises(Kept):
        AuditEntry.objects.update(reason="another")
    assert list(AuditEntry.objects.values_list("reason", flat=True)) == [""]


def test_it_outlives_the_people(alice: Any, admin: Any) -> None:
    log.note(What.APPROVED, person=alice, by=admin)
    alice.delete()
    admin.delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.person, entry.person_name) == (None, "root", None, "alice")


def test_administrators_look_at_it_and_no_more(office: Client, alice: Any) -> None:
    entry = log.note(What.DISABLED, person=alice, by=None, reason="A <b>reason</b>")
    page = office.get("/admin/accounts/auditentry/").content.decode()
    assert "alice" in page
    assert "A &lt;b&gt;reason" in page
    form = office.get(f"/admin/accounts/auditentry/{entry.pk}/change/").content.decode()
    assert 'name="reason"' not in form
    assert office.post(f"/admin/accounts/auditentry/{entry.pk}/change/", {"reason": "x"}).status_code == 403
    assert office.post(f"/admin/accounts/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
