"""POST, GET /api/chat/imports and DELETE /api/chat/imports/{id}; what they store."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from accounts.models import LiveNote, User
from chat.engine import indexer, trash
from chat.models import ChatImport, Document, Folder, ImportedChat, Message, Session
from chat.services import imports
from chat.services.imports import store as storing
from chat.services.imports import write
from chat.tests import make
from chat.tests.imports.reading import SAMPLES, sample, zipped

pytestmark = pytest.mark.django_db

URL = "/api/chat/imports"


@pytest.fixture
def client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def upload(client: Client, name: str | bytes = "chatgpt.json", **fields: Any) -> Any:
    data = (SAMPLES / name).read_bytes() if isinstance(name, str) else name
    file_name = name if isinstance(name, str) else "export.json"
    return client.post(URL, {"file": SimpleUploadedFile(file_name, data), **fields})


def test_it_works(client: Client, alice: User) -> None:
    answer = upload(client)
    assert answer.status_code == 200, answer.content
    report = answer.json()
    numbers = {name: report[name] for name in ("dry_run", "ready", "imported", "already", "left_out", "formats")}
    assert numbers == {
        "dry_run": False, "ready": 0, "imported": 1, "already": 0, "left_out": 1, "formats": ["chatgpt"],
    }  # fmt: skip
    done, left = report["items"]
    assert (done["outcome"], done["title"], done["messages"]) == ("imported", "Tides", 5)
    assert (left["outcome"], left["title"], left["code"]) == ("left_out", "A folder of mine", "not_a_chat")
    assert left["reason"] == "This is not a chat."
    shown = client.get(f"/api/chat/session/{done['session_id']}").json()
    assert shown["session"]["title"] == "Tides" and shown["session"]["update_time"] == "2024-05-01T08:05:00.500Z"
    listed = client.get("/api/chat/sessions").json()["sessions"]
    assert [row["session_id"] for row in listed] == [done["session_id"]]


def test_branches_times_and_models_are_kept(alice: User) -> None:
    imports.import_chats(alice, sample("chatgpt.json"))
    session = Session.objects.get(user=alice)
    rows = list(Message.objects.filter(session=session).order_by("seq"))
    by_pk = {row.pk: row for row in rows}
    assert [by_pk[row.parent_id].seq if row.parent_id else None for row in rows] == [None, 1, 1, 2, 4]
    assert [row.model_id for row in rows] == ["", "o3", "gpt-4o", "", "gpt-4o"]
    assert session.current_message_id == rows[4].pk and session.last_seq == 5
    assert session.model_id == "", "what is named there need not be offered here"
    assert rows[1].create_time == rows[0].create_time, "null: the time of the message before"
    assert {row.indexed for row in rows} == {False} and {row.user_id for row in rows} == {alice.pk}
    assert indexer.index_batch() == 5


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_each_sample_twice(alice: User, name: str) -> None:
    """Whatever was imported is here already the second time, and nothing is doubled."""
    first = imports.import_chats(alice, sample(name), name)
    sessions = Session.objects.filter(user=alice).count()
    assert sessions == first.counts["imported"] > 0
    second = imports.import_chats(alice, sample(name), name)
    assert second.counts["already"] == first.counts["imported"] and second.counts["imported"] == 0
    assert second.import_id == "", "nothing came of it: there is nothing to take back"
    assert Session.objects.filter(user=alice).count() == sessions
    assert {item.session_id for item in second.results if item.outcome == "already"} == {
        item.session_id for item in first.results if item.outcome == "imported"
    }


def test_a_dry_run_changes_nothing(client: Client, alice: User) -> None:
    data = (SAMPLES / "claude.json").read_bytes()
    report = upload(client, data.replace(b"000000000002", b"000000000001"), dry_run="true").json()
    assert (report["dry_run"], report["ready"], report["already"], report["import_id"]) == (True, 1, 1, None)
    assert not Session.objects.exists() and not ChatImport.objects.exists() and not ImportedChat.objects.exists()
    assert not Folder.objects.exists() and not LiveNote.objects.exists()


def test_others_import_the_same_for_themselves(alice: User, bob: User) -> None:
    imports.import_chats(alice, sample("claude.json"))
    assert imports.import_chats(bob, sample("claude.json")).counts["imported"] == 2


def test_attachments_and_folders_come_along(alice: User) -> None:
    imports.import_chats(alice, sample("own.json"))
    session = Session.objects.get(user=alice)
    assert session.folder is not None and (session.folder.name, session.folder.emoji) == ("School", "🎒")
    document = Document.objects.get(user=alice)
    assert document.content == "Some notes" and document.messages.get().session == session
    assert session.pinned and session.title == "Hello"
    assert session.messages.get(content="First").reasoning_ms == 4200


def test_a_folder_of_that_name_is_used(alice: User) -> None:
    folder = make.folder(alice, "School")
    imports.import_chats(alice, sample("own.json"))
    assert Session.objects.get(user=alice).folder == folder


def test_attachments_without_room_are_counted(alice: User) -> None:
    with override_settings(MAX_DOCUMENT_BYTES_PER_USER=3):
        report = imports.import_chats(alice, sample("own.json"))
    assert report.results[0].attachments_left_out == 1 and not Document.objects.exists()


def test_what_was_exported_here_and_is_still_here_is_not_doubled(alice: User, bob: User) -> None:
    make.session(alice, session_id="d88baef8-53b1-4282-ada1-97f0ff363a24")
    assert imports.import_chats(alice, sample("own.json")).counts["already"] == 1
    assert imports.import_chats(bob, sample("own.json")).counts["imported"] == 1, "whose that is, is nobody's business"


def test_what_is_in_the_trash_stays_there(alice: User) -> None:
    imports.import_chats(alice, sample("claude.json"))
    Session.objects.update(deleted_at=timezone.now())
    report = imports.import_chats(alice, sample("claude.json"))
    assert [item.reason for item in report.results] == ["in_trash", "in_trash"]


def test_what_was_deleted_for_good_may_come_back(alice: User) -> None:
    imports.import_chats(alice, sample("claude.json"))
    Session.objects.update(deleted_at=make.NOON)
    trash.sweep(timezone.now())
    assert imports.import_chats(alice, sample("claude.json")).counts["imported"] == 2


def test_undo(client: Client, alice: User) -> None:
    """What the person has not touched goes, what they have gone on with stays; then the file may come again."""
    import_id = upload(client, "claude.json").json()["import_id"]
    kept = Session.objects.get(user=alice, title="A poem")
    make.add(kept, kept.current_message, "And on")
    answer = client.delete(f"{URL}/{import_id}")
    assert answer.json() == {"removed": 1, "kept": 1}
    assert [row["title"] for row in client.get("/api/chat/sessions").json()["sessions"]] == ["A poem"]
    (row,) = client.get(URL).json()["imports"]
    assert row["import_id"] == import_id and row["undone_at"] is not None and row["imported"] == 2
    again = client.delete(f"{URL}/{import_id}")
    assert (again.status_code, again.json()["code"]) == (409, "already_undone")
    report = upload(client, "claude.json").json()
    assert (report["imported"], report["already"]) == (1, 1)


def test_the_list(client: Client, alice: User, bob: User) -> None:
    upload(client, "claude.json")
    imports.import_chats(bob, sample("claude.json"))
    (row,) = client.get(URL).json()["imports"]
    assert (row["file_name"], row["formats"], row["imported"], row["undone_at"]) == ("claude.json", ["claude"], 2, None)


def test_rights(client: Client, bob: User) -> None:
    """Nobody takes back what is somebody else's, nor learns that it is there."""
    theirs = imports.import_chats(bob, sample("claude.json")).import_id
    for import_id in (theirs, make.UNKNOWN_ID, "nonsense"):
        assert client.delete(f"{URL}/{import_id}").status_code == 404
    assert Session.objects.filter(user=bob, deleted_at=None).count() == 2
    nobody = Client()
    assert nobody.get(URL).status_code == nobody.delete(f"{URL}/{theirs}").status_code == 401
    assert upload(nobody).status_code == 401


