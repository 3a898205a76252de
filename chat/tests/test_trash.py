"""The trash: its list, emptying it, and the sweep (also manage.py emptytrash)."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from chat.engine import trash
from chat.models import Draft, Generation, Message, Session, UsageRecord
from chat.models.session import GIVEN_UP
from chat.tests import make

LIST = "/api/chat/sessions"
EMPTY = "/api/chat/trash/empty"
pytestmark = pytest.mark.django_db


def _ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def _titles(client: APIClient, **query: Any) -> list[str]:
    sessions = client.get(LIST, {"trash": "true", **query}).json()["sessions"]
    return [session["title"] for session in sessions]


class TestList:
    """GET /api/chat/sessions?trash=true."""

    def test_what_was_deleted_last_comes_first(self, alice: Any, alice_api: APIClient) -> None:
        make.session(alice, title="first", deleted_at=_ago(3), pinned=True)
        make.session(alice, title="last", deleted_at=_ago(1), archived=True)
        make.session(alice, title="given up", deleted_at=GIVEN_UP)
        make.session(alice, title="not deleted")
        assert _titles(alice_api) == ["last", "first"]
        assert alice_api.get(LIST, {"trash": "true"}).json()["sessions"][0]["deleted_at"].endswith("Z")

    def test_pages_join_without_gaps_or_doubles(self, alice: Any, alice_api: APIClient) -> None:
        for number in range(7):
            make.session(alice, title=str(number), deleted_at=make.NOON + timedelta(minutes=number // 3))
        cursor: str | None = ""
        found: list[str] = []
        while cursor is not None:
            page = alice_api.get(LIST, {"trash": "true", "limit": "2", "cursor": cursor}).json()
            found += [session["title"] for session in page["sessions"]]
            cursor = page["next"]
        assert found == ["6", "5", "4", "3", "2", "1", "0"]

    @pytest.mark.parametrize("where", [{}, {"archived": "true"}, {"trash": "true"}])
    def test_titles_are_searched_in_any_case(self, alice: Any, alice_api: APIClient, where: dict[str, str]) -> None:
        state = {"archived": "archived" in where, "deleted_at": make.NOON if "trash" in where else None}
        make.session(alice, title="A plan for 北京", **state)
        make.session(alice, title="Nothing", **state)
        for words in ("PLAN", "北京"):
            assert [row["title"] for row in alice_api.get(LIST, {**where, "title": words}).json()["sessions"]] == [
                "A plan for 北京"
            ]

    def test_everybody_sees_their_own_only(self, alice: Any, bob_api: APIClient, admin_api: APIClient) -> None:
        make.session(alice, deleted_at=make.NOON)
        assert _titles(bob_api) == _titles(admin_api) == []


class TestEmpty:
    """POST /api/chat/trash/empty."""

    def test_it_works(self, alice: Any, bob: Any, alice_api: APIClient) -> None:
        make.many(alice, 3, deleted_at=_ago(1))
        kept, his = make.session(alice), make.session(bob, deleted_at=_ago(1))
        assert alice_api.post(EMPTY).json() == {"count": 3}
        assert _titles(alice_api) == []
        assert trash.sweep() == 3
        assert set(Session.objects.exclude(pk=his.pk)) == {kept}
        assert alice_api.post(EMPTY).json() == {"count": 0}

    def test_somebody_elses_stays(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        session = make.session(alice, deleted_at=make.NOON)
        assert bob_api.post(EMPTY).json() == admin_api.post(EMPTY).json() == {"count": 0}
        assert api.post(EMPTY).status_code == 401
        session.refresh_from_db()
        assert session.deleted_at == make.NOON

    def test_the_sweep_is_called(
        self, alice: Any, alice_api: APIClient, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        called: list[bool] = []
        monkeypatch.setattr("chat.engine.supervisor.Supervisor.sweep", lambda _self: called.append(True))
        make.session(alice, deleted_at=make.NOON)
        with django_capture_on_commit_callbacks(execute=True):
            alice_api.post(EMPTY)
        assert called


class TestSweep:
    """What is due goes, with all that hangs on it."""

    def test_by_age(self, alice: Any, settings: Any) -> None:
        settings.TRASH_DAYS = 30
        kept = [make.session(alice), make.session(alice, deleted_at=_ago(29))]
        make.session(alice, deleted_at=_ago(31))
        make.session(alice, deleted_at=GIVEN_UP)
        assert trash.sweep() == 2
        assert list(Session.objects.order_by("pk")) == kept

    def test_with_0_days_only_what_was_given_up(self, alice: Any, settings: Any) -> None:
        settings.TRASH_DAYS = 0
        kept = make.session(alice, deleted_at=_ago(4000))
        make.session(alice, deleted_at=GIVEN_UP)
        assert trash.sweep() == 1
        assert Session.objects.get() == kept

    def test_messages_go_and_the_ledger_stays(self, alice: Any) -> None:
        session = make.session(alice, deleted_at=GIVEN_UP)
        messages = make.long_chain(session, 60)
        messages[5].beside = messages[3]
        messages[5].save()
        Generation.objects.create(message=messages[1], user=alice, state="completed")
        UsageRecord.objects.create(user=alice, username="alice", model_id="m", message_id=messages[1].pk)
        Draft.objects.create(user=alice, session_key=session.session_id, text="unsent")
        other = make.chain(make.session(alice), ["q", "a"])
        Draft.objects.create(user=alice, session_key=other[0].session.session_id, text="kept")
        assert trash.sweep() == 1
        assert list(Message.objects.order_by("pk")) == other
        assert not Generation.objects.exists()
        assert (UsageRecord.objects.count(), Draft.objects.get().text) == (1, "kept")

    def test_what_is_still_being_stopped_waits(self, alice: Any) -> None:
        session = make.session(alice, deleted_at=GIVEN_UP)
        run = make.running(session)
        assert trash.sweep() == 0
        Generation.objects.filter(pk=run.pk).update(state="stopped")
        assert trash.sweep() == 1

    def test_many(self, alice: Any) -> None:
        make.many(alice, 3 * trash.BATCH + 1, deleted_at=GIVEN_UP)
        assert trash.sweep() == 3 * trash.BATCH + 1
        assert not Session.objects.exists()

    def test_what_has_to_stay_is_passed_over_once(
        self, alice: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
    ) -> None:
        monkeypatch.setattr(trash, "_LOOK", 2)
        busy = [make.session(alice, deleted_at=GIVEN_UP) for _ in range(5)]
        for session in busy:
            make.running(session)
        make.many(alice, 3, deleted_at=GIVEN_UP)
        make.session(alice, deleted_at=_ago(100))
        with django_assert_max_num_queries(100):
            assert trash.sweep() == 4
        assert list(Session.objects.order_by("pk")) == busy

    # ANALYZE commits.
    @pytest.mark.django_db(transaction=True)
    def test_it_reads_what_is_due_and_no_other_session(self, alice: Any) -> None:
        make.many(alice, 400)
        make.many(alice, 5, deleted_at=_ago(100))
        if connection.vendor == "mysql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE TABLE chat_sessions")
                cursor.fetchall()
        start = timezone.now()
        for rows in (trash.due(start), trash.due(start, (_ago(101), 1))):
            assert len(rows) == 5
            plan = rows.explain()
            assert "session_trash" in plan and "SCAN" not in plan and "TEMP B-TREE" not in plan, plan
            assert "filesort" not in plan and "ALL" not in plan, plan


class TestCommand:
    """manage.py emptytrash."""

    def _run(self, *args: str) -> str:
        out = io.StringIO()
        call_command("emptytrash", *args, stdout=out)
        return out.getvalue()

    def test_it_works(self, alice: Any, settings: Any) -> None:
        settings.LANGUAGE_CODE = "en"
        make.session(alice, deleted_at=_ago(8))
        make.session(alice, deleted_at=_ago(6))
        assert json.loads(self._run("--days", "7", "--json")) == {"ok": True, "deleted": 1, "days": 7}
        assert Session.objects.count() == 1
        assert "0" in self._run()

    def test_bad_input(self) -> None:
        with pytest.raises(CommandError):
            self._run("--days", "-1")
