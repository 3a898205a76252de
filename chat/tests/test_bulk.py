"""POST /api/chat/sessions/bulk."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import LiveNote
from chat.models import Generation, Session
from chat.models.session import GIVEN_UP
from chat.services.bulk import Action
from chat.tests import make

URL = "/api/chat/sessions/bulk"
pytestmark = pytest.mark.django_db


def _do(client: APIClient, action: str, *sessions: Session, **more: Any) -> Any:
    body = {"action": action, "session_ids": [session.session_id for session in sessions], **more}
    return client.post(URL, body, format="json")


def _changed(client: APIClient, action: str, *sessions: Session, **more: Any) -> list[str]:
    answer = _do(client, action, *sessions, **more)
    assert answer.status_code == 200, answer.content
    changed: list[str] = answer.json()["changed"]
    return changed


@pytest.mark.parametrize(
    ("action", "back", "name", "value"),
    [
        ("archive", "unarchive", "archived", True),
        ("pin", "unpin", "pinned", True),
        ("unread", "read", "unread", True),
    ],
)
def test_flags_and_their_reverse(
    alice: Any, alice_api: APIClient, action: str, back: str, name: str, value: bool
) -> None:
    one, two, other = (make.session(alice, update_time=make.NOON, changed_at=make.NOON) for _number in range(3))
    already = make.session(alice, **{name: value})
    # In the order asked for, without what is like that already: the reverse takes back what was done and no more.
    ids = _changed(alice_api, action, two, one, already, two)
    assert ids == [two.session_id, one.session_id]
    assert set(Session.objects.filter(**{name: value})) == {one, two, already}
    one.refresh_from_db()
    assert one.update_time == make.NOON < one.changed_at
    assert _changed(alice_api, back, one, two, other) == [one.session_id, two.session_id]
    assert set(Session.objects.filter(**{name: value})) == {already}


def test_move(alice: Any, alice_api: APIClient) -> None:
    work, home = make.folder(alice), make.folder(alice, "Home")
    one, two = make.session(alice), make.session(alice, folder=home)
    assert len(_changed(alice_api, "move", one, two, folder_id=work.folder_id)) == 2
    assert _changed(alice_api, "move", one, two, folder_id=work.folder_id) == []
    assert set(Session.objects.filter(folder=work)) == {one, two}
    assert _changed(alice_api, "move", one, folder_id=None) == [one.session_id]
    assert LiveNote.objects.filter(user=alice, what="folders").exists()


def test_delete_and_restore(alice: Any, alice_api: APIClient) -> None:
    work = make.folder(alice)
    one, two = make.session(alice, folder=work, pinned=True), make.session(alice, archived=True)
    run, other = make.running(one), make.running(make.session(alice))
    ids = _changed(alice_api, "delete", one, two)
    assert ids == [one.session_id, two.session_id]
    assert alice_api.get(f"/api/chat/session/{one.session_id}").status_code == 404
    requested = dict(Generation.objects.values_list("id", "stop_requested_at"))
    assert (requested[run.id] is None, requested[other.id] is None) == (False, True)
    assert _changed(alice_api, "archive", one) == []
    assert _changed(alice_api, "restore", one, two, run.message.session) == ids
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.deleted_at, one.folder, one.pinned) == (None, work, True)
    assert (two.deleted_at, two.archived) == (None, True)


def test_purge_takes_only_what_is_in_the_trash(alice: Any, alice_api: APIClient) -> None:
    kept, gone = make.session(alice), make.session(alice, deleted_at=make.NOON, changed_at=make.NOON)
    assert _changed(alice_api, "purge", kept, gone) == [gone.session_id]
    gone.refresh_from_db()
    assert (gone.deleted_at, gone.changed_at) == (GIVEN_UP, make.NOON)
    assert _changed(alice_api, "restore", gone) == _changed(alice_api, "purge", gone) == []
    assert LiveNote.objects.filter(user=alice, what="trash").exists()


@pytest.mark.parametrize("action", [action.value for action in Action])
def test_what_is_not_yours_is_passed_over(alice: Any, bob: Any, bob_api: APIClient, action: str) -> None:
    trashed = make.NOON if action in {"restore", "purge"} else None
    hers = make.session(alice, deleted_at=trashed, folder=make.folder(alice), unread=action == "read")
    his = make.session(bob, deleted_at=trashed, folder=make.folder(bob), unread=action == "read")
    Session.objects.update(archived=action == "unarchive", pinned=action == "unpin")
    before = Session.objects.filter(pk=hers.pk).values().get()
    foreign = _do(bob_api, action, hers)
    unknown = bob_api.post(URL, {"action": action, "session_ids": [make.UNKNOWN_ID, "x"]}, format="json")
    assert (foreign.status_code, foreign.content) == (200, unknown.content)
    assert _changed(bob_api, action, hers, his) == [his.session_id]
    assert Session.objects.filter(pk=hers.pk).values().get() == before


def test_somebody_elses_folder_is_unknown(alice: Any, bob: Any, bob_api: APIClient) -> None:
    session = make.session(bob)
    foreign = _do(bob_api, "move", session, folder_id=make.folder(alice).folder_id)
    unknown = _do(bob_api, "move", session, folder_id=make.UNKNOWN_ID)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "folder_not_found")
    assert foreign.content == unknown.content


@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"action": "archive"}, {"session_ids": ["x"]}, {"action": "explode", "session_ids": ["x"]},
        {"action": "archive", "session_ids": []}, {"action": "archive", "session_ids": "x"},
        {"action": "archive", "session_ids": [5]}, {"action": "archive", "session_ids": ["x" * 37]},
        {"action": "archive", "session_ids": ["x"] * 501}, {"action": 5, "session_ids": ["x"]},
        {"action": "move", "session_ids": ["x"], "folder_id": 5},
    ],
)  # fmt: skip
def test_bad_input(alice: Any, alice_api: APIClient, body: Any) -> None:
    session = make.session(alice)
    if isinstance(body, dict) and isinstance(body.get("session_ids"), list):
        body["session_ids"] = [*body["session_ids"], session.session_id] if body["session_ids"] else []
    answer = alice_api.post(URL, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert Session.objects.filter(archived=False, folder=None).count() == 1


def test_nobody_is_asked_to_sign_in(api: APIClient, alice: Any) -> None:
    assert _do(api, "archive", make.session(alice)).status_code == 401


@pytest.mark.parametrize("action", [action.value for action in Action])
def test_it_costs_the_same_whatever_the_number(
    alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any, action: str
) -> None:
    folder = make.folder(alice)
    for count in (2, 500):
        trashed = make.NOON if action in {"restore", "purge"} else None
        sessions = make.many(alice, count, deleted_at=trashed, unread=action == "read", pinned=action == "unpin")
        sessions = list(Session.objects.order_by("-pk")[:count])
        if action == "unarchive":
            Session.objects.update(archived=True)
        # Who asks (2), the folder, the sessions, the change, two for live answers, four for the note, savepoints.
        with django_assert_max_num_queries(16):
            more = {"folder_id": folder.folder_id} if action == "move" else {}
            assert len(_changed(alice_api, action, *sessions, **more)) == count
