"""Managers of groups, the chats of their people, and what these used."""

import pytest
from django.test import Client

from accounts.audit.models import AuditEntry, What
from accounts.models import User
from accounts.tests.managing import School, signed_in
from chat.models import Session, UsageRecord
from chat.tests import make

pytestmark = pytest.mark.django_db
CHATS = "/admin/chat/session/"


def chat_of(user: User) -> Session:
    session = make.session(user)
    make.chain(session, [f"a question of {user.username}", "an answer"])
    return session


def stands_there(session: Session, office: Client) -> bool:
    """Whether the list of chats has a row of it."""
    return f"{CHATS}{session.pk}/change/" in office.get(CHATS).content.decode()


def allow(group_place: School) -> None:
    group_place.own.policy.may_be_read = True
    group_place.own.policy.save()


def test_chats_stand_there_only_where_they_may_be_read(place: School, office: Client) -> None:
    session = chat_of(place.pupil)
    assert not stands_there(session, office)
    assert office.get(f"{CHATS}{session.pk}/read/").status_code == 404
    allow(place)
    assert stands_there(session, office)


def test_reading_takes_a_reason_that_the_person_sees(place: School, office: Client) -> None:
    allow(place)
    url = f"{CHATS}{chat_of(place.pupil).pk}/read/"
    asked = office.get(url)
    assert asked.status_code == 200
    assert "a question of pupil" not in asked.content.decode()
    assert "a question of pupil" not in office.post(url, {"reason": " "}).content.decode()
    assert not AuditEntry.objects.exists()
    assert "a question of pupil" in office.post(url, {"reason": "A parent asked"}).content.decode()
    kept = AuditEntry.objects.get()
    assert (kept.what, kept.person, kept.actor, kept.reason) == (
        What.CHAT_READ, place.pupil, place.teacher, "A parent asked",
    )  # fmt: skip
    assert (
        f"{CHATS}{Session.objects.get(user=place.pupil).pk}/read/"
        in office.get(url.replace("read", "change")).content.decode()
    )


def test_nobody_elses_chats_are_read(place: School, office: Client) -> None:
    allow(place)
    place.foreign.policy.may_be_read = True
    place.foreign.policy.save()
    for user in [*place.others, place.teacher]:
        session = chat_of(user)
        answer = office.post(f"{CHATS}{session.pk}/read/", {"reason": "Curious"})
        assert answer.status_code == 404, user
        assert not stands_there(session, office)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("query", ["title__startswith=a", "user__username__startswith=s", "title__contains=a"])
def test_titles_are_not_guessed_by_lookups(office: Client, query: str) -> None:
    assert office.get(f"{CHATS}?{query}").status_code == 400


def test_not_even_by_superusers(place: School) -> None:
    assert signed_in(place.root).get(f"{CHATS}?title__startswith=a").status_code == 400
    assert signed_in(place.root).get(f"{CHATS}?archived__exact=0").status_code == 200


def test_usage_of_own_people(place: School, office: Client) -> None:
    for user in [place.pupil, *place.others]:
        UsageRecord.objects.create(user=user, username=user.username, model_id=f"model of {user.username}")
    page = office.get("/admin/chat/usagerecord/").content.decode()
    assert "model of pupil" in page
    assert not any(f"model of {user.username}" in page for user in place.others)
