from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import selectors
from accounts.authentication import session_key
from accounts.tests.support import login

pytestmark = pytest.mark.django_db


def test_live_sessions(api: Any, alice: Any, bob_api: Any, django_assert_num_queries: Any) -> None:
    login(api)
    keys = [api.session.session_key, bob_api.session.session_key, "unknown"]
    with django_assert_num_queries(1):
        assert selectors.live_sessions(keys) == set(keys[:2])
    api.post("/api/logout")
    assert selectors.live_sessions(keys) == {keys[1]}
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert selectors.live_sessions(keys) == set()
    with django_assert_num_queries(0):
        assert selectors.live_sessions([]) == set()


def test_session_of_a_scope(alice_api: Any) -> None:
    cookie = (b"cookie", alice_api.cookies.output(header="", sep=";").encode())
    assert session_key({"headers": [cookie]}) == alice_api.session.session_key
    assert session_key({"headers": [cookie, (b"authorization", b"Bearer x")]}) is None
    assert session_key({"headers": []}) is None
