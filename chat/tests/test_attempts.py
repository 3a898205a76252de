"""Who was asked for an answer, and why: for administrators, in their own chats and on the generation's page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat import events
from chat.engine import store
from chat.models import Generation
from chat.tests import make

pytestmark = pytest.mark.django_db
TRIED = [
    {"provider": "One", "key": "team", "code": "rate_limited", "ms": 212},
    {"provider": "Two", "key": "", "code": "served", "ms": 340},
]


@pytest.fixture
def generation(alice: User) -> Generation:
    session = make.session(alice)
    run = make.running(session, ("content", "words"))
    run.message.status = run.state = "completed"
    run.tried = TRIED
    run.message.save()
    run.save()
    return run


def _answer(user: User, generation: Generation) -> dict[str, Any]:
    client = Client()
    client.force_login(user)
    page = client.get(f"/api/chat/session/{generation.message.session.session_id}").json()
    return next(row for row in page["messages"] if row["message_id"] == generation.message_id)


def _done(generation: Generation) -> dict[str, Any]:
    log = store.load_log(generation.id)
    assert log is not None and log.end is not None
    return events.done(log.end)


def test_administrators_get_them(alice: User, generation: Generation) -> None:
    alice.is_staff = True
    alice.save()
    assert _answer(alice, generation)["attempts"] == TRIED
    assert _done(generation)["attempts"] == TRIED


def test_other_people_do_not(alice: User, generation: Generation) -> None:
    assert "attempts" not in _answer(alice, generation)
    assert "attempts" not in _done(generation)


def test_the_page_of_a_generation_says_it_in_words(client: Client, admin: User, generation: Generation) -> None:
    client.force_login(admin)
    page = client.get(reverse("admin:chat_generation_change", args=[generation.id])).content.decode()
    assert "One (team)" in page and "too many requests right now" in page
    assert "Two" in page and "It answered." in page
