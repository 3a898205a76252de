"""Legal hold: whatever destroys something of somebody is tried on people who are held, and nothing is gone after it.

`PATHS` names every function of the code that deletes rows or gives chats up; one that is not in it fails here. Whoever
adds one says with it how it asks accounts.holds.rules, or why it need not.
"""

import ast
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.groups.models import GroupPolicy
from accounts.holds import change, rules
from accounts.holds.models import HeldPerson, Hold, HoldEnd
from accounts.models import AuditEntry, SiteSettings, User
from accounts.tests.support import bearer
from aihelper.lib.append_only import Kept
from aihelper.lib.errors import Conflict, Forbidden
from aihelper.lib.testing.plugin import PASSWORD
from chat.engine import retention, trash, unused
from chat.models import ChatImport, Document, Draft, ImportedChat, Message, Prompt, Role, Session
from chat.models.session import GIVEN_UP
from chat.tests import make
from chat.tests.commands import facts

pytestmark = pytest.mark.django_db

OLD = timezone.now() - timedelta(days=400)
# How a function minds legal holds: tried below by this name of WAYS, or why it has nothing to mind.
NOT_THEIRS = "it deletes what the program wrote for itself, or what was only passing"
PATHS = {
    "chat/services/sessions.py clear": "history",
    "chat/services/messages.py delete": "message",
    "chat/services/documents.py delete": "document",
    "chat/services/prompts.py delete": "prompt",
    "chat/services/own_roles.py delete": "role",
    "chat/services/bulk.py change": "purge",
    "chat/services/bulk.py empty_trash": "empty",
    "chat/services/imports/undo.py undo": "undo",
    "chat/engine/trash.py _delete": "sweep",
    "chat/engine/retention.py _take": "retention",
    "chat/engine/unused.py remove_documents": "unused",
    "chat/engine/unused.py remove_drafts": "unused",
    "accounts/services.py erase": "account",
    "chat/services/folders.py delete": "the chats of the folder stay",
    "chat/services/shares.py revoke": "a link can always be taken back: its chat stays (docs/decisions/legal-hold.md)",
    "chat/services/imports/write.py __post_init__": "of chats that are given up, it forgets only where they came from",
    "chat/services/push.py subscribe": NOT_THEIRS,
    "chat/services/push.py unsubscribe": NOT_THEIRS,
    "chat/services/purge.py chores": NOT_THEIRS,
    "chat/services/purge.py _expired": NOT_THEIRS,
    "chat/engine/store.py finish": NOT_THEIRS,
    "accounts/models.py save": NOT_THEIRS,
    "accounts/services.py _change": NOT_THEIRS,
    "accounts/sign_ins.py _end": NOT_THEIRS,
    "accounts/sign_ins.py purge_expired": NOT_THEIRS,
    "accounts/throttling.py forget": NOT_THEIRS,
    "accounts/throttling.py purge_expired": NOT_THEIRS,
    "accounts/tickets.py redeem": NOT_THEIRS,
    "chat/engine/indexer.py index_batch": NOT_THEIRS,
    "chat/engine/meters.py share": NOT_THEIRS,
    "chat/engine/rollup.py forget": NOT_THEIRS,
    "chat/services/word_lists.py take_back": NOT_THEIRS,
    "chat/engine/push.py _settle": NOT_THEIRS,
    "accounts/sessions.py delete": NOT_THEIRS,
    "accounts/sessions.py adelete": NOT_THEIRS,
    "accounts/sign_ins.py forget": NOT_THEIRS,
    "accounts/services.py change_password": NOT_THEIRS,
    "accounts/services.py purge_expired": NOT_THEIRS,
}


class Things:
    """alice's things, of each kind one: nothing of them may go."""

    def __init__(self, alice: User) -> None:
        self.user = alice
        self.session = make.session(alice, update_time=OLD)
        self.message = make.chain(self.session, ["q", "a"])[-1]
        self.trashed = make.session(alice, deleted_at=OLD, update_time=OLD)
        make.chain(self.trashed, ["q", "a"])
        self.given_up = make.session(alice, deleted_at=GIVEN_UP, update_time=OLD)
        make.chain(self.given_up, ["q", "a"])
        self.document = Document.objects.create(user=alice, name="a", size=1, chars=1, content="x", create_time=OLD)
        Draft.objects.create(user=alice, session_key=make.UNKNOWN_ID, text="Words", update_time=OLD)
        self.prompt = Prompt.objects.create(owner=alice, command="c", title="t", text="x")
        self.role = Role.objects.create(owner=alice, slug="own-1", name="Mine", system_prompt="x")
        self.chat_import = ChatImport.objects.create(user=alice)
        ImportedChat.objects.create(
            chat_import=self.chat_import, user=alice, session=self.session, source_key="k", last_seq=2
        )
        SiteSettings(retention_days=30, retention_at_once=True, trash_days=30).save()

    def stored(self) -> Any:
        """What must be there after as before: rows, and which chats are given up."""
        rows = [
            (model.__name__, list(model._default_manager.order_by("pk").values_list("pk", flat=True)))
            for model in (User, Session, Message, Document, Draft, Prompt, Role, ChatImport, ImportedChat)
        ]
        return rows, list(Session.objects.filter(deleted_at=GIVEN_UP).values_list("pk", flat=True))


@pytest.fixture
def theirs(alice: User) -> Things:
    return Things(alice)


def bulk(api: APIClient, action: str, session: Session) -> Any:
    body = {"session_ids": [session.session_id], "action": action}
    return api.post("/api/chat/sessions/bulk", body, format="json")


