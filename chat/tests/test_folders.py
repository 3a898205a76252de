"""GET and POST /api/chat/folders, PATCH and DELETE /api/chat/folders/{id}, POST /api/chat/folders/order."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import LiveNote
from chat.models import Folder, Session
from chat.services import folders
from chat.tests import make

URL = "/api/chat/folders"
pytestmark = pytest.mark.django_db


def _url(folder: Folder) -> str:
    return f"{URL}/{folder.folder_id}"


def _names(client: APIClient) -> list[str]:
    return [folder["name"] for folder in client.get(URL).json()["folders"]]


class TestList:
    """GET."""

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        work = make.folder(alice, "Work", emoji="💼", sort_order=2)
        make.folder(alice, "Home", sort_order=1)
        make.session(alice, folder=work)
        make.session(alice, folder=work, archived=True)
        make.session(alice, folder=work, deleted_at=make.NOON)
        assert alice_api.get(URL).json()["folders"][1] == {
            "folder_id": work.folder_id, "name": "Work", "emoji": "💼", "session_count": 1,
        }  # fmt: skip
        assert _names(alice_api) == ["Home", "Work"]

    def test_everybody_sees_their_own_only(self, alice: Any, bob_api: APIClient, admin_api: APIClient) -> None:
        make.folder(alice)
        assert _names(bob_api) == _names(admin_api) == []

    def test_it_tells_what_is_unread_or_being_written_in_them(self, alice: Any, bob: Any, alice_api: APIClient) -> None:
        work = make.folder(alice)
        unread, writing, quiet = (make.session(alice, folder=work, unread=number == 0) for number in range(3))
        live = make.running(writing)
        make.chain(quiet, ["question", "answer"])
        for fields in ({"folder": None}, {"archived": True}, {"deleted_at": make.NOON}):
            make.session(alice, **{"folder": work, "unread": True, **fields})
        make.session(bob, folder=make.folder(bob), unread=True)
        lively = {row["session_id"]: (row["unread"], row["generating"]) for row in alice_api.get(URL).json()["lively"]}
        assert lively == {unread.session_id: (True, None), writing.session_id: (False, live.pk)}

    @pytest.mark.parametrize("count", [1, 40])
    def test_it_costs_the_same_whatever_the_length(
        self, alice: Any, alice_api: APIClient, django_assert_max_num_queries: Any, count: int
    ) -> None:
        for number in range(count):
            make.many(alice, 3, folder=make.folder(alice, str(number)))
        # The browser's session (from Redis, where there is one), its user, the folders, what is live, what is lively.
        with django_assert_max_num_queries(5):
            assert {folder["session_count"] for folder in alice_api.get(URL).json()["folders"]} == {3}


class TestCreate:
    """POST."""

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        answer = alice_api.post(URL, {"name": "  旅行 ✈️ ", "emoji": "👨‍👩‍👧‍👦"}, format="json")
        assert answer.status_code == 201
        assert answer.json()["session_count"] == 0
        assert (answer.json()["name"], answer.json()["emoji"]) == ("旅行 ✈️", "👨‍👩‍👧‍👦")
        alice_api.post(URL, {"name": "Later"}, format="json")
        assert _names(alice_api) == ["旅行 ✈️", "Later"]
        assert LiveNote.objects.filter(user=alice, what="folders").count() == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines", "nul\x00", "\u2028", "bell\x07"])
    def test_bad_names(self, alice_api: APIClient, name: str) -> None:
        assert alice_api.post(URL, {"name": name}, format="json").status_code == 400
        assert not Folder.objects.exists()

    @pytest.mark.parametrize("emoji", ["word", "12", "💼 💼", "💼\u2028💼", "\U0001f600" * 17])
    def test_bad_emojis(self, alice_api: APIClient, emoji: str) -> None:
        answer = alice_api.post(URL, {"name": "Work", "emoji": emoji}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_folder")

    @pytest.mark.parametrize("body", [{}, {"name": 5}, {"name": None}, {"name": "x", "emoji": 5}, [], "text"])
    def test_wrong_types(self, alice_api: APIClient, body: Any) -> None:
        answer = alice_api.post(URL, body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

    def test_there_is_a_limit(self, alice: Any, bob_api: APIClient, alice_api: APIClient) -> None:
        Folder.objects.bulk_create([Folder(user=alice, name=str(number)) for number in range(folders.MAX_FOLDERS)])
        answer = alice_api.post(URL, {"name": "One more"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_folders")
        assert Folder.objects.count() == folders.MAX_FOLDERS
        assert bob_api.post(URL, {"name": "His first"}, format="json").status_code == 201


class TestChange:
    """PATCH."""

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        folder = make.folder(alice, "Work", emoji="💼")
        make.session(alice, folder=folder)
        answer = alice_api.patch(_url(folder), {"name": "Job"}, format="json")
        assert answer.json() == {
            "folder_id": folder.folder_id, "name": "Job", "emoji": "💼", "session_count": 1,
        }  # fmt: skip
        assert alice_api.patch(_url(folder), {"emoji": ""}, format="json").json()["emoji"] == ""

    @pytest.mark.parametrize("body", [{"name": ""}, {"name": 5}, {"emoji": "word"}, {"name": None}, []])
    def test_bad_input(self, alice: Any, alice_api: APIClient, body: Any) -> None:
        folder = make.folder(alice, "Work", emoji="💼")
        assert alice_api.patch(_url(folder), body, format="json").status_code == 400
        folder.refresh_from_db()
        assert (folder.name, folder.emoji) == ("Work", "💼")


class TestDelete:
    """DELETE."""

    def test_what_was_in_it_stays(self, alice: Any, alice_api: APIClient) -> None:
        folder = make.folder(alice)
        session = make.session(alice, folder=folder, changed_at=make.NOON)
        assert alice_api.delete(_url(folder)).status_code == 200
        session.refresh_from_db()
        # No frame for each of what may be thousands: the note says it.
        assert (session.folder, session.changed_at) == (None, make.NOON)
        assert LiveNote.objects.filter(user=alice, what="folders").exists()
        assert alice_api.delete(_url(folder)).status_code == 404


class TestOrder:
    """POST /api/chat/folders/order."""

    def _order(self, client: APIClient, *ids: str) -> Any:
        return client.post(f"{URL}/order", {"ids": ids}, format="json")

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        one, two, three = (make.folder(alice, name, sort_order=number) for number, name in enumerate("abc"))
        answer = self._order(alice_api, three.folder_id, one.folder_id, two.folder_id)
        assert [folder["name"] for folder in answer.json()["folders"]] == _names(alice_api) == ["c", "a", "b"]

    def test_what_it_does_not_name_comes_after(self, alice: Any, alice_api: APIClient) -> None:
        _one, _two, three = (make.folder(alice, name, sort_order=number) for number, name in enumerate("abc"))
        self._order(alice_api, three.folder_id, three.folder_id, make.UNKNOWN_ID, "x")
        assert _names(alice_api) == ["c", "a", "b"]

    def test_somebody_elses_stay_as_they_are(self, alice: Any, bob_api: APIClient, alice_api: APIClient) -> None:
        one, two = make.folder(alice, "a", sort_order=1), make.folder(alice, "b", sort_order=2)
        assert self._order(bob_api, two.folder_id, one.folder_id).json() == {"folders": []}
        assert _names(alice_api) == ["a", "b"]

    @pytest.mark.parametrize("ids", [None, "x", [5], [["x"]], ["x" * 37], ["x"] * 101])
    def test_bad_input(self, alice_api: APIClient, ids: Any) -> None:
        assert alice_api.post(f"{URL}/order", {"ids": ids}, format="json").status_code == 400


class TestInto:
    """A session comes into a folder: by PATCH, by start, by send (chat/tests/test_stream.py has the rest)."""

    def _patch(self, client: APIClient, session: Session, folder_id: Any) -> Any:
        return client.patch(f"/api/chat/session/{session.session_id}", {"folder_id": folder_id}, format="json")

    def test_and_out_again(self, alice: Any, alice_api: APIClient) -> None:
        folder, session = make.folder(alice), make.session(alice, update_time=make.NOON)
        answer = self._patch(alice_api, session, folder.folder_id).json()
        assert (answer["folder_id"], answer["update_time"]) == (folder.folder_id, "2026-03-01T12:00:00.000Z")
        assert LiveNote.objects.filter(user=alice, what="folders").exists()
        assert self._patch(alice_api, session, None).json()["folder_id"] is None

    def test_a_folder_of_somebody_else_is_unknown(self, alice: Any, bob: Any, alice_api: APIClient) -> None:
        session = make.session(alice)
        answers = [self._patch(alice_api, session, each) for each in (make.folder(bob).folder_id, make.UNKNOWN_ID, "x")]
        answers += [alice_api.post("/api/chat/start", {"folder_id": make.UNKNOWN_ID}, format="json")]
        assert {answer.json()["code"] for answer in answers} == {"folder_not_found"}
        assert len({answer.content for answer in answers}) == 1
        assert Session.objects.filter(folder=None).count() == 1

    def test_by_start(self, alice: Any, alice_api: APIClient) -> None:
        folder = make.folder(alice)
        answer = alice_api.post("/api/chat/start", {"folder_id": folder.folder_id}, format="json")
        assert Session.objects.get(session_id=answer.json()["session_id"]).folder == folder

    def test_a_list_of_what_is_in_it(self, alice: Any, alice_api: APIClient) -> None:
        folder = make.folder(alice)
        make.session(alice, title="inside", folder=folder)
        make.session(alice, title="pinned", folder=folder, pinned=True)
        make.session(alice, title="outside")

        def titles(folder_id: str) -> list[str]:
            sessions = alice_api.get("/api/chat/sessions", {"folder": folder_id}).json()["sessions"]
            return [session["title"] for session in sessions]

        assert titles(folder.folder_id) == ["pinned", "inside"]
        assert titles("none") == ["pinned", "outside"]
        assert titles(make.UNKNOWN_ID) == []
        assert len(titles("")) == 3


def test_only_yours(alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
    folder = make.folder(alice, "Work")
    for client in (bob_api, admin_api):
        bodies: tuple[Any, ...] = ({"name": "Mine"}, {"name": 5}, [])
        for body in bodies:
            foreign = client.patch(_url(folder), body, format="json")
            unknown = client.patch(f"{URL}/{make.UNKNOWN_ID}", body, format="json")
            assert (foreign.status_code, foreign.content) == (404, unknown.content)
        assert client.delete(_url(folder)).status_code == 404
    for answer in (api.get(URL), api.post(URL, {}), api.patch(_url(folder), {}), api.delete(_url(folder))):
        assert answer.status_code == 401
    folder.refresh_from_db()
    assert folder.name == "Work"
