"""Who is disabled has no credential left, of any kind."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts import selectors, services, tickets, tokens
from accounts.authentication import user_from_scope
from accounts.models import User
from accounts.tests.support import bearer, login
from aihelper.lib.errors import NotSignedIn

pytestmark = pytest.mark.django_db
INFO = "/api/user/info"


def wait_for_approval(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_approved=False)


SHUT_OUT: list[Callable[[User], None]] = [services.disable, services.end_sessions, wait_for_approval]


@pytest.mark.parametrize("shut_out", SHUT_OUT)
def test_every_credential_ends(alice: Any, alice_api: Any, shut_out: Callable[[User], None]) -> None:
    program, pair, ticket = bearer(alice), tokens.issue(alice), tickets.issue(alice)
    logged_in = APIClient()
    login(logged_in)
    session = {"type": "http", "headers": [(b"cookie", logged_in.cookies.output(header="", sep=";").encode())]}
    shut_out(alice)
    assert alice_api.get(INFO).status_code == 401
    assert logged_in.get(INFO).status_code == 401
    assert program.get(INFO).status_code == 401
    assert not user_from_scope(session).is_authenticated
    with pytest.raises(NotSignedIn):
        tokens.refresh(pair.refresh)
    with pytest.raises(NotSignedIn):
        tickets.redeem(ticket)


def test_sockets_can_find_out(alice: Any, bob: Any, django_assert_num_queries: Any) -> None:
    ids = [alice.pk, bob.pk, 2**40]
    before = selectors.credentials(ids)
    services.disable(alice)
    with django_assert_num_queries(1):
        after = selectors.credentials(ids)
    assert before[alice.pk] == (True, 0) and after[alice.pk] == (False, 1)
    assert after[bob.pk] == before[bob.pk] == (True, 0)
    assert after[2**40] == (False, -1)


def test_enabled_again_old_credentials_stay_dead(alice: Any, alice_api: Any, api: Any) -> None:
    program = bearer(alice)
    services.disable(alice)
    services.enable(alice)
    assert alice_api.get(INFO).status_code == 401
    assert program.get(INFO).status_code == 401
    assert login(api).status_code == 200


def test_the_others_stay(alice: Any, bob_api: Any) -> None:
    services.disable(alice)
    assert bob_api.get(INFO).status_code == 200


def test_approve(alice: Any, api: Any) -> None:
    wait_for_approval(alice)
    assert login(api).status_code == 403
    services.approve(alice)
    assert login(api).status_code == 200
