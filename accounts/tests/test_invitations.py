"""Invitations: making one in the administration, coming by it, and all the ways in which it is not valid."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.audit.models import AuditEntry, What
from accounts.invitations import giving
from accounts.invitations.models import Invitation, InvitationUse
from accounts.models import SiteSettings, User
from accounts.tests.managing import School, signed_in
from accounts.tests.support import PASSWORD, in_parallel, login

pytestmark = pytest.mark.django_db
PAGE = "/admin/accounts/invitation/"
SENTENCE = "This invitation is not valid, or not any more. Please ask for a new one."


def post(route: str, **body: Any) -> Any:
    return APIClient().post(f"/api/invitations/{route}", body, format="json")


def accept(token: str, username: str = "newcomer", **more: Any) -> Any:
    return post("accept", token=token, username=username, password=PASSWORD, **more)


def close_registration() -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"registration_mode": "closed"})


# --- Coming ------------------------------------------------------------------------------------------
def test_it_works_while_registration_is_closed(place: School) -> None:
    close_registration()
    given = giving.invite(by=place.teacher, groups=[place.own])
    assert post("look", token=given.token).json() == {"kind": "join", "username": "", "email": ""}
    answer = accept(given.token, email="new@example.org")
    assert answer.status_code == 201
    user = User.objects.get(username="newcomer")
    assert answer.json()["user_id"] == user.pk
    assert (user.email, user.may_sign_in, user.is_staff) == ("new@example.org", True, False)
    assert list(user.groups.all()) == [place.own]
    assert login(APIClient(), "newcomer").status_code == 200
    kept = AuditEntry.objects.get(what=What.INVITED)
    assert (kept.person, kept.actor) == (user, place.teacher)
    assert InvitationUse.objects.get().username == "newcomer"


def test_approval_is_not_asked_of_who_was_invited(place: School) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"registration_mode": "approval"})
    accept(giving.invite(by=place.root, groups=[]).token)
    assert User.objects.get(username="newcomer").may_sign_in


def test_the_address_of_an_invitation_is_the_accounts(place: School) -> None:
    given = giving.invite(by=place.root, groups=[], email="pupil@example.org")
    assert post("look", token=given.token).json()["email"] == "pupil@example.org"
    accept(given.token, email="other@example.org")
    assert User.objects.get(username="newcomer").email == "pupil@example.org"


def test_so_many_people_and_no_more(place: School) -> None:
    given = giving.invite(by=place.root, groups=[], max_uses=2)
    assert [accept(given.token, f"name{number}").status_code for number in range(3)] == [201, 201, 404]
    assert not User.objects.filter(username="name2").exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "pupil"}, "username"),
        ({"username": "x"}, "username"),
        ({"username": ""}, "username"),
        ({"password": "short"}, "password"),
        ({"email": "none"}, "email"),
    ],
)
def test_bad_input_leaves_it_as_it_was(place: School, body: dict[str, str], field: str) -> None:
    given = giving.invite(by=place.root, groups=[])
    answer = post("accept", **{"token": given.token, "username": "newcomer", "password": PASSWORD, **body})
    assert answer.status_code == 400
    assert field in answer.json()["errors"] if "errors" in answer.json() else field in str(answer.json())
    assert accept(given.token).status_code == 201


# --- Not valid ---------------------------------------------------------------------------------------
def test_all_that_is_not_valid_is_one_answer(place: School) -> None:
    def made(**fields: Any) -> str:
        given = giving.invite(by=place.root, groups=[])
        Invitation.objects.filter(pk=given.invitation.pk).update(**fields)
        return given.token

    now = timezone.now()
    tokens = [
        made(uses=1),
        made(expires_at=now - timedelta(seconds=1)),
        made(revoked_at=now),
        "x" * 43,
        "x",
        "\u00e4",
        "'\0",
    ]
    answers = [post(route, token=token, username="newcomer", password=PASSWORD)
               for token in tokens for route in ("look", "accept")]  # fmt: skip
    bodies = {(answer.status_code, answer.json()["detail"]) for answer in answers if answer.status_code != 400}
    assert bodies == {(404, SENTENCE)}
    assert [answer.status_code for answer in answers].count(400) <= 2, "a zero byte is refused earlier"
    assert not User.objects.filter(username="newcomer").exists()


def test_a_former_managers_links_end(place: School) -> None:
    given = giving.invite(by=place.teacher, groups=[place.own])
    place.own.policy.managers.clear()
    assert accept(given.token).status_code == 404
    place.own.policy.managers.add(place.teacher)
    assert accept(given.token).status_code == 201
    other = giving.invite(by=place.teacher, groups=[place.own])
    place.teacher.delete()
    assert accept(other.token, "another").status_code == 404


def test_links_of_a_group_that_got_rights_end(place: School) -> None:
    given = giving.invite(by=place.teacher, groups=[place.own])
    place.own.permissions.add(Permission.objects.get(codename="view_provider"))
    assert accept(given.token).status_code == 404


def test_only_the_digest_is_stored(place: School) -> None:
    given = giving.invite(by=place.root, groups=[])
    assert given.token not in repr(Invitation.objects.values())
    assert len(given.token) >= 43


def test_it_is_limited_like_registration(place: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.api.invitations.REGISTRATIONS_PER_HOUR", 2)
    assert [accept("x" * 43).status_code for _ in range(3)] == [404, 404, 429]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_account() -> None:
    given = giving.invite(by=User.objects.create_superuser("head"), groups=[Group.objects.create(name="7b")])
    names = iter([f"name{number}" for number in range(8)])
    answers = in_parallel(lambda: accept(given.token, next(names)), times=8, threads=4)
    codes = sorted(getattr(answer, "status_code", 0) for answer in answers)
    assert codes == [201] + [404] * 7
    assert User.objects.filter(username__startswith="name").count() == InvitationUse.objects.count() == 1


# --- Choosing a password -----------------------------------------------------------------------------
def test_a_link_sets_the_password_of_its_account_once(place: School) -> None:
    place.pupil.set_unusable_password()
    place.pupil.save()
    given = giving.password_links([place.pupil], by=place.teacher)[place.pupil.pk]
    assert post("look", token=given.token).json() == {"kind": "password", "username": "pupil", "email": ""}
    refused = post("accept", token=given.token, password="short")
    assert refused.status_code == 400
    answer = post("accept", token=given.token, password="another horse 2", username="ignored")
    assert answer.json()["username"] == "pupil"
    place.pupil.refresh_from_db()
    assert place.pupil.check_password("another horse 2")
    assert post("accept", token=given.token, password="third horse 33").status_code == 404


def test_a_new_link_voids_that_of_before(place: School) -> None:
    first, second = (giving.password_links([place.pupil], by=place.root)[place.pupil.pk] for _ in range(2))
    assert post("look", token=first.token).status_code == 404
    assert post("look", token=second.token).status_code == 200
    User.objects.filter(pk=place.pupil.pk).update(is_active=False)
    assert post("look", token=second.token).status_code == 404


# --- The administration ------------------------------------------------------------------------------
def test_the_link_is_shown_once(place: School, office: Client) -> None:
    assert "own class" in office.get(f"{PAGE}add/").content.decode()
    page = office.post(f"{PAGE}add/", {"groups": [place.own.pk], "max_uses": 3, "days": 7}).content.decode()
    link = page.split('value="http://testserver/invite#')[1].split('"')[0]
    assert accept(link).status_code == 201
    made = Invitation.objects.get()
    for path in (PAGE, f"{PAGE}{made.pk}/change/", f"{PAGE}{made.pk}/history/"):
        assert link not in office.get(path).content.decode()
    page = office.get(f"{PAGE}{made.pk}/change/").content.decode()
    assert "newcomer" in page
    assert "1 / 3" in page
    assert AuditEntry.objects.filter(what=What.INVITATION_MADE, actor=place.teacher).exists()


@pytest.mark.parametrize(
    "changes", [{"groups": []}, {"days": "0"}, {"days": "366"}, {"max_uses": "0"}, {"max_uses": "1001"}, {"email": "x"},
                {"email": "a@example.org", "max_uses": "2"}],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(place: School, office: Client, changes: dict[str, Any]) -> None:
    data = {"groups": [place.own.pk], "max_uses": 1, "days": 7, "email": "", **changes}
    assert office.post(f"{PAGE}add/", data).status_code == 400
    assert not Invitation.objects.exists()


def test_a_manager_invites_into_own_groups_only(place: School, office: Client) -> None:
    assert "foreign class" not in office.get(f"{PAGE}add/").content.decode()
    for groups in ([place.foreign.pk], [place.own.pk, place.foreign.pk], []):
        assert office.post(f"{PAGE}add/", {"groups": groups, "max_uses": 1, "days": 7}).status_code == 400
    with pytest.raises(ValidationError):
        giving.invite(by=place.teacher, groups=[place.foreign])
    place.own.permissions.add(Permission.objects.get(codename="view_provider"))
    assert office.get(f"{PAGE}add/").status_code == 403
    assert not Invitation.objects.exists()


def test_a_manager_sees_and_revokes_own_ones_only(place: School, office: Client) -> None:
    mine = giving.invite(by=place.root, groups=[place.own]).invitation
    others = [giving.invite(by=place.root, groups=groups).invitation
              for groups in ([place.foreign], [place.own, place.foreign], [])]  # fmt: skip
    assert list(office.get(PAGE).context["cl"].queryset) == [mine]
    data = {"action": "revoke_invitations", "_selected_action": [row.pk for row in [mine, *others]]}
    assert 'name="confirmed"' in office.post(PAGE, data).content.decode()
    assert not Invitation.objects.filter(revoked_at__isnull=False).exists()
    assert office.post(PAGE, {**data, "confirmed": "yes"}).status_code == 302
    assert list(Invitation.objects.filter(revoked_at__isnull=False)) == [mine]
    assert AuditEntry.objects.filter(what=What.INVITATION_REVOKED, actor=place.teacher).count() == 1


def test_it_is_mailed_where_that_is_set_up(place: School, settings: Any) -> None:
    assert django_settings.EMAIL_URL == ""
    head, data = signed_in(place.root), {"email": "new@example.org", "max_uses": 1, "days": 7}
    head.post(f"{PAGE}add/", data)
    assert mail.outbox == []
    settings.EMAIL_URL = "smtp://mail.example.org"
    page = head.post(f"{PAGE}add/", data).content.decode()
    assert "It was sent to new@example.org" in page
    assert mail.outbox[0].to == ["new@example.org"]
    assert page.split('value="http://testserver/invite#')[1].split('"')[0] in mail.outbox[0].body


def test_a_mail_server_that_fails_loses_nothing(place: School, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionRefusedError

    settings.EMAIL_URL = "smtp://mail.example.org"
    monkeypatch.setattr("accounts.invitations.mail.send_mail", fail)
    page = signed_in(place.root).post(f"{PAGE}add/", {"email": "new@example.org", "max_uses": 1, "days": 7})
    assert "could not be sent" in page.content.decode()
    assert "/invite#" in page.content.decode()


def test_the_list_costs_a_constant_number_of_queries(
    place: School, office: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        giving.invite(by=place.teacher, groups=[place.own])
    with django_assert_max_num_queries(12):
        assert office.get(PAGE).status_code == 200
