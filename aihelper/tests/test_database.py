"""What the tests' plugin for databases promises."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal

from accounts.models import User
from aihelper.tests import database
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
