"""Somebody with things of each kind, the ways to destroy them, and the ways to be held."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.holds import change
from accounts.holds.models import Hold
from accounts.models import SiteSettings, User
from aihelper.lib.testing.plugin import PASSWORD
from chat.engine import retention, trash, unused
from chat.models import ChatImport, Document, Draft, ImportedChat, Message, Prompt, Role, Session
from chat.models.session import GIVEN_UP
from chat.tests import make
from chat.tests.commands import facts

OLD = timezone.now() - timedelta(days=400)


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
