from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import services, tickets
from accounts.authentication import user_from_ticket
from accounts.models import RefreshToken, SocketTicket, User
from accounts.sessions import stored_key
from accounts.tests.support import PASSWORD, bearer, in_parallel
from accounts.tickets import Admission
from aihelper.lib.errors import NotSignedIn

pytestmark = pytest.mark.django_db


def test_it_works(alice: Any, alice_api: Any) -> None:
    body = alice_api.post("/api/ws-ticket").json()
    assert body["expires_in"] == 30
    admission = user_from_ticket(body["ticket"])
    assert admission.user == alice
    assert admission.sign_in == f"session:{stored_key(alice_api.session.session_key)}"


def test_by_token(alice: Any) -> None:
    response = bearer(alice).post("/api/ws-ticket")
    family = RefreshToken.objects.get().family.hex
    assert user_from_ticket(response.json()["ticket"]).sign_in == f"tokens:{family}"


def test_nobody(api: Any, db: None) -> None:
    assert api.post("/api/ws-ticket").status_code == 401


def test_once_only(alice: Any) -> None:
    ticket = tickets.issue(alice)
    user_from_ticket(ticket)
    with pytest.raises(NotSignedIn):
        user_from_ticket(ticket)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_gets_in() -> None:
    ticket = tickets.issue(User.objects.create_user("alice", password=PASSWORD))
    answers = in_parallel(lambda: user_from_ticket(ticket), times=10, threads=10)
    assert sum(isinstance(answer, Admission) for answer in answers) == 1
    assert all(isinstance(answer, (Admission, NotSignedIn)) for answer in answers)


def test_thirty_seconds(alice: Any) -> None:
    ticket = tickets.issue(alice)
    left = SocketTicket.objects.get().expires_at - timezone.now()
    assert timedelta(seconds=29) < left <= timedelta(seconds=30)
    SocketTicket.objects.update(expires_at=timezone.now())
    with pytest.raises(NotSignedIn):
        user_from_ticket(ticket)


def test_only_its_digest_is_stored(alice: Any) -> None:
    ticket = tickets.issue(alice)
    assert ticket not in str(list(SocketTicket.objects.values()))


@pytest.mark.parametrize("change", [services.disable, services.end_sessions])
def test_the_user_was_shut_out_meanwhile(alice: Any, change: Any) -> None:
    ticket = tickets.issue(alice)
    change(alice)
    with pytest.raises(NotSignedIn):
        user_from_ticket(ticket)


@pytest.mark.parametrize("ticket", ["", "x", "é", "a\0b", "x" * 10_000, "%"])
def test_bad_tickets(alice: Any, ticket: str) -> None:
    tickets.issue(alice)
    with pytest.raises(NotSignedIn):
        user_from_ticket(ticket)
