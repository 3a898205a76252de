from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import SignIn, SiteSettings, User
from accounts.tests.support import PASSWORD, bearer

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"
SETTINGS = "/admin/accounts/sitesettings/"
INFO = "/api/user/info"


@pytest.fixture
def office(admin: Any, client: Client) -> Client:
    """Django admin, signed in as a superuser."""
    client.force_login(admin)
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    """Django admin, signed in as somebody who may view and change users and no more."""
    user = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    codes = ["view_user", "change_user", "add_user", "delete_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


def act(office: Client, action: str, *users: Any) -> Any:
    return office.post(
        USERS, {"action": action, "_selected_action": [user.pk for user in users], "confirmed": "yes"}, follow=True
    )


def form(user: User, **changes: Any) -> dict[str, Any]:
    flags = {name: "on" for name in ("is_active", "is_approved", "is_staff", "is_superuser") if getattr(user, name)}
    whole = {"username": user.username, "email": user.email} | flags | changes
    return {name: value for name, value in whole.items() if value is not None}


def enter(client: Client, username: str, password: str) -> Any:
    return client.post("/admin/login/?next=/admin/", {"username": username, "password": password})


def test_list(office: Client, alice: Any, disabled_user: Any) -> None:
    User.objects.filter(pk=alice.pk).update(is_approved=False)
    page = office.get(USERS).content.decode()
    for text in ("alice", "mallory", "disabled", "waiting for approval"):
        assert text in page
    assert "bob" not in office.get(USERS, {"q": "alice"}).content.decode()


def test_list_costs_a_constant_number_of_queries(office: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        User.objects.create_user(f"name{number}")
    with django_assert_max_num_queries(8):
        office.get(USERS)


def test_approve(office: Client, alice: Any) -> None:
    User.objects.filter(pk=alice.pk).update(is_approved=False)
    assert "1 user was changed." in act(office, "approve_users", alice).content.decode()
    alice.refresh_from_db()
    assert alice.is_approved


def test_disable_and_enable(office: Client, alice: Any, alice_api: Any) -> None:
    program = bearer(alice)
    act(office, "disable_users", alice)
    assert alice_api.get(INFO).status_code == program.get(INFO).status_code == 401
    alice.refresh_from_db()
    assert not alice.is_active
    act(office, "enable_users", alice)
    alice.refresh_from_db()
    assert alice.is_active
    assert program.get(INFO).status_code == 401


def test_sign_out_everywhere(office: Client, alice: Any, alice_api: Any, bob_api: Any) -> None:
    act(office, "sign_out_users", alice)
    assert alice_api.get(INFO).status_code == 401
    assert bob_api.get(INFO).status_code == 200


def test_nobody_shuts_himself_out(office: Client, admin: Any) -> None:
    page = act(office, "disable_users", admin)
    assert "1 user was left as is." in page.content.decode()
    office.post(f"{USERS}{admin.pk}/change/", form(admin, is_active=None, is_superuser=None, is_staff=None))
    admin.refresh_from_db()
    assert admin.is_active and admin.is_superuser and admin.is_staff
    assert office.post(f"{USERS}{admin.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_form_disables_by_a_button_that_asks(office: Client, alice: Any) -> None:
    program = bearer(alice)
    assert 'value="disable_users"' in office.get(f"{USERS}{alice.pk}/change/").content.decode()
    assert office.post(f"{USERS}{alice.pk}/change/", form(alice, is_active=None)).status_code == 302
    alice.refresh_from_db()
    assert alice.is_active and alice.token_version == 0
    asked = office.post(USERS, {"action": "disable_users", "_selected_action": [alice.pk]})
    assert 'name="confirmed"' in asked.content.decode()
    assert program.get(INFO).status_code == 200
    act(office, "disable_users", alice)
    alice.refresh_from_db()
    assert not alice.is_active and alice.token_version == 1
    assert program.get(INFO).status_code == 401


def test_change_the_name(office: Client, alice: Any, bob: Any) -> None:
    taken = office.post(f"{USERS}{alice.pk}/change/", form(alice, username="BOB"))
    assert "This name is taken" in taken.content.decode()
    assert office.post(f"{USERS}{alice.pk}/change/", form(alice, username="Alicia")).status_code == 302
    assert User.objects.get_by_natural_key("ALICIA") == alice


def test_add(office: Client, alice: Any) -> None:
    body = {"username": "carol", "email": "", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert office.get(f"{USERS}add/").status_code == 200
    assert "This name is taken" in office.post(f"{USERS}add/", body | {"username": "ALICE"}).content.decode()
    assert office.post(f"{USERS}add/", body).status_code == 302
    carol = User.objects.get(username="carol")
    assert carol.may_sign_in and not carol.is_staff and carol.check_password(PASSWORD)


def test_set_a_password(office: Client, alice: Any, alice_api: Any) -> None:
    program = bearer(alice)
    new = {"usable_password": "true", "password1": "another horse 2", "password2": "another horse 2"}
    short = office.post(f"{USERS}{alice.pk}/password/", new | {"password1": "short 1", "password2": "short 1"})
    assert "too short" in short.content.decode()
    assert office.post(f"{USERS}{alice.pk}/password/", new).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("another horse 2")
    assert alice_api.get(INFO).status_code == program.get(INFO).status_code == 401


def test_hash_and_keys_are_not_shown(office: Client, alice: Any) -> None:
    page = office.get(f"{USERS}{alice.pk}/change/").content.decode()
    assert alice.password.split("$")[-1] not in page


def test_delete(office: Client, alice: Any) -> None:
    bearer(alice)
    assert office.post(f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=alice.pk).exists()


def test_a_clerk_cannot_give_rights(clerk: Client, alice: Any) -> None:
    clerk.post(f"{USERS}{alice.pk}/change/", form(alice, is_superuser="on", is_staff="on", user_permissions=["1"]))
    alice.refresh_from_db()
    assert not (alice.is_superuser or alice.is_staff or alice.user_permissions.exists())
    himself = User.objects.get(username="clerk")
    clerk.post(f"{USERS}{himself.pk}/change/", form(himself, is_superuser="on"))
    himself.refresh_from_db()
    assert not himself.is_superuser


def test_a_clerk_cannot_touch_a_superuser(clerk: Client, admin: Any) -> None:
    new = {"usable_password": "true", "password1": "another horse 2", "password2": "another horse 2"}
    assert clerk.post(f"{USERS}{admin.pk}/password/", new).status_code == 403
    assert clerk.post(f"{USERS}{admin.pk}/change/", form(admin, email="x@example.org")).status_code == 403
    assert clerk.post(f"{USERS}{admin.pk}/delete/", {"post": "yes"}).status_code == 403
    act(clerk, "disable_users", admin)
    clerk.post(USERS, {"action": "delete_selected", "_selected_action": [admin.pk], "post": "yes"})
    admin.refresh_from_db()
    assert admin.is_active and admin.check_password(PASSWORD)


def test_a_clerk_cannot_become_a_colleague(clerk: Client, alice: Any) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    alice.user_permissions.add(Permission.objects.get(codename="change_provider"))
    new = {"usable_password": "true", "password1": "another horse 2", "password2": "another horse 2"}
    assert clerk.post(f"{USERS}{alice.pk}/password/", new).status_code == 403
    links = {"action": "give_links", "_selected_action": [alice.pk], "confirmed": "yes"}
    assert 'name="links"' not in clerk.post(USERS, links, follow=True).content.decode()
    assert clerk.post(f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    act(clerk, "disable_users", alice)
    alice.refresh_from_db()
    assert alice.is_active and alice.check_password(PASSWORD)


def test_who_is_no_administrator(client: Client, alice: Any) -> None:
    client.force_login(alice)
    for path in (USERS, SETTINGS, f"{USERS}{alice.pk}/change/"):
        assert client.get(path).status_code == 302


def test_settings(office: Client) -> None:
    assert office.get(SETTINGS).headers["Location"] == f"{SETTINGS}1/change/"
    assert "Closed" in office.get(f"{SETTINGS}1/change/").content.decode()
    office.post(f"{SETTINGS}1/change/", {"site_name": "AI Helper", "sharing": "public", "registration_mode": "closed"})
    assert SiteSettings.load().registration_mode == "closed"
    office.post(f"{SETTINGS}1/change/", {"site_name": "x", "sharing": "public", "registration_mode": "any"})
    assert SiteSettings.load().registration_mode == "closed"
    assert office.get(f"{SETTINGS}add/").status_code == 403
    assert office.get(f"{SETTINGS}2/change/").status_code == 302
    assert office.post(f"{SETTINGS}1/delete/", {"post": "yes"}).status_code == 403


def test_sign_in(client: Client, admin: Any, alice: Any) -> None:
    assert client.get("/admin/login/").status_code == 200
    assert enter(client, "alice", PASSWORD).status_code == 200
    assert enter(client, "ROOT", PASSWORD).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_sign_in_is_limited(client: Client, admin: Any) -> None:
    for number in range(5):
        assert "Please enter the correct username" in enter(client, "root", f"wrong {number}").content.decode()
    assert "Too many requests" in enter(client, "root", PASSWORD).content.decode()
    assert client.get("/admin/").status_code == 302


def test_the_api_and_the_admin_count_together(client: Client, api: Any, admin: Any) -> None:
    for number in range(3):
        enter(client, "root", f"wrong {number}")
    for number in range(2):
        api.post("/api/login", {"username": "root", "password": f"wrong {number}"}, format="json")
    assert api.post("/api/login", {"username": "root", "password": PASSWORD}, format="json").status_code == 429


@pytest.mark.parametrize("password", ["", "\0", "x" * 100_000])
def test_odd_passwords(client: Client, admin: Any, password: str) -> None:
    assert enter(client, "root", password).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_sign_ins_are_ended_there(office: Client, alice: Any) -> None:
    other = Client()
    other.force_login(alice)
    row = SignIn.objects.get(user=alice)
    assert "alice" in office.get("/admin/accounts/signin/").content.decode()
    data = {"action": "end_sign_ins", "_selected_action": [row.pk], "confirmed": "yes"}
    assert office.post("/admin/accounts/signin/", data).status_code == 302
    assert not SignIn.objects.filter(user=alice).exists()
    assert other.get("/api/user/info").status_code == 401


def test_the_links_of_a_few_can_be_copied_at_once(office: Client, alice: Any) -> None:
    page = act(office, "give_links", alice).content.decode()
    assert 'aria-label="Link for alice"' in page
    assert "/invite#" in page
