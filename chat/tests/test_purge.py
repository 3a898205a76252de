"""manage.py purge."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.utils import timezone

from accounts.models import LiveNote, RefreshToken, SignIn, SiteSettings, SocketTicket, ThrottleCounter, User
from chat.engine import retention
from chat.models import Document, Draft, Session, UsageRecord
from chat.tests import make
from chat.tests.commands import facts, refused, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(alice: User) -> None:
    """One of each that is due, and one that is not."""
    old, now = timezone.now() - timedelta(days=400), timezone.now()
    for when in (old, now):
        name = f"{when:%Y%m%d}"
        session = make.session(alice, deleted_at=when)
        make.chain(session, ["Words", "More"])
        Document.objects.create(user=alice, name="a", size=1, chars=1, content="x", create_time=when)
        Draft.objects.create(user=alice, session_key=make.UNKNOWN_ID if when is old else "", text="", update_time=when)
        RefreshToken.objects.create(
            user=alice, family=uuid.uuid4(), jti_hash=name, create_time=when, expires_at=when + timedelta(days=1)
        )
        SocketTicket.objects.create(user=alice, ticket_hash=name, token_version=0, expires_at=when + timedelta(days=1))
        ThrottleCounter.objects.create(key_hash=name, count=1, expires_at=when + timedelta(days=1))
        SignIn.objects.create(user=alice, kind="program", name_hash=name, last_seen=when)
        BrowserSession.objects.create(session_key=name, session_data="", expire_date=when + timedelta(days=1))
        LiveNote.objects.create(user=alice, what=name, changed_at=when)
    UsageRecord.objects.create(user=alice, username="alice", model_id="m", state="completed", create_time=old)


ONE_OF_EACH = dict.fromkeys(
    ("chats", "drafts", "documents", "tokens", "tickets", "sign_ins", "counters", "browser_sessions", "notes"), 1
)


def test_it_works(alice: User, due: None) -> None:
    assert facts("purge", "--dry-run") == {"dry_run": True, "held": 0, "old_chats": 0, **ONE_OF_EACH}
    assert Session.objects.count() == 2, "a dry run only counts"
    assert facts("purge") == {"dry_run": False, "held": 0, "old_chats": 0, **ONE_OF_EACH}
    assert facts("purge") == {"dry_run": False, "held": 0, "old_chats": 0, **dict.fromkeys(ONE_OF_EACH, 0)}
    assert [rows.objects.count() for rows in (Session, Document, Draft, SignIn, UsageRecord)] == [1, 1, 1, 1, 1]


def test_only_some(due: None) -> None:
    assert facts("purge", "--only", "chats", "notes") == {"dry_run": False, "held": 0, "chats": 1, "notes": 1}
    assert facts("purge", "--dry-run")["tokens"] == 1


def test_it_lets_go_what_is_too_old_by_the_sites_rule(alice: User) -> None:
    SiteSettings(retention_days=30).save()
    old = timezone.now() - timedelta(days=31)
    make.session(alice, update_time=old)
    make.session(alice)
    assert facts("purge", "--dry-run", "--only", "old_chats") == {"dry_run": True, "held": 0, "old_chats": 1}
    assert facts("purge", "--only", "old_chats", "chats") == {"dry_run": False, "held": 0, "old_chats": 1, "chats": 0}
    assert Session.objects.filter(deleted_at=None).count() == 1 and Session.objects.count() == 2
    # The site's own sweep finds nothing more: it is the same rule.
    assert retention.sweep() == 0


def test_it_tells_people(due: None) -> None:
    assert "       1  chats in the trash\n" in run("purge", "--dry-run")
    assert run("purge").startswith("Gone for good:\n")


def test_wrong_use() -> None:
    assert refused("purge", "--only", "everything") != 0