# Each way for somebody to destroy something: what a person asks for answers 403, what sweeps passes over it.
ASKED: dict[str, Callable[[APIClient, Things], Any]] = {
    "history": lambda api, one: api.delete(f"/api/chat/history/{one.session.session_id}"),
    "message": lambda api, one: api.delete(f"/api/chat/messages/{one.message.pk}"),
    "document": lambda api, one: api.delete(f"/api/chat/documents/{one.document.document_id}"),
    "prompt": lambda api, one: api.delete(f"/api/prompts/{one.prompt.prompt_id}"),
    "role": lambda api, one: api.delete(f"/api/roles/{one.role.slug}"),
    "purge": lambda api, one: bulk(api, "purge", one.trashed),
    "empty": lambda api, one: api.post("/api/chat/trash/empty"),
    "undo": lambda api, one: api.delete(f"/api/chat/imports/{one.chat_import.import_id}"),
    "account": lambda api, one: api.delete("/api/user", {"current_password": PASSWORD}, format="json"),
}
SWEPT: dict[str, Callable[[Things], Any]] = {
    "sweep": lambda one: trash.sweep(),
    "retention": lambda one: retention.sweep(),
    "unused": lambda one: unused.sweep(),
    "purge command": lambda one: facts("purge"),
    "emptytrash command": lambda one: call_command("emptytrash", days=0, stdout=StringIO()),
    "removeunused command": lambda one: call_command("removeunused", stdout=StringIO()),
}
# Ways of administrators and of the shell: they may say what it is.
REFUSED: dict[str, Callable[[Things], Any]] = {
    "erase": lambda one: services.erase(one.user, "last"),
    "delete_user command": lambda one: call_command("delete_user", "alice", "--yes", stdout=StringIO()),
    "model": lambda one: one.user.delete(),
    "rows": lambda one: User.objects.filter(pk=one.user.pk).delete(),
}


def hold(one: Things, how: str) -> Hold:
    if how == "person":
        return change.hold_person(one.user, reason="A court asks.", by=None)
    group = Group.objects.create(name="department")
    if how == "in the group":
        one.user.groups.add(group)
    held = change.hold_group(group, reason="A court asks.", by=None)
    if how == "came and went":
        one.user.groups.add(group)
        one.user.groups.clear()
    if how == "left":
        group.user_set.add(one.user)
        group.user_set.remove(one.user)
    return held


HOW = ("person", "in the group", "came and went", "left")


# --- Every way ----------------------------------------------------------------------------------
def deleting_functions() -> set[str]:
    """Every function of accounts and chat that deletes rows, or gives chats up."""
    found = set()
    for app in ("accounts", "chat"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if "/tests/" in name or "/migrations/" in name:
                continue
            module = ast.parse(path.read_text(encoding="utf-8"))
            methods = [part for node in module.body if isinstance(node, ast.ClassDef) for part in node.body]
            for node in [*module.body, *methods]:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _deletes(node):
                    found.add(f"{name} {node.name}")
    return found


def _deletes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            own = isinstance(node.func.value, ast.Call) and getattr(node.func.value.func, "id", "") == "super"
            if node.func.attr in {"delete", "adelete", "_raw_delete"} and not own and not node.args:
                return True
        given = node.value if isinstance(node, ast.keyword) and node.arg == "deleted_at" else None
        if given is not None and any(getattr(part, "id", "") == "GIVEN_UP" for part in ast.walk(given)):
            return True
        if isinstance(node, ast.Tuple) and [getattr(part, "id", "") for part in node.elts[1:]] == ["GIVEN_UP"]:
            return True
    return False


def test_no_function_deletes_that_is_not_known_here() -> None:
    known = set(PATHS)
    found = deleting_functions()
    assert found - known == set(), "say in PATHS how these mind legal holds"
    assert known - found == set(), "these delete nothing any more"
    assert {way for way in PATHS.values() if " " not in way} <= set(ASKED) | set(SWEPT)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("way", ASKED)
def test_what_is_asked_for_is_refused(theirs: Things, way: str, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    answer = ASKED[way](bearer(theirs.user), theirs)
    assert (answer.status_code, answer.json()["code"]) == (403, "kept"), answer.json()
    # Neither that there is a hold nor why.
    assert "hold" not in answer.json()["detail"] and "court" not in answer.content.decode()
    assert theirs.stored() == before


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("way", SWEPT)
def test_what_sweeps_passes_over_it(theirs: Things, way: str, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    SWEPT[way](theirs)
    assert theirs.stored() == before


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("way", REFUSED)
def test_no_account_goes(theirs: Things, way: str, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    with pytest.raises((Forbidden, ProtectedError, CommandError)):
        REFUSED[way](theirs)
    assert theirs.stored() == before


@pytest.mark.parametrize("way", [*ASKED, *SWEPT, *REFUSED])
def test_each_way_destroys_something_when_the_hold_has_ended(theirs: Things, way: str) -> None:
    """Else the tests above would prove nothing."""
    change.end(hold(theirs, "in the group"), reason="Settled.", by=None)
    before = theirs.stored()
    if way in ASKED:
        assert ASKED[way](bearer(theirs.user), theirs).status_code == 200
    else:
        (SWEPT | REFUSED)[way](theirs)
    assert theirs.stored() != before


# --- Administration -----------------------------------------------------------------------------
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
    assert "would require deleting the following protected" in page.content.decode()
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
