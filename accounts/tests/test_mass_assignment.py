"""Only documented fields are taken: every field of every model, and twenty made-up ones, are sent to every route."""

from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import tokens
from accounts.models import User
from accounts.tests.support import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]

MODEL_FIELDS = {
    name
    for model in apps.get_app_config("accounts").get_models()
    for field in model._meta.get_fields()
    for name in (field.name, getattr(field, "attname", field.name), getattr(field, "column", None) or field.name)
}
MADE_UP = (
    "role roles admin is_root sudo superuser staff active approved verified permissions scope quota plan credits owner"
    " owner_id tenant __class__ __proto__"
).split()
EVIL: dict[str, Any] = {name: 1 for name in sorted(MODEL_FIELDS | set(MADE_UP))}
UNTOUCHABLE = sorted(
    {field.attname for field in User._meta.concrete_fields}
    - {
        "username",
        "username_key",
        "email",
        "password",
        "avatar",
        "locale",
        "preferences",
        "token_version",
        "last_login",
    }
)


def state(user: User) -> dict[str, Any]:
    """What no request of the user's own may change."""
    stored = User.objects.get(pk=user.pk)
    rights = {"groups": list(stored.groups.all()), "permissions": list(stored.user_permissions.all())}
    return {name: getattr(stored, name) for name in UNTOUCHABLE} | rights


def test_the_list_is_complete() -> None:
    assert {"is_superuser", "is_staff", "is_admin", "status", "is_approved", "id", "create_time"} <= set(EVIL)
    assert len(MADE_UP) == 20


def test_register(api: Any) -> None:
    body = EVIL | {"username": "carol", "password": PASSWORD, "email": "carol@example.org"}
    response = api.post("/api/register", body, format="json")
    assert response.status_code == 201
    user = User.objects.get(username="carol")
    assert not (user.is_staff or user.is_superuser or user.avatar or user.preferences or user.locale)
    assert (user.token_version, user.last_login) == (0, None)
    assert user.check_password(PASSWORD)


def test_register_for_approval(api: Any) -> None:
    from accounts.models import SiteSettings

    SiteSettings(registration_mode="approval").save()
    api.post("/api/register", EVIL | {"username": "carol", "password": PASSWORD, "email": ""}, format="json")
    assert User.objects.get().is_approved is False


@pytest.mark.parametrize("changed", ["email", "locale", "preferences"])
def test_profile(alice: Any, alice_api: Any, changed: str) -> None:
    good = {"email": "new@example.org", "locale": "en", "preferences": {"theme": "dark"}}
    before, whole = state(alice), dict(User.objects.values().get(pk=alice.pk))
    harmless = {name: value for name, value in EVIL.items() if name not in good}
    response = alice_api.patch("/api/user/info", harmless | {changed: good[changed]}, format="json")
    assert response.status_code == 200
    assert state(alice) == before
    after = dict(User.objects.values().get(pk=alice.pk))
    assert {name for name in whole if whole[name] != after[name]} == {changed}


def test_preferences_are_no_way_in(alice: Any, alice_api: Any) -> None:
    before = state(alice)
    alice_api.patch("/api/user/info", {"preferences": {name: True for name in list(EVIL)[:40]}}, format="json")
    assert state(alice) == before


def test_password(alice: Any, alice_api: Any) -> None:
    before = state(alice)
    body = EVIL | {"current_password": PASSWORD, "new_password": "another horse 2"}
    assert alice_api.post("/api/user/password", body, format="json").status_code == 200
    assert state(alice) == before
    assert User.objects.get(pk=alice.pk).check_password("another horse 2")


@pytest.mark.parametrize("route", ["/api/login", "/api/token"])
def test_sign_in(api: Any, alice: Any, bob: Any, route: str) -> None:
    before = state(alice)
    body = EVIL | {"user_id": bob.pk, "id": bob.pk, "username": "alice", "password": PASSWORD}
    pair = api.post(route, body, format="json").json()
    assert state(alice) == before
    assert tokens.user_of_access(pair["access"])[0] == alice


def test_refresh(api: Any, alice: Any, bob: Any) -> None:
    body = EVIL | {"user_id": bob.pk, "refresh": tokens.issue(alice).refresh}
    pair = api.post("/api/token/refresh", body, format="json").json()
    assert tokens.user_of_access(pair["access"])[0] == alice


def test_avatar(alice: Any, bob: Any, alice_api: Any) -> None:
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    before = state(alice)
    body = {name: str(value) for name, value in EVIL.items()} | {"user_id": str(bob.pk), "avatar": "../x"}
    body |= {"file": SimpleUploadedFile("a.png", out.getvalue())}  # type: ignore[dict-item]  # a form may hold a file
    assert alice_api.post("/api/user/avatar", body, format="multipart").status_code == 200
    assert state(alice) == before
    assert User.objects.get(pk=bob.pk).avatar == ""


@pytest.mark.parametrize("route", ["/api/logout", "/api/ws-ticket"])
def test_routes_without_a_body(alice: Any, alice_api: Any, route: str) -> None:
    before = state(alice)
    assert alice_api.post(route, EVIL, format="json").status_code == 200
    assert state(alice) == before
