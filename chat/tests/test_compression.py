"""Compressed answers: a conversation, and the list of sessions."""

import gzip
import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat.models import Session
from chat.tests import make

pytestmark = pytest.mark.django_db

GZIP = {"accept-encoding": "gzip, deflate, br"}
# The random bytes are 1 to 100: so many answers are not all of one length.
TRIES = 12


@pytest.fixture
def session(alice: Any) -> Session:
    """A conversation of a few thousand characters."""
    session = make.session(alice)
    make.chain(session, ["Rotate the logs. " * 10] * 20)
    return session


def _urls(session: Session) -> list[str]:
    return [f"/api/chat/session/{session.session_id}", "/api/chat/sessions"]


def test_it_is_the_same_answer_and_smaller(alice_api: APIClient, session: Session) -> None:
    for url in _urls(session):
        plain = alice_api.get(url)
        small = alice_api.get(url, headers=GZIP)
        assert "Content-Encoding" not in plain.headers
        assert small["Content-Encoding"] == "gzip"
        assert int(small["Content-Length"]) == len(small.content) < len(plain.content)
        assert "Accept-Encoding" in small["Vary"]
        assert small["Cache-Control"] == "no-store"
        assert json.loads(gzip.decompress(small.content)) == plain.json()


def test_its_length_does_not_tell_what_is_in_it(alice_api: APIClient, session: Session) -> None:
    lengths = {len(alice_api.get(_urls(session)[0], headers=GZIP).content) for _ in range(TRIES)}
    assert len(lengths) > 1


def test_others_get_the_same_refusal_as_ever(bob_api: APIClient, session: Session) -> None:
    answer = bob_api.get(_urls(session)[0], headers=GZIP)
    assert answer.status_code == 404
    assert "detail" in answer.json()


def test_nothing_else_is_compressed(alice_api: APIClient, session: Session) -> None:
    for url in ("/", "/api/user", "/api/chat/history", "/api/chat/search?q=logs", "/api/roles"):
        assert "Content-Encoding" not in alice_api.get(url, headers=GZIP).headers, url
