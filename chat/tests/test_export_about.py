"""Everything that is kept about a person is in their own export, or stands here with the reason why it is not."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, ManyToManyField

from accounts.budgets import top_up
from accounts.budgets.models import Budget
from accounts.invitations import giving, taking
from accounts.models import User
from chat.exports import about
from chat.models import WordWarning

pytestmark = pytest.mark.django_db

EXPORTED = {
    "accounts.AuditEntry.person", "accounts.Budget.user", "accounts.BudgetCounter.user", "accounts.Invitation.person",
    "accounts.InvitationUse.user", "accounts.SignIn.user", "accounts.TopUp.user", "accounts.User.groups",
    "chat.ChatImport.user", "chat.Document.user", "chat.Draft.user", "chat.Folder.user", "chat.Message.user",
    "chat.Prompt.owner", "chat.PushSubscription.user", "chat.Role.owner", "chat.Session.user", "chat.Share.user",
    "chat.UsageRecord.user", "chat.WordWarning.user",
}  # fmt: skip
BY_OFFICE = "what an administrator did is about somebody else, or a setting"
SECRET = "secrets, whose sign-ins are listed"
LEFT_OUT = {
    "accounts.AuditEntry.actor": BY_OFFICE,
    "accounts.GroupPolicy.managers": BY_OFFICE,
    "accounts.Invitation.invited_by": BY_OFFICE,
    "accounts.SettingChange.actor": BY_OFFICE,
    "accounts.TopUp.by": BY_OFFICE,
    "admin.LogEntry.user": BY_OFFICE,
    "accounts.Hold.by": BY_OFFICE,
    "accounts.HoldEnd.by": BY_OFFICE,
    "accounts.User.user_permissions": BY_OFFICE,
    "accounts.HeldPerson.user": "its people are not told (docs/decisions/legal-hold.md)",
    "accounts.Dismissal.user": "that an announcement was closed",
    "accounts.LiveNote.user": "a poke to open tabs, gone after a day",
    "chat.Generation.user": "the work on an answer, which is in the chats",
    "accounts.RefreshToken.user": SECRET,
    "accounts.SocketTicket.user": SECRET,
    "chat.ImportedChat.user": "which chats came by an import, which is listed",
}


def named(field: Any) -> str:
    return f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}"


def test_every_table_of_people_is_exported_or_left_out_for_a_reason() -> None:
    links = {
        named(field)
        for model in apps.get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if isinstance(field, ForeignKey | ManyToManyField) and (field.related_model is User or model is User)
    }
    assert links - EXPORTED - set(LEFT_OUT) == set()
    assert (EXPORTED | set(LEFT_OUT)) - links == set()


def files(user: User) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(dict(about.files(user))))
    return told


def test_invitations_and_what_was_given(alice: User) -> None:
    office = User.objects.create_superuser("office", password="correct horse battery")
    found, link = giving.invite(by=office, groups=())
    joined = taking.accept(link, username="carol", password="correct horse battery")
    joined.groups.add(Group.objects.create(name="7b"))
    WordWarning.objects.create(user=joined, word="whale", message_id=7)
    budget = Budget.objects.create(name="Class", limit=3, user=joined)
    top_up.add(budget, amount=Decimal(2), reason="An essay", by=office)
    told = files(joined)
    assert told["invitations.json"]["used"][0]["invited_by_name"] == "office"
    assert told["groups.json"] == ["7b"]
    assert told["word_warnings.json"][0]["word"] == "whale"
    assert told["budgets.json"]["now"][0]["limit"] == 5
    assert told["budgets.json"]["top_ups"][0]["reason"] == "An essay"
    # Nobody else's, and no secret of a link.
    assert files(alice)["invitations.json"] == {"used": [], "made_for_me": []}
    assert link not in json.dumps(told)
    assert found.token_hash not in json.dumps(told)
