"""Being named as a manager opens the administration, losing the last group shuts it; both are in the audit log."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.audit.models import AuditEntry, What
from accounts.groups.models import GroupPolicy
from accounts.history.models import SettingChange
from accounts.models import User
from accounts.tests.managing import School, signed_in

pytestmark = pytest.mark.django_db
USERS, GROUPS = "/admin/accounts/user/", "/admin/auth/group/"


@pytest.fixture
def head(place: School) -> Client:
    return signed_in(place.root)


def name(head: Client, group: Group, *people: User) -> str:
    """Save the group's page with these managers; what it says then."""
    form = {"name": group.name, "members": [user.pk for user in group.user_set.all()],
            "budgets-TOTAL_FORMS": 0, "budgets-INITIAL_FORMS": 0,
            "policy-TOTAL_FORMS": 1, "policy-INITIAL_FORMS": 1, "policy-0-id": group.policy.pk,
            "policy-0-group": group.pk, "policy-0-managers": [user.pk for user in people]}  # fmt: skip
    return head.post(f"{GROUPS}{group.pk}/change/", form, follow=True).content.decode()


def entries(user: User) -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(person=user).order_by("pk").values_list("what", "actor_name"))


def is_in(user: User) -> bool:
    user.refresh_from_db()
    return user.is_staff


def test_in_with_the_first_group_and_out_with_the_last(place: School, head: Client) -> None:
    assert "loner may enter the administration" in name(head, place.own, place.teacher, place.loner)
    assert is_in(place.loner)
    name(head, place.foreign, place.colleague, place.loner)
    assert "no group any more" not in name(head, place.own, place.teacher)
    assert is_in(place.loner), "manages the other class"
    assert "loner manages no group any more" in name(head, place.foreign, place.colleague)
    assert not is_in(place.loner)
    assert is_in(place.colleague)
    assert entries(place.loner) == [(What.ADMIN_MADE, "headmaster"), (What.ADMIN_ENDED, "headmaster")]
    assert signed_in(place.loner).get("/admin/").status_code == 302


def test_who_has_a_right_of_his_own_stays(place: School, head: Client) -> None:
    place.teacher.user_permissions.add(Permission.objects.get(codename="view_provider"))
    office = Group.objects.create(name="office")
    office.permissions.add(Permission.objects.get(codename="view_provider"))
    place.colleague.groups.add(office)
    place.own.policy.managers.add(place.colleague, place.root)
    place.foreign.policy.managers.clear()
    name(head, place.own)
    assert is_in(place.teacher) and is_in(place.colleague) and is_in(place.root)


def test_a_former_manager_can_be_looked_after_again(place: School, head: Client) -> None:
    place.foreign.user_set.add(place.teacher)
    page = f"{USERS}{place.teacher.pk}/change/"
    assert signed_in(place.colleague).get(page).status_code == 302
    name(head, place.own)
    assert signed_in(place.colleague).get(page).status_code == 200


@pytest.mark.parametrize("how", ["one", "many"])
def test_a_group_goes_with_its_managers_way_in(place: School, head: Client, how: str) -> None:
    if how == "one":
        head.post(f"{GROUPS}{place.own.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [place.own.pk, place.foreign.pk], "post": "yes"}
        head.post(GROUPS, chosen)
    assert not Group.objects.filter(pk=place.own.pk).exists()
    assert not is_in(place.teacher)
    assert is_in(place.colleague) is (how == "one")


def test_going_back_names_them_again_and_lets_out_whom_it_takes_away(place: School, head: Client) -> None:
    name(head, place.own, place.loner)
    assert not is_in(place.teacher)
    change = SettingChange.objects.latest("pk")
    head.post(f"{GROUPS}{place.own.pk}/history/", {"change": change.pk})
    assert list(GroupPolicy.objects.get(group=place.own).managers.all()) == [place.teacher]
    assert is_in(place.teacher)
    assert not is_in(place.loner)


def test_made_one_by_hand_stands_in_the_log_too(place: School, head: Client) -> None:
    page = f"{USERS}{place.loner.pk}/change/"
    form: dict[str, Any] = {"username": "loner", "email": "", "is_active": "on", "is_approved": "on"}
    for more in ({"is_staff": "on"}, {"is_staff": "on", "is_superuser": "on"}, {"is_staff": "on"}, {}, {}):
        assert head.post(page, {**form, **more}).status_code == 302
    made, ended = (What.ADMIN_MADE, "headmaster"), (What.ADMIN_ENDED, "headmaster")
    assert entries(place.loner) == [made, made, ended, ended]
