"""How long chats are kept: by the site, by a group; counted, moved to the trash or gone at once; its page."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from accounts.groups.models import GroupPolicy
from accounts.models import AuditEntry, SiteSettings, User
from chat.engine import retention, trash
from chat.engine.retention import Due
from chat.models import Session
from chat.models.session import GIVEN_UP
from chat.tests import make

pytestmark = pytest.mark.django_db

URL = "/admin/chat/session/retention/"


def _old(user: User, days: int) -> Session:
    session = make.session(user)
    Session.objects.filter(pk=session.pk).update(update_time=timezone.now() - timedelta(days=days))
    return session


def _group(user: User, days: int | None, name: str = "pupils") -> None:
    group = Group.objects.create(name=name)
    GroupPolicy.objects.create(group=group, retention_days=days)
    user.groups.add(group)


def _gone() -> set[int]:
    return set(Session.objects.exclude(deleted_at=None).values_list("pk", flat=True))


def test_without_a_number_all_is_kept(alice: User) -> None:
    _old(alice, 5000)
    _group(alice, None)
    assert (retention.dry_run(), retention.sweep()) == ([], 0)
    assert not AuditEntry.objects.exists()


def test_the_sites_number_moves_what_is_old_to_the_trash(alice: User, bob: User) -> None:
    SiteSettings(retention_days=30).save()
    due = [_old(alice, 31), _old(alice, 40), _old(bob, 31)]
    _old(alice, 29)
    assert retention.dry_run() == [Due(days=30, by_group=False, chats=3, people=2)]
    assert not _gone()
    assert retention.sweep() == 3
    assert _gone() == {session.pk for session in due}
    assert all(
        session.deleted_at and session.deleted_at > GIVEN_UP for session in Session.objects.filter(pk__in=_gone())
    )
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.object, entry.reason) == ("retention", "3 chats", "30 days")
    assert retention.sweep() == 0


def test_at_once_leaves_nothing_to_restore(alice: User) -> None:
    SiteSettings(retention_days=30, retention_at_once=True).save()
    session = _old(alice, 31)
    retention.sweep()
    trash.sweep()
    assert not Session.objects.filter(pk=session.pk).exists()


def test_the_number_of_a_group_goes_before_the_sites(alice: User, bob: User) -> None:
    SiteSettings(retention_days=30).save()
    _group(alice, 100)
    kept, due, bobs = _old(alice, 50), _old(alice, 101), _old(bob, 50)
    assert retention.dry_run() == [Due(100, True, 1, 1), Due(30, False, 1, 1)]
    retention.sweep()
    assert _gone() == {due.pk, bobs.pk}
    assert kept.pk not in _gone()


def test_of_several_groups_the_fewest_days_hold(alice: User) -> None:
    _group(alice, 100, "one")
    _group(alice, 10, "two")
    _group(alice, None, "three")
    _old(alice, 11)
    assert retention.dry_run() == [Due(10, True, 1, 1), Due(100, True, 0, 0)]
    assert retention.sweep() == 1


def test_many_go_in_batches(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    SiteSettings(retention_days=1).save()
    for _ in range(5):
        _old(alice, 2)
    assert retention.sweep() == 5


def test_the_page_counts_and_asks(client: Client, alice: User) -> None:
    SiteSettings(retention_days=30).save()
    _old(alice, 31)
    client.force_login(User.objects.create_superuser("root"))
    assert "Yes, let 1 chat go" in client.get(URL).content.decode()
    assert client.post(URL, {}).status_code == 200
    assert not _gone()
    assert client.post(URL, {"sure": "yes"}).status_code == 302
    assert len(_gone()) == 1
    assert AuditEntry.objects.get().actor_name == "root"


def test_who_may_not_delete_gets_nowhere(client: Client, alice: User) -> None:
    SiteSettings(retention_days=30).save()
    _old(alice, 31)
    staff: Any = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="chat"))
    client.force_login(staff)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"sure": "yes"}).status_code == 403
    assert not _gone()
