from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import selectors, tokens
from accounts.authentication import sign_in_of
from accounts.sessions import stored_key
from accounts.tests.support import login

pytestmark = pytest.mark.django_db


def test_live_sign_ins(api: Any, alice: Any, bob_api: Any, django_assert_num_queries: Any) -> None:
    login(api)
    mine, bobs = (f"session:{stored_key(client.session.session_key)}" for client in (api, bob_api))
    pair, other = tokens.issue(alice), tokens.issue(alice)
    program, another = (f"tokens:{each.family.hex}" for each in (pair, other))
    names = [mine, bobs, program, another, "session:unknown"]
    with django_assert_num_queries(2):
        assert selectors.live_sign_ins(names) == {mine, bobs, program, another}
    api.post("/api/logout")
    tokens.revoke(pair.family)
    assert selectors.live_sign_ins(names) == {bobs, another}
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert selectors.live_sign_ins(names) == {another}
    with django_assert_num_queries(0):
        assert selectors.live_sign_ins([]) == set()


def test_the_sign_in_of_a_scope(alice_api: Any, alice: Any) -> None:
    cookie = (b"cookie", alice_api.cookies.output(header="", sep=";").encode())
    pair = tokens.issue(alice)
    bearer = (b"authorization", f"Bearer {pair.access}".encode())
    assert sign_in_of({"headers": [cookie]}) == f"session:{stored_key(alice_api.session.session_key)}"
    assert sign_in_of({"headers": [cookie, bearer]}) == f"tokens:{pair.family.hex}"
    assert sign_in_of({"headers": []}, pair.access) == f"tokens:{pair.family.hex}"
    assert sign_in_of({"headers": []}) is None