@pytest.mark.parametrize(
    ("data", "code"), [(b"hello", "broken"), (b"PK\x03\x04", "damaged"), (b'{"some": "thing"}', "unknown_format")]
)
def test_bad_files(client: Client, data: bytes, code: str) -> None:
    answer = upload(client, data)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["reason"]) == ("unreadable_import", code)
    assert not ChatImport.objects.exists()


def test_bad_requests(client: Client) -> None:
    assert client.post(URL, {}).status_code == 400
    assert client.post(URL, {"file": "no file"}).status_code == 400
    assert upload(client, dry_run="perhaps").status_code == 400
    assert client.post(URL, "{}", content_type="application/json").status_code == 415


def test_a_larger_body_than_elsewhere_is_taken_up_to_its_own_limit(client: Client) -> None:
    with override_settings(MAX_BODY_BYTES=100, LARGE_BODIES={URL: 20_000}, MAX_IMPORT_BYTES=6000):
        assert upload(client, "claude.json").status_code == 200
        too_large = upload(client, b"[" + b" " * 6000 + b"]")
        assert (too_large.status_code, too_large.json()["max_bytes"]) == (413, 6000)
        assert upload(client, b" " * 30_000).status_code == 413
        assert client.post("/api/chat/folders", {"name": "x" * 100}).status_code == 413


