from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection

from accounts.fields import BinaryCharField
from accounts.models import SiteSettings, User, username_key

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("alice", "ALICE", True),
        ("alice", "ａｌｉｃｅ", True),
        ("straße", "STRASSE", True),
        ("ﬁsh", "fish", True),
        ("i", "I", True),
        ("alice", "àlice", False),
        ("alice", "alice ", False),
        ("alice", "аlice", False),
    ],
)
def test_spellings(first: str, second: str, same: bool) -> None:
    assert (username_key(first) == username_key(second)) is same


def test_key_is_stable() -> None:
    for name in ("ΑΙΣ", "ǰ", "ŉ", "ΐ", "ﷺ", "İstanbul"):
        assert username_key(username_key(name)) == username_key(name)


def test_two_spellings_cannot_be_stored() -> None:
    User.objects.create_user("alice")
    with pytest.raises(IntegrityError):
        User.objects.create_user("Alice")


def test_accents_make_another_name_on_every_database() -> None:
    User.objects.create_user("admin")
    User.objects.create_user("àdmin")
    assert User.objects.get(username_key="admin").username == "admin"
    assert User.objects.get(username="àdmin").username == "àdmin"


def test_names_are_compared_by_their_bytes() -> None:
    expected = "utf8mb4_bin" if connection.vendor == "mysql" else None
    for field in User._meta.concrete_fields:
        if isinstance(field, BinaryCharField):
            assert field.db_parameters(connection)["collation"] == expected


def test_the_key_follows_the_name() -> None:
    user = User.objects.create_user("alice")
    user.username = "Alicia"
    user.save(update_fields=["username"])
    assert User.objects.get_by_natural_key("ALICIA") == user


def test_columns_have_the_names_that_people_know() -> None:
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, "users")}
    assert {
        "id",
        "username",
        "email",
        "password",
        "avatar",
        "create_time",
        "last_login",
        "status",
        "is_admin",
    } <= columns


def test_create_superuser_by_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse 1")
    call_command("createsuperuser", username="root", interactive=False, verbosity=0)
    user = User.objects.get()
    assert user.is_staff and user.is_superuser and user.may_sign_in
    assert authenticate(username="ROOT", password="correct horse 1") == user
    assert get_user_model() is User


def test_settings_are_one_row() -> None:
    assert SiteSettings.load().registration_mode == "open"
    SiteSettings(registration_mode="closed").save()
    SiteSettings(registration_mode="approval").save()
    assert SiteSettings.load().registration_mode == "approval"
    assert SiteSettings.objects.count() == 1


def test_no_password_means_no_sign_in(api: Any) -> None:
    User.objects.create_user("alice")
    assert authenticate(username="alice", password="") is None
    assert authenticate(username="alice", password=None) is None
