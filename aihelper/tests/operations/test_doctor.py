"""`manage.py doctor`: all is well, or a sentence for each thing that is not."""

import base64
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone, translation

from accounts.models import ThrottleCounter, User
from aihelper.operations.backup import schema
from aihelper.operations.doctor import data, server
from aihelper.tests.operations.seed import KEY
from aihelper.tests.operations.support import levels, report
from chat.models import Generation, Message, Session
from providers import services
from providers.models import ModelConfig, Provider, ProviderKey, ProviderState

pytestmark = pytest.mark.django_db

TITLE = "a title that nobody else may read"


@pytest.fixture(autouse=True)
def healthy(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, admin: Any) -> None:
    """An installation in which nothing is wrong."""
    settings.DATA_DIR = tmp_path / "data"
    settings.REDIS_URL = ""
    settings.STATICFILES_DIRS = [tmp_path / "dist"]
    settings.STATIC_ROOT = tmp_path / "static"
    for folder in (settings.DATA_DIR, tmp_path / "dist", tmp_path / "static", settings.DATA_DIR / "keys"):
        folder.mkdir(mode=0o700)
    (settings.DATA_DIR / "keys" / "field_keys").touch(mode=0o600)
    (tmp_path / "dist" / "manifest.json").write_text("{}")
    (tmp_path / "static" / ".stamp").write_text("now")
    monkeypatch.setattr(server, "static_digest", lambda: "now")
    monkeypatch.setattr(server, "LOW_BYTES", 0)
    monkeypatch.setattr(server, "TOO_LOW_BYTES", 0)
    provider = services.create_provider(name="Example", base_url="https://api.example.com/v1", api_key=KEY)
    ModelConfig.objects.create(provider=provider, model_id="big")
    session = Session.objects.create(user=admin, title=TITLE)
    answer = Message.objects.create(session=session, user=admin, seq=1, role="assistant", content=TITLE)
    Generation.objects.create(message=answer, user=admin, state="completed")


def test_all_is_well() -> None:
    code, facts, _text = report("doctor")
    assert [row for row in facts["findings"] if row["level"] != "ok"] == []
    assert (code, facts["ok"], facts["counts"]["fail"]) == (0, True, 0)
    looked_at = {row["check"] for row in facts["findings"]}
    assert looked_at >= {"settings", "folders", "disk", "page", "static", "redis", "database", "migrations", "schema"}
    assert looked_at >= {"keys", "models", "people", "search", "runs", "clock"}
    assert "providers" not in looked_at


def test_it_tells_people_in_their_language() -> None:
    out = io.StringIO()
    with translation.override("zh-hans"):
        call_command("doctor", stdout=out)
    assert "数据库有响应" in out.getvalue()


def _open_key(settings: Any) -> None:
    (settings.DATA_DIR / "keys" / "field_keys").chmod(0o644)


def _open_folder(settings: Any) -> None:
    settings.DATA_DIR.chmod(0o755)


def _unbuilt(settings: Any) -> None:
    (settings.STATICFILES_DIRS[0] / "manifest.json").unlink()


def _uncollected(settings: Any) -> None:
    (settings.STATIC_ROOT / ".stamp").unlink()


def _collected_before(settings: Any) -> None:
    (settings.STATIC_ROOT / ".stamp").write_text("before")


def _other_keys(settings: Any) -> None:
    settings.FIELD_KEYS = "other:" + base64.b64encode(b"x" * 32).decode()


def _no_redis(settings: Any) -> None:
    # Nobody but root may listen at port 1.
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def _stuck(settings: Any) -> None:
    Generation.objects.update(state="running", heartbeat_at=timezone.now() - timedelta(hours=1))


def _from_the_future(settings: Any) -> None:
    Message.objects.update(create_time=timezone.now() + timedelta(days=1))


def _spared(settings: Any) -> None:
    until = timezone.now() + timedelta(minutes=5)
    ProviderState.objects.create(provider=Provider.objects.get(), open_until=until, last_error="upstream_timeout")


def _pausing(settings: Any) -> None:
    until = timezone.now() + timedelta(minutes=5)
    ProviderKey.objects.update(cooldown_until=until, last_error="authentication_failed")


