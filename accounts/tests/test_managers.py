"""Managers of groups: they see and look after the people of their groups in the administration, and nobody else."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.audit import log
from accounts.audit.models import AuditEntry, What
from accounts.budgets import ledger, top_up
from accounts.budgets.models import Budget, TopUp
from accounts.groups import scope
from accounts.models import SignIn, User
from accounts.tests.managing import School, signed_in

pytestmark = pytest.mark.django_db
USERS = "/admin/accounts/user/"


def act(office: Client, action: str, *users: User, **more: Any) -> Any:
    data = {"action": action, "_selected_action": [user.pk for user in users], "confirmed": "yes", **more}
    return office.post(USERS, data, follow=True)


def test_the_scope(place: School) -> None:
    assert list(scope.people_of(place.teacher)) == [place.pupil]
    assert set(scope.seen_by(place.teacher)) == {place.pupil, place.teacher}
    assert not scope.readable_by(place.teacher).exists()
    assert not scope.people_of(place.loner).exists()
    assert scope.is_manager(place.teacher)
    assert not scope.is_manager(place.root)
    place.own.policy.managers.add(place.loner)
    assert not scope.is_manager(place.loner), "is no administrator"


def test_readable_are_only_those_of_the_managers_own_open_groups(place: School) -> None:
    place.foreign.user_set.add(place.pupil)
    place.foreign.policy.may_be_read = True
    place.foreign.policy.save()
    assert not scope.readable_by(place.teacher).exists()
    place.own.policy.may_be_read = True
    place.own.policy.save()
    assert list(scope.readable_by(place.teacher)) == [place.pupil]


# --- Whom a manager sees ------------------------------------------------------------------------------
def test_the_list_shows_own_people_and_oneself(place: School, office: Client) -> None:
    page = office.get(USERS).content.decode()
    assert "pupil" in page
    assert "teacher" in page
    assert "own class" in page
    for text in ("stranger", "colleague", "substitute", "loner", "headmaster", "foreign class"):
        assert text not in page, text


@pytest.mark.parametrize("query", ["q=stranger", "is_staff__exact=1", "group=999", "is_superuser__exact=1", "o=1"])
def test_search_and_filters_find_nobody_else(place: School, office: Client, query: str) -> None:
    page = office.get(f"{USERS}?{query}")
    assert page.status_code in {200, 302}
    assert {row.username for row in page.context["cl"].queryset} <= {"pupil", "teacher"} if page.context else True


@pytest.mark.parametrize(
    "query",
    ["groups__id__exact=2", "groups__name__startswith=f", "password__startswith=a", "managed_groups__group=1",
     "username_key__startswith=p", "preferences__contains=a", "sign_ins__address=1"],
)  # fmt: skip
def test_nothing_is_guessed_by_lookups(office: Client, query: str) -> None:
    assert office.get(f"{USERS}?{query}").status_code == 400


def test_the_filter_knows_own_groups_only(place: School, office: Client) -> None:
    place.foreign.user_set.add(place.pupil)
    found = office.get(f"{USERS}?group={place.own.pk}").context["cl"].queryset
    assert [user.username for user in found] == ["pupil"]
    # One that is not offered filters nothing: it does not say who is in it.
    found = office.get(f"{USERS}?group={place.foreign.pk}").context["cl"].queryset
    assert len(found) == 2


@pytest.mark.parametrize("page", ["change", "history", "delete", "password"])
def test_others_pages_are_as_unknown_ones(place: School, office: Client, page: str) -> None:
    unknown = office.get(f"{USERS}999999/{page}/")
    for user in place.others:
        answer = office.get(f"{USERS}{user.pk}/{page}/")
        assert (answer.status_code, answer.headers.get("location")) == (
            unknown.status_code,
            unknown.headers.get("location"),
        )
        assert user.username not in answer.content.decode()


def test_fields_that_look_people_up_find_own_people_only(place: School, office: Client) -> None:
    for source in ("app_label=accounts&model_name=budget", "app_label=accounts&model_name=grouppolicy"):
        field = "user" if "budget" in source else "managers"
        found = office.get(f"/admin/autocomplete/?{source}&field_name={field}&term=").json()["results"]
        assert {one["text"] for one in found} == {"pupil", "teacher"}
    answer = office.get("/admin/autocomplete/?app_label=accounts&model_name=budget&field_name=group&term=")
    assert answer.status_code == 403


def test_a_manager_gets_nowhere_else(place: School, office: Client) -> None:
    for path in (
        "providers/provider", "providers/modelconfig", "accounts/sitesettings", "auth/group", "chat/role",
        "chat/blockedword", "chat/share", "chat/generation", "accounts/user/add", "accounts/budget/add",
    ):  # fmt: skip
        assert office.get(f"/admin/{path}/").status_code == 403, path
    rooms = office.get("/admin/").context["sidebar_navigation"]
    links = {item["link"] for room in rooms for item in room["items"]}
    assert "/admin/providers/provider/" not in links
    assert {USERS, "/admin/accounts/signin/", "/admin/accounts/auditentry/", "/admin/chat/session/"} <= links


# --- What a manager does ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "what"),
    [
        ("disable_users", What.DISABLED),
        ("sign_out_users", What.SIGNED_OUT),
        ("ask_for_new_passwords", What.PASSWORD_RESET),
    ],
)
def test_actions_reach_own_people_only(place: School, office: Client, action: str, what: What) -> None:
    people = [place.pupil, place.teacher, *place.others]
    before = {user.pk: user.token_version for user in people}
    act(office, action, *people)
    changed = {user.username for user in User.objects.all() if user.token_version != before[user.pk]}
    assert changed == {"pupil"}
    kept = AuditEntry.objects.get()
    assert (kept.what, kept.person, kept.actor) == (what, place.pupil, place.teacher)


def test_all_means_all_of_ones_own(place: School, office: Client) -> None:
    act(office, "disable_users", place.pupil, select_across="1", index="0")
    assert list(User.objects.filter(is_active=False)) == [place.pupil]


def test_approve_and_enable_ask_first(place: School, office: Client) -> None:
    User.objects.filter(pk=place.pupil.pk).update(is_approved=False, is_active=False)
    for action in ("approve_users", "enable_users"):
        asked = office.post(USERS, {"action": action, "_selected_action": [place.pupil.pk]})
        assert asked.status_code == 200
        assert "pupil" in asked.content.decode()
        place.pupil.refresh_from_db()
        assert not place.pupil.may_sign_in
    act(office, "approve_users", place.pupil)
    act(office, "enable_users", place.pupil)
    place.pupil.refresh_from_db()
    assert place.pupil.may_sign_in
    assert set(AuditEntry.objects.values_list("what", flat=True)) == {What.APPROVED, What.ENABLED}


def test_the_form_has_the_buttons_that_fit(place: School, office: Client) -> None:
    page = office.get(f"{USERS}{place.pupil.pk}/change/").content.decode()
    for action in ("disable_users", "sign_out_users", "ask_for_new_passwords"):
        assert f'value="{action}"' in page
    assert 'value="enable_users"' not in page
    own = office.get(f"{USERS}{place.teacher.pk}/change/").content.decode()
    assert 'value="disable_users"' not in own


def test_the_form_raises_no_rights(place: School, office: Client) -> None:
    right = Permission.objects.get(codename="view_provider")
    rich = Group.objects.create(name="rich")
    rich.permissions.add(right)
    rich.user_set.add(place.pupil)
    place.foreign.user_set.add(place.pupil)
    url = f"{USERS}{place.pupil.pk}/change/"
    plain = {"username": "pupil", "email": "new@example.org"}
    data = {**plain, "is_staff": "on", "is_superuser": "on", "user_permissions": [right.pk], "password": "x"}
    assert office.post(url, {**data, "groups": [place.own.pk]}).status_code == 302
    stored = User.objects.get(pk=place.pupil.pk)
    assert stored.email == "new@example.org"
    assert not (stored.is_staff or stored.is_superuser or stored.user_permissions.exists())
    assert stored.check_password("correct horse 1")
    # The groups that the form does not know stay, and no other can be chosen.
    assert set(stored.groups.all()) == {place.own, place.foreign, rich}
    refused = office.post(url, {**plain, "groups": [place.own.pk, rich.pk]})
    assert refused.status_code == 200
    assert "rich" not in refused.content.decode()


def test_a_manager_changes_neither_others_nor_himself(place: School, office: Client) -> None:
    for user in [place.teacher, *place.others]:
        data = {"username": "taken-over", "email": "x@example.org", "groups": [place.own.pk]}
        assert office.post(f"{USERS}{user.pk}/change/", data).status_code in {302, 403}
        new = {"usable_password": "true", "password1": "another horse 2", "password2": "another horse 2"}
        assert office.post(f"{USERS}{user.pk}/password/", new).status_code in {403, 404}
        assert office.post(f"{USERS}{user.pk}/delete/", {"post": "yes"}).status_code in {302, 403}
        stored = User.objects.get(pk=user.pk)
        assert (stored.username, stored.password) == (user.username, user.password)
    assert office.post(f"{USERS}{place.pupil.pk}/password/", new).status_code == 403
    assert office.post(f"{USERS}{place.pupil.pk}/delete/", {"post": "yes"}).status_code == 403


def test_sign_ins(place: School, office: Client) -> None:
    clients = {user.username: signed_in(user) for user in [place.pupil, *place.others]}
    page = office.get("/admin/accounts/signin/").content.decode()
    assert "pupil" in page
    assert "stranger" not in page
    rows = [row.pk for row in SignIn.objects.all()]
    data = {"action": "end_sign_ins", "_selected_action": rows, "confirmed": "yes"}
    mine = SignIn.objects.get(user=place.teacher)
    data["_selected_action"] = [pk for pk in rows if pk != mine.pk]
    assert office.post("/admin/accounts/signin/", data).status_code == 302
    assert clients["pupil"].get("/api/user/info").status_code == 401
    assert all(clients[user.username].get("/api/user/info").status_code == 200 for user in place.others)


def test_the_audit_log_is_about_own_people(place: School, office: Client) -> None:
    for user in [place.pupil, *place.others]:
        log.note(What.DISABLED, person=user, by=place.root, reason=f"about {user.username}")
    page = office.get("/admin/accounts/auditentry/").content.decode()
    assert "about pupil" in page
    assert not any(f"about {user.username}" in page for user in place.others)


def test_budgets_and_top_ups(place: School, office: Client) -> None:
    make = Budget.objects.create
    theirs = [make(name="of class", limit=1, group=place.own), make(name="of pupil", limit=1, user=place.pupil),
              make(name="each of all", limit=1)]  # fmt: skip
    others = [make(name="of foreign", limit=1, group=place.foreign), make(name="of stranger", limit=1,
              user=place.stranger), make(name="all share", limit=1, is_shared=True)]  # fmt: skip
    top_up.add(others[0], amount=Decimal(1), reason="a foreign reason", by=place.root, user=place.stranger)
    page = office.get("/admin/accounts/budget/").content.decode()
    assert all(budget.name in page for budget in theirs)
    assert not any(budget.name in page for budget in others)
    more = {"amount": "2", "reason": "The exam"}
    for budget in others:
        assert office.post(f"/admin/accounts/budget/{budget.pk}/top-up/", more).status_code == 404
        assert office.get(f"/admin/accounts/budget/{budget.pk}/history/").status_code == 404
        assert office.get(f"/admin/accounts/budget/{budget.pk}/change/").status_code == 302
    assert office.post(f"/admin/accounts/budget/{theirs[1].pk}/top-up/", more).status_code == 302
    for user in [place.teacher, *place.others]:
        answer = office.post(f"/admin/accounts/budget/{theirs[2].pk}/top-up/", {**more, "user": user.pk})
        assert answer.status_code == 400, user
    assert office.post(
        f"/admin/accounts/budget/{theirs[2].pk}/top-up/", {**more, "user": place.pupil.pk}
    ).status_code == 302  # fmt: skip
    assert office.post(f"/admin/accounts/budget/{theirs[0].pk}/change/", {"limit": "9"}).status_code == 403
    assert set(TopUp.objects.filter(by=place.teacher).values_list("username", flat=True)) == {"pupil"}
    assert "a foreign reason" not in office.get("/admin/accounts/topup/").content.decode()
    counters = office.get("/admin/accounts/budgetcounter/").content.decode()
    assert "pupil" in counters
    assert "stranger" not in counters
    assert ledger.counter_of(theirs[1], place.pupil.pk, TopUp.objects.latest("pk").create_time).topped_up == 2


# --- Becoming one, and ceasing to be one --------------------------------------------------------------
def test_naming_and_unnaming_take_effect_at_once(place: School) -> None:
    head, new = signed_in(place.root), signed_in(place.loner)
    assert new.get(USERS).status_code == 302
    form = {"name": "own class", "members": [place.pupil.pk], "budgets-TOTAL_FORMS": 0, "budgets-INITIAL_FORMS": 0,
            "policy-TOTAL_FORMS": 1, "policy-INITIAL_FORMS": 1, "policy-0-id": place.own.policy.pk,
            "policy-0-group": place.own.pk, "policy-0-managers": [place.loner.pk]}  # fmt: skip
    answer = head.post(f"/admin/auth/group/{place.own.pk}/change/", form, follow=True)
    assert "loner may enter the administration" in answer.content.decode()
    assert "pupil" in new.get(USERS).content.decode()
    # The former manager is one no more, and no administrator.
    assert signed_in(place.teacher).get(USERS).status_code == 302
    place.own.policy.managers.clear()
    assert new.get(USERS).status_code == 403
    assert new.get(f"{USERS}{place.pupil.pk}/change/").status_code == 403
    assert new.get("/admin/").status_code == 200


def test_permissions_beside_it_do_not_widen_the_view(place: School, office: Client) -> None:
    codes = ["view_user", "change_user", "delete_user", "view_budget", "change_budget", "view_group", "change_group",
             "view_share", "add_budget", "delete_session"]  # fmt: skip
    place.teacher.user_permissions.set(Permission.objects.filter(codename__in=codes))
    assert "stranger" not in office.get(USERS).content.decode()
    assert office.get(f"{USERS}{place.stranger.pk}/change/").status_code == 302
    assert "foreign class" not in office.get("/admin/auth/group/").content.decode()
    page = office.post("/admin/accounts/budget/add/", {"name": "x", "limit": 1, "user": place.stranger.pk})
    assert "stranger" not in page.content.decode()
    assert not Budget.objects.exists()
    office.post(f"/admin/auth/group/{place.own.pk}/change/", {"name": "own class", "members": [place.stranger.pk]})
    assert place.stranger not in place.own.user_set.all()
    assert office.get("/admin/chat/session/retention/").status_code == 403


def test_the_pages_cost_a_constant_number_of_queries(
    place: School, office: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        user = User.objects.create_user(f"pupil{number}")
        place.own.user_set.add(user)
        SignIn.objects.create(user=user, name_hash=str(number), kind="browser")
    for path in (USERS, f"{USERS}{place.pupil.pk}/change/", "/admin/accounts/signin/", "/admin/accounts/auditentry/"):
        with django_assert_max_num_queries(15):
            assert office.get(path).status_code == 200
