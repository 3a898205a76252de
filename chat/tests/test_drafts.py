"""GET /api/chat/drafts, GET and PUT /api/chat/drafts/{session_id|new}, and what sending does to them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import LiveNote
from chat.models import Draft
from chat.services import documents
from chat.services.send import SendRequest, send
from chat.tests import make

pytestmark = pytest.mark.django_db
URL = "/api/chat/drafts"


def put(client: APIClient, key: str, text: Any, version: Any = 0, **fields: Any) -> Any:
    return client.put(f"{URL}/{key}", {"text": text, "version": version, **fields}, format="json")


def test_it_works(alice: Any, alice_api: APIClient) -> None:
    session = make.session(alice)
    document = documents.create(alice, "a.txt", "text")
    first = put(alice_api, session.session_id, " Half a ", attachments=[document.document_id]).json()
    assert first.keys() == {"session_id", "text", "attachments", "version", "update_time"}
    assert (first["session_id"], first["text"], first["version"]) == (session.session_id, " Half a ", 1)
    assert [attachment["name"] for attachment in first["attachments"]] == ["a.txt"]
    second = put(alice_api, session.session_id, "Half a thought", 1).json()
    assert (second["version"], second["attachments"]) == (2, [])
    assert put(alice_api, "new", "Another").json()["session_id"] is None
    listed = alice_api.get(URL).json()["drafts"]
    assert [draft["text"] for draft in listed] == ["Another", "Half a thought"]
    assert alice_api.get(f"{URL}/{session.session_id}").json() == second
    assert LiveNote.objects.filter(user=alice, what=f"draft:{session.session_id}").exists()
    assert LiveNote.objects.filter(user=alice, what="draft:").exists()


def test_without_one_it_is_empty(alice_api: APIClient) -> None:
    draft = alice_api.get(f"{URL}/new").json()
    assert (draft["text"], draft["version"], draft["attachments"]) == ("", 0, [])
    assert alice_api.get(URL).json() == {"drafts": []}


def test_nothing_is_overwritten_unseen(alice_api: APIClient) -> None:
    assert put(alice_api, "new", "from the phone").status_code == 200
    refused = put(alice_api, "new", "from the laptop")
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_conflict")
    assert refused.json()["draft"]["text"] == "from the phone"
    assert put(alice_api, "new", "from the laptop", refused.json()["draft"]["version"]).json()["version"] == 2
    # A repeat whose answer was lost is no conflict.
    assert put(alice_api, "new", "from the laptop", 1).json()["version"] == 2
    # A tab that knew a draft which is gone for good begins anew, above what it knew.
    Draft.objects.all().delete()
    assert put(alice_api, "new", "again", 7).json()["version"] == 8


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": None},
        {"text": 5},
        {"text": "x", "version": -1},
        {"text": "x", "version": "1"},
        {"text": "x", "version": 2**31},
        {"text": "x", "attachments": "x"},
        {"text": "x", "attachments": [5]},
        {"text": "x", "attachments": ["x"] * 11},
        {"text": "x" * 400_001},
        {"text": "\0"},
        [],
    ],
)
def test_bad_input(alice_api: APIClient, body: Any) -> None:
    assert alice_api.put(f"{URL}/new", body, format="json").status_code == 400
    assert not Draft.objects.exists()


def test_only_yours(alice: Any, bob: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
    session = make.session(alice)
    trashed = make.session(bob, deleted_at=make.NOON)
    Draft.objects.create(user=alice, session_key=session.session_id, text="mine")
    for client in (bob_api, admin_api):
        for key in (session.session_id, make.UNKNOWN_ID, trashed.session_id, "x", "NEW"):
            assert client.get(f"{URL}/{key}").status_code == 404
            assert put(client, key, 5).status_code == 404
        assert client.get(URL).json() == {"drafts": []}
    assert [api.get(URL).status_code, api.get(f"{URL}/new").status_code, put(api, "new", "x").status_code] == [401] * 3
    foreign = documents.create(alice, "a.txt", "text").document_id
    assert put(bob_api, "new", "x", attachments=[foreign]).status_code == 404
    assert list(Draft.objects.values_list("text", flat=True)) == ["mine"]


class TestSending:
    """The draft goes with the message, in one transaction."""

    @pytest.fixture(autouse=True)
    def _model(self, db: None) -> None:
        make.offered_model()

    def _text(self, user: Any, key: str = "") -> tuple[str, int]:
        draft = Draft.objects.get(user=user, session_key=key)
        return draft.text, draft.version

    def test_it_is_cleared(self, alice: Any, alice_api: APIClient) -> None:
        put(alice_api, "new", "Hello")
        started = send(alice, SendRequest("Hello", draft_version=1))
        assert self._text(alice) == ("", 2)
        # A write that was still under way brings nothing back.
        assert put(alice_api, "new", "Hello", 1).status_code == 409
        put(alice_api, started.session_id, "Next")
        send(alice, SendRequest("Next", session_id=started.session_id, draft_version=1))
        assert self._text(alice, started.session_id) == ("", 2)

    def test_a_write_that_overtook_the_send_is_the_same_draft(self, alice: Any, alice_api: APIClient) -> None:
        put(alice_api, "new", "Hel")
        put(alice_api, "new", "Hello", 1)
        send(alice, SendRequest("Hello", draft_version=1))
        assert self._text(alice) == ("", 3)

    def test_what_another_device_wrote_stays(self, alice: Any, alice_api: APIClient) -> None:
        put(alice_api, "new", "from the phone")
        send(alice, SendRequest("from the laptop", draft_version=0))
        assert self._text(alice) == ("from the phone", 1)

    def test_what_is_sent_past_the_draft_leaves_it(self, alice: Any, alice_api: APIClient) -> None:
        put(alice_api, "new", "Hello")
        send(alice, SendRequest("Hello"))
        assert self._text(alice) == ("Hello", 1)

    def test_a_refused_message_leaves_it(self, alice: Any, alice_api: APIClient) -> None:
        put(alice_api, "new", "Hello")
        with pytest.raises(Exception, match="model"):
            send(alice, SendRequest("Hello", draft_version=1, model_id="gone"))
        assert self._text(alice) == ("Hello", 1)