BROKEN: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "a key that others can read": (_open_key, "folders", "fail"),
    "a folder that others can read": (_open_folder, "folders", "warn"),
    "no page": (_unbuilt, "page", "fail"),
    "no static files": (_uncollected, "static", "fail"),
    "old static files": (_collected_before, "static", "warn"),
    "keys of another server": (_other_keys, "keys", "fail"),
    "no Redis": (_no_redis, "redis", "warn"),
    "no model": (lambda settings: ModelConfig.objects.update(is_active=False), "models", "warn"),
    "a provider whose calls fail": (_spared, "calls", "warn"),
    "a key that is refused": (_pausing, "calls", "warn"),
    "no administrator": (lambda settings: User.objects.update(is_active=False), "people", "fail"),
    "an answer whose process is gone": (_stuck, "runs", "warn"),
    "a message from tomorrow": (_from_the_future, "clock", "fail"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_finds(name: str, settings: Any) -> None:
    break_it, check, level = BROKEN[name]
    break_it(settings)
    code, facts, text = report("doctor")
    bad = [row for row in facts["findings"] if row["level"] != "ok"]
    assert len(bad) == 1, bad
    row = bad[0]
    assert (row["check"], row["level"]) == (check, level)
    assert row["sentence"]
    assert row["advice"]
    assert code == (1 if level == "fail" else 0)
    assert TITLE not in text
    assert KEY not in text


def test_traces_that_nobody_can_send(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    assert levels("doctor", "tracing") == []
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    assert levels("doctor", "tracing") == ["ok"]
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "pigeons")
    code, facts, _text = report("doctor")
    [row] = [row for row in facts["findings"] if row["level"] == "warn"]
    assert (code, row["check"]) == (0, "tracing") and "pigeons" in row["sentence"] and row["advice"]


def test_warnings_count_when_they_shall() -> None:
    ModelConfig.objects.update(is_active=False)
    assert report("doctor")[0] == 0
    assert report("doctor", strict=True)[0] == 1


def test_wrong_settings_are_named_and_not_shown(settings: Any) -> None:
    settings.JWT_KEY = "canary-9d1f"
    code, facts, text = report("doctor")
    [row] = [row for row in facts["findings"] if row["level"] == "fail"]
    assert row["sentence"].startswith("aihelper.E002")
    assert code == 1
    assert "canary-9d1f" not in text


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("no connection to db.internal:3306")

    monkeypatch.setattr(connection, "ensure_connection", fail)
    code, facts, text = report("doctor")
    assert [row["check"] for row in facts["findings"] if row["level"] == "fail"] == ["database"]
    assert "keys" not in {row["check"] for row in facts["findings"]}
    assert code == 1
    assert "db.internal" not in text


def test_a_database_that_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**fields: Any) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(ThrottleCounter.objects, "create", fail)
    assert levels("doctor", "database") == ["fail"]


def test_looking_writes_nothing() -> None:
    report("doctor")
    assert not ThrottleCounter.objects.filter(key_hash="doctor").exists()


def test_missing_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "missing", lambda alias: [("chat", "0999_tomorrow")])
    assert levels("doctor", "migrations") == ["fail"]


def test_tables_that_somebody_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = data._columns
    monkeypatch.setattr(data, "_columns", lambda cursor, table: columns(cursor, table) - {"title"})
    _code, facts, _text = report("doctor")
    [row] = [row for row in facts["findings"] if row["check"] == "schema"]
    assert row["level"] == "fail"
    assert "chat_sessions.title" in row["sentence"]


def test_a_search_that_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "BEHIND", 0)
    assert levels("doctor", "search") == ["warn"]


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LOW_BYTES", 1 << 80)
    assert levels("doctor", "disk") == ["warn"]
    monkeypatch.setattr(server, "TOO_LOW_BYTES", 1 << 80)
    assert levels("doctor", "disk") == ["fail"]


def test_a_clock_that_cannot_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "WRITTEN", datetime(9000, 1, 1, tzinfo=UTC))
    assert levels("doctor", "clock") == ["fail"]


@pytest.mark.parametrize(("ok", "level"), [(True, "ok"), (False, "fail")])
def test_providers_are_asked_when_they_shall_be(monkeypatch: pytest.MonkeyPatch, ok: bool, level: str) -> None:
    result = SimpleNamespace(ok=ok, sentence="What was found.")
    checked = [SimpleNamespace(provider=SimpleNamespace(name="Example"), result=result)]
    monkeypatch.setattr(services, "check_providers", lambda: checked)
    assert levels("doctor", "providers", online=True) == [level]