def test_one_that_the_database_does_not_take_costs_no_other(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DataError

    store = storing.store

    def fails(user: User, chat: Any, folder_id: str | None) -> Any:
        result = store(user, chat, folder_id)
        if chat.title == "A poem":
            raise DataError
        return result

    monkeypatch.setattr(write, "store", fails)
    report = imports.import_chats(alice, sample("claude.json"))
    assert [item.reason for item in report.results] == ["not_storable", None]
    assert Session.objects.count() == 1 and not Message.objects.filter(content="Thanks!").exists()


def test_two_at_once_store_one(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other import was not there at the first look, and is at the second, the table's own."""
    monkeypatch.setattr(write._Run, "_here", lambda *_args: None)
    assert imports.import_chats(alice, sample("claude.json")).counts["imported"] == 2
    report = imports.import_chats(alice, sample("claude.json"))
    assert report.counts["already"] == 2 and Session.objects.count() == 2


def test_tabs_hear_of_it_once(alice: User) -> None:
    """One note, whatever the number: none of the sessions counts as changed."""
    before = timezone.now()
    chats = {
        f"c{number}_json": (SAMPLES / "chatgpt_new.json").read_text().replace("new-1", f"n{number}")
        for number in range(5)
    }
    assert imports.import_chats(alice, zipped(**chats)).counts["imported"] == 5
    assert not Session.objects.filter(changed_at__gte=before).exists()
    assert list(LiveNote.objects.values_list("what", flat=True)) == ["sessions"]


def test_queries_for_a_chat_do_not_grow_with_its_messages(alice: User) -> None:
    def cost(count: int, name: str) -> int:
        nodes = ",".join(
            f'"m{n}": {{"parent": "m{n - 1}", "message": {{"author": {{"role": "user"}}, "content": '
            f'{{"content_type": "text", "parts": ["{n}"]}}}}}}'
            for n in range(count)
        )
        file = io.BytesIO(f'[{{"id": "{name}", "mapping": {{{nodes}}}}}]'.encode())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert imports.import_chats(alice, file).counts["imported"] == 1
        return len(queries)

    # A few more: SQLite takes so many rows with one statement.
    assert cost(150, "long") <= cost(3, "short") + 8


def test_no_part_of_the_package_knows_django() -> None:
    for path in Path(write.__file__).parents[2].joinpath("imports").glob("*.py"):
        assert "django" not in path.read_text().lower().replace("knows no django", ""), path
