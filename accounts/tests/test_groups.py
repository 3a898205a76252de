"""Groups in Django admin: people, policy, and who may give what; and what policies come to."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.admin import groups
from accounts.budgets.models import Budget
from accounts.groups import policy
from accounts.groups.models import GroupPolicy
from accounts.models import User
from aihelper.lib.errors import Forbidden

pytestmark = pytest.mark.django_db
GROUPS = "/admin/auth/group/"


@pytest.fixture
def office(admin: Any, client: Client) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def clerk() -> Client:
    """Somebody who may change groups and their policies, and is no superuser."""
    user = User.objects.create_user("clerk", is_staff=True)
    codes = ["view_group", "change_group", "add_group", "change_grouppolicy", "add_grouppolicy", "view_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


def form(name: str = "7b", members: Any = (), rights: Any = (), **policies: Any) -> dict[str, Any]:
    """The group's form, with its one policy."""
    numbers = {f"{part}-{count}": "0" for part in ("budgets", "policy") for count in ("TOTAL_FORMS", "INITIAL_FORMS")}
    people = {"name": name, "members": [user.pk for user in members], "permissions": list(rights)}
    stated = {f"policy-0-{field}": value for field, value in policies.items()}
    return {**numbers, **people, **stated, **({"policy-TOTAL_FORMS": "1"} if policies else {})}


def test_a_group_is_made_with_people_and_policy(office: Client, alice: Any, bob: Any) -> None:
    assert office.get(f"{GROUPS}add/").status_code == 200
    data = form(members=[alice], may_be_read="on", notice="Teachers may read.", retention_days="90", managers=[bob.pk])
    assert office.post(f"{GROUPS}add/", data).status_code == 302
    group = Group.objects.get(name="7b")
    assert list(group.user_set.all()) == [alice]
    kept = group.policy
    assert (kept.may_delete, kept.may_be_read, kept.notice, kept.retention_days) == (
        False,
        True,
        "Teachers may read.",
        90,
    )
    assert list(kept.managers.all()) == [bob]
    page = office.get(GROUPS).content.decode()
    assert "7b" in page
    assert "bob" in page


def test_people_come_and_go(office: Client, alice: Any, bob: Any) -> None:
    group = Group.objects.create(name="7b")
    group.user_set.add(alice)
    Budget.objects.create(name="Lunch", limit=3, group=group)
    page = office.get(f"{GROUPS}{group.pk}/change/").content.decode()
    assert "alice" in page
    assert "Lunch" in page
    data = form(members=[bob]) | {"budgets-TOTAL_FORMS": "0"}
    assert office.post(f"{GROUPS}{group.pk}/change/", data).status_code == 302
    assert list(group.user_set.all()) == [bob]


def test_in_a_large_group_people_are_added_only(
    office: Client, alice: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "MAX_EDITABLE", 0)
    group = Group.objects.create(name="school")
    group.user_set.add(alice)
    assert "People to add" in office.get(f"{GROUPS}{group.pk}/change/").content.decode()
    assert office.post(f"{GROUPS}{group.pk}/change/", form(members=[bob])).status_code == 302
    assert set(group.user_set.all()) == {alice, bob}


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999999999"])
def test_strange_days_are_refused(office: Client, days: str) -> None:
    answer = office.post(f"{GROUPS}add/", form(retention_days=days))
    assert answer.status_code == 200
    assert not GroupPolicy.objects.exists()


def test_the_pages_cost_a_constant_number_of_queries(office: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        group = Group.objects.create(name=f"class {number}")
        group.user_set.add(User.objects.create_user(f"pupil{number}"))
        GroupPolicy.objects.create(group=group).managers.add(User.objects.create_user(f"teacher{number}"))
    group.user_set.add(*User.objects.filter(username__startswith="pupil"))
    with django_assert_max_num_queries(10):
        assert office.get(GROUPS).status_code == 200
    with django_assert_max_num_queries(15):
        assert office.get(f"{GROUPS}{group.pk}/change/").status_code == 200


def test_who_is_no_superuser_gives_no_rights(clerk: Client, alice: Any) -> None:
    right = Permission.objects.get(codename="change_user")
    plain = Group.objects.create(name="plain")
    data = form(name="plain", members=[alice], rights=[right.pk], notice="x", managers=[alice.pk])
    assert clerk.post(f"{GROUPS}{plain.pk}/change/", data).status_code == 302
    assert list(plain.user_set.all()) == [alice]
    assert not plain.permissions.exists()
    assert not plain.policy.managers.exists()
    staff = Group.objects.create(name="staff")
    staff.permissions.add(right)
    assert clerk.get(f"{GROUPS}{staff.pk}/change/").status_code == 200
    clerk.post(f"{GROUPS}{staff.pk}/change/", form(name="staff", members=[alice]))
    assert not staff.user_set.exists()


def test_the_strictest_policy_holds(alice: Any) -> None:
    assert policy.of(alice) == policy.Policy()
    policies: dict[str, dict[str, Any]] = {
        "a": {"may_delete": False},
        "b": {"may_be_read": True, "notice": "Teachers may read."},
        "c": {"may_be_read": True, "notice": "Teachers may read."},
    }
    for name, fields in policies.items():
        group = Group.objects.create(name=name)
        GroupPolicy.objects.create(group=group, **fields)
        group.user_set.add(alice)
    assert policy.of(alice) == policy.Policy(may_delete=False, may_be_read=True, notice="Teachers may read.")
    with pytest.raises(Forbidden, match="your group keeps them"):
        policy.demand_may_delete(alice)


def test_rights_have_names_in_the_language_of_the_page(office: Client) -> None:
    group = Group.objects.create(name="staff")
    page = office.get(f"{GROUPS}{group.pk}/change/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "在策略允许时阅读对话" in page
    assert "用户 | 查看" in page
    assert "Can read" not in page
    assert "Can view" not in page
