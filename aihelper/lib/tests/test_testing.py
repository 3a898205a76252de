"""What the helpers of tests promise each other."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal

from accounts.models import User
from aihelper.lib.testing import database, patience
from chat.models import Role


def _made_by_migrations() -> list[set[Any]]:
    return [
        set(ContentType.objects.values_list("app_label", "model")),
        set(Permission.objects.values_list("content_type__model", "codename", "name")),
        set(Role.objects.values_list("slug", "name", "system_prompt")),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_the_database_and_leaves_what_the_migrations_made(alice: User) -> None:
    Role.objects.all().delete()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    assert not User.objects.exists()
    left = _made_by_migrations()
    assert all(left)
    emit_post_migrate_signal(0, False, "default")
    assert _made_by_migrations() == left


def test_what_has_a_database_is_known(request: pytest.FixtureRequest) -> None:
    assert not database.uses_database(request.node)


def test_what_has_a_database_is_known_by_its_fixtures(request: pytest.FixtureRequest, alice_api: Any) -> None:
    assert database.uses_database(request.node)


@pytest.mark.django_db
def test_what_has_a_database_is_known_by_its_mark(request: pytest.FixtureRequest) -> None:
    assert database.uses_database(request.node)


def _pressure(path: Path, seconds: float) -> None:
    path.write_text(f"some avg10=0.00 avg60=0.00 avg300=0.00 total={int(seconds * 1e6)}\nfull total=0\n")


def test_waiting_for_a_core_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([100.0, 100.0, 107.0, 107.0])
    monkeypatch.setattr(patience, "PRESSURE", tmp_path / "cpu")
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    _pressure(patience.PRESSURE, 50)
    watch = patience.Stopwatch()
    _pressure(patience.PRESSURE, 54)
    assert (watch.seconds, watch.net) == (7, 3)


@pytest.mark.asyncio
async def test_a_claim_that_does_not_hold_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PRESSURE", tmp_path / "not told here")
    async with patience.within(60):
        pass
    with pytest.raises(AssertionError, match="net"):
        async with patience.within(-1):
            pass
