"""GET /api/announcements, closing one, and what administrators do: who is told what, and when."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.announcements import current
from accounts.announcements.models import Announcement, Dismissal
from accounts.models import LiveNote, SettingChange, User
from accounts.tests.support import bearer

pytestmark = pytest.mark.django_db
PATH = "/api/announcements"
ADMIN = "/admin/accounts/announcement/"
FORM = {"text": "Down at noon.", "text_zh": "中午停机。", "level": "info", "in_chat": "on", "is_active": "on"}


def told(user: User) -> list[str]:
    return [row["text"]["en"] for row in bearer(user).get(PATH).json()["announcements"]]


def close(user: User, row: Announcement, version: str | None = None) -> Any:
    path = f"{PATH}/{row.pk}/dismiss"
    return bearer(user).post(path, {"version": version or row.version}, format="json")


@pytest.fixture
def office(admin: Any, client: Client) -> Client:
    client.force_login(admin)
    return client


# --- Who is told what ---------------------------------------------------------------------------
def test_it_works(alice: User) -> None:
    row = Announcement.objects.create(text="Down at noon.", text_zh="中午停机。", level="warning")
    assert bearer(alice).get(PATH).json() == {
        "announcements": [
            {
                "id": row.pk,
                "version": row.version,
                "level": "warning",
                "dismissible": True,
                "text": {"en": "Down at noon.", "zh-hans": "中午停机。"},
            }
        ],
        "next": None,
    }


def test_each_language_stands_in_for_the_other(alice: User) -> None:
    Announcement.objects.create(text_zh="中午停机。")
    Announcement.objects.create(text="Noon")
    texts = [row["text"] for row in bearer(alice).get(PATH).json()["announcements"]]
    assert texts == [{"en": "Noon", "zh-hans": "Noon"}, {"en": "中午停机。", "zh-hans": "中午停机。"}]


def test_of_groups_only_their_people_are_told(alice: User, bob: User) -> None:
    row = Announcement.objects.create(text="For teachers")
    row.groups.set([Group.objects.create(name="teachers"), Group.objects.create(name="heads")])
    assert (told(alice), told(bob)) == ([], [])
    alice.groups.set(Group.objects.all())
    assert (told(alice), told(bob)) == (["For teachers"], [])
    assert close(bob, row).status_code == 404


def test_warnings_come_first_then_the_newest(alice: User) -> None:
    for text, level in (("a", "info"), ("b", "warning"), ("c", "info"), ("d", "warning")):
        Announcement.objects.create(text=text, level=level)
    assert told(alice) == ["d", "b", "c", "a"]


def test_only_in_its_time_and_while_it_is_switched_on(alice: User) -> None:
    now = timezone.now()
    soon, later = now + timedelta(hours=1), now + timedelta(hours=2)
    Announcement.objects.create(text="now", ends_at=later)
    Announcement.objects.create(text="soon", starts_at=soon)
    Announcement.objects.create(text="over", starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    Announcement.objects.create(text="draft", is_active=False)
    Announcement.objects.create(text="elsewhere", in_chat=False, at_sign_in=True)
    assert told(alice) == ["now"]
    assert current.of(alice).next == soon
    Announcement.objects.filter(text="soon").delete()
    assert current.of(alice).next == later


def test_it_costs_one_query_while_there_is_nothing(alice: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        current.of(alice)
    for number in range(5):
        Announcement.objects.create(text=str(number))
    with django_assert_num_queries(2):
        assert len(current.of(alice).announcements) == 5


def test_nobody_is_told_without_signing_in() -> None:
    assert APIClient().get(PATH).status_code == 401
    assert APIClient().post(f"{PATH}/1/dismiss", {"version": "x"}, format="json").status_code == 401


# --- Closing ------------------------------------------------------------------------------------
def test_closing_holds_for_one_person_on_all_devices(alice: User, bob: User) -> None:
    row = Announcement.objects.create(text="Noon")
    answer = close(alice, row)
    assert (answer.status_code, answer.json()) == (200, {"announcements": [], "next": None})
    assert (told(alice), told(bob)) == ([], ["Noon"])
    assert LiveNote.objects.filter(user=alice, what="announcements").exists()
    assert close(alice, row).status_code == 200
    assert Dismissal.objects.count() == 1


def test_another_text_comes_back(alice: User) -> None:
    row = Announcement.objects.create(text="Noon")
    close(alice, row)
    row.text = "One o'clock"
    row.save()
    assert told(alice) == ["One o'clock"]
    row.text = "Noon"
    row.save()
    assert told(alice) == []


def test_a_version_that_is_over_closes_nothing(alice: User) -> None:
    row = Announcement.objects.create(text="Noon")
    assert close(alice, row, "00000000").json()["announcements"]


def test_what_may_not_be_closed(alice: User) -> None:
    row = Announcement.objects.create(text="Noon", is_dismissible=False)
    assert close(alice, row).status_code == 404
    # Closed while that was possible.
    Dismissal.objects.create(announcement=row, user=alice, version=row.version)
    assert told(alice) == ["Noon"]


@pytest.mark.parametrize("body", [{}, {"version": ""}, {"version": "x" * 9}, {"version": None}, []])
def test_bad_input(alice: User, body: Any) -> None:
    row = Announcement.objects.create(text="Noon")
    assert bearer(alice).post(f"{PATH}/{row.pk}/dismiss", body, format="json").status_code == 400
    assert not Dismissal.objects.exists()


def test_unknown_ones(alice: User) -> None:
    for number in ("0", str(2**53), "9" * 30):
        assert bearer(alice).post(f"{PATH}/{number}/dismiss", {"version": "x"}, format="json").status_code == 404


# --- Administration -----------------------------------------------------------------------------
def test_an_administrator_writes_one(office: Client, alice: User) -> None:
    group = Group.objects.create(name="teachers")
    alice.groups.add(group)
    assert office.post(f"{ADMIN}add/", FORM | {"groups": [group.pk]}).status_code == 302
    row = Announcement.objects.get()
    assert told(alice) == ["Down at noon."]
    # Every open page hears of it, in one row.
    assert LiveNote.objects.filter(user=None, what="announcements").count() == 1
    page = office.get(ADMIN).content.decode()
    assert "Down at noon." in page and "teachers" in page
    assert f"/?announcement={row.pk}" in office.get(f"{ADMIN}{row.pk}/change/").content.decode()
    office.post(f"{ADMIN}{row.pk}/delete/", {"post": "yes"})
    assert told(alice) == []


@pytest.mark.parametrize("when", ["now", "later", "over"])
def test_the_list_by_time(office: Client, when: str) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    Announcement.objects.create(text="one is now")
    Announcement.objects.create(text="one is later", starts_at=now + hour)
    Announcement.objects.create(text="one is over", starts_at=now - 2 * hour, ends_at=now - hour)
    rows = office.get(ADMIN, {"when": when}).context["cl"].result_list
    assert [str(row) for row in rows] == [f"one is {when}"]


def test_the_list_by_groups(office: Client) -> None:
    Announcement.objects.create(text="for **all**")
    Announcement.objects.create(text="for some").groups.add(Group.objects.create(name="teachers"))
    shown = office.get(ADMIN, {"groups__isnull": "True"}).context["cl"]
    assert [str(row) for row in shown.result_list] == ["for all"]
    choices = [choice["display"] for spec in shown.filter_specs for choice in spec.choices(shown)]
    assert "everybody" in choices and "teachers" in choices and "-" not in choices


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "", "text_zh": " "},
        {"text": "x" * 601},
        {"level": "loud"},
        {"in_chat": ""},
        {"starts_at_0": "2026-11-21", "starts_at_1": "12:00", "ends_at_0": "2026-11-21", "ends_at_1": "12:00"},
        {"starts_at_0": "tomorrow", "starts_at_1": "12:00"},
    ],
)
def test_bad_input_changes_nothing(office: Client, wrong: dict[str, str]) -> None:
    assert office.post(f"{ADMIN}add/", FORM | wrong).status_code == 200
    assert not Announcement.objects.exists() and not LiveNote.objects.filter(user=None).exists()


def test_groups_mean_nothing_on_the_sign_in_page(office: Client) -> None:
    group = Group.objects.create(name="teachers")
    answer = office.post(f"{ADMIN}add/", FORM | {"groups": [group.pk], "at_sign_in": "on"})
    assert "before anybody has signed in" in answer.content.decode()
    assert not Announcement.objects.exists()


def test_its_history_goes_back_and_tells(office: Client, alice: User) -> None:
    office.post(f"{ADMIN}add/", FORM | {"ends_at_0": "2999-01-01", "ends_at_1": "12:00"})
    row = Announcement.objects.get()
    office.post(f"{ADMIN}{row.pk}/change/", FORM | {"text": "At one.", "level": "warning"})
    change = SettingChange.objects.latest("pk")
    LiveNote.objects.all().delete()
    office.post(f"{ADMIN}{row.pk}/history/", {"change": change.pk})
    assert told(alice) == ["Down at noon."]
    before = row.ends_at
    row.refresh_from_db()
    assert (row.level, row.ends_at) == ("info", before)
    assert LiveNote.objects.filter(user=None).exists()


def test_only_those_who_may(alice: User) -> None:
    row = Announcement.objects.create(text="Noon")
    staff = User.objects.create_user("staff", is_staff=True)
    client = Client()
    client.force_login(staff)
    assert client.get(ADMIN).status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_announcement"))
    assert client.get(ADMIN).status_code == 200
    assert client.post(f"{ADMIN}{row.pk}/change/", FORM).status_code == 403
    assert client.post(f"{ADMIN}add/", FORM).status_code == 403
    row.refresh_from_db()
    assert row.text == "Noon"


def test_the_model_asks_for_words_and_a_place() -> None:
    for row in (Announcement(), Announcement(text="x", in_chat=False)):
        with pytest.raises(ValidationError):
            row.full_clean()
