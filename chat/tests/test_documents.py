"""POST /api/chat/documents, GET and DELETE /api/chat/documents/{id}, and what becomes of unused documents."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from aihelper.lib.db import run_db
from chat.engine import trash, unused, words
from chat.engine.supervisor import Supervisor
from chat.models import BlockedWord, Document, Draft, Message
from chat.models.session import GIVEN_UP
from chat.services import branches, documents, sessions
from chat.tests import make
from chat.tests.conftest import until

pytestmark = pytest.mark.django_db
URL = "/api/chat/documents"


@pytest.fixture(autouse=True)
def _no_words() -> None:
    """The words of the test before were rolled back, of which nobody is told."""
    words.forget()


def upload(client: APIClient, data: bytes, name: str = "notes.txt") -> Any:
    return client.post(URL, {"file": SimpleUploadedFile(name, data)}, format="multipart")


def paste(client: APIClient, text: Any, name: Any = "Pasted text.txt") -> Any:
    return client.post(URL, {"name": name, "text": text}, format="json")


class TestUpload:
    """A file, or pasted text."""

    def test_it_works(self, alice: Any, alice_api: APIClient) -> None:
        response = upload(alice_api, "# Größe\r\n表格\r\n".encode(), "路径/notes.md")
        body = response.json()
        document = Document.objects.get()
        assert response.status_code == 201
        assert body == {
            "document_id": document.document_id,
            "name": "notes.md",
            "media_type": "text/markdown",
            "size": 17,
            "chars": 11,
        }
        assert (document.content, document.user) == ("# Größe\n表格\n", alice)

    def test_pasted_text_works(self, alice_api: APIClient) -> None:
        response = paste(alice_api, "line\n" * 1000, "")
        assert (response.status_code, response.json()["name"]) == (201, "text.txt")
        assert Document.objects.get().content == "line\n" * 1000

    @pytest.mark.parametrize(
        "data",
        [
            "这是中文，和 English".encode("gb18030"),
            "这是中文，和 English".encode("utf-8-sig"),
            "这是中文，和 English".encode("utf-16"),
            b"\xfe\xff" + "这是中文，和 English".encode("utf-16-be"),
        ],
    )
    def test_encodings(self, alice_api: APIClient, data: bytes) -> None:
        assert upload(alice_api, data).status_code == 201
        assert Document.objects.get().content == "这是中文，和 English"

    def test_wide_text_without_a_mark_is_read(self, alice_api: APIClient) -> None:
        for encoding in ("utf-16-le", "utf-16-be"):
            assert upload(alice_api, "a,b\n1,2\n".encode(encoding)).status_code == 201
        assert {row.content for row in Document.objects.all()} == {"a,b\n1,2\n"}

    def test_a_coloured_log_loses_its_colours(self, alice_api: APIClient) -> None:
        assert upload(alice_api, b"\x1b[31mred\x1b[0m\x07 ok\x0c").status_code == 201
        assert Document.objects.get().content == "red ok"

    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"PK\x03\x04\x14\0\0\0\x08\0",
            b"%PDF-1.7\n\x01\x02",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"\x00",
            b"\xff\xff\xff",
        ],
    )
    def test_what_is_no_text_is_refused(self, alice_api: APIClient, data: bytes) -> None:
        response = upload(alice_api, data)
        assert (response.status_code, response.json()["code"]) == (400, "not_a_text")
        assert not Document.objects.exists()

    @pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf"])
    def test_nothing_is_refused(self, alice_api: APIClient, data: bytes) -> None:
        assert upload(alice_api, data).json()["code"] == "empty_document"

    def test_the_limits(self, alice_api: APIClient) -> None:
        assert upload(alice_api, b"x" * 500_000).status_code == 201
        for response in (upload(alice_api, b"x" * 500_001), upload(alice_api, b"\xe4\xb8\xad" * 349_526)):
            assert (response.status_code, response.json()["code"]) == (413, "document_too_large")
        assert paste(alice_api, "x" * 500_001).json()["code"] == "document_too_large"

    def test_the_room_of_a_person(self, alice_api: APIClient, bob_api: APIClient, settings: Any) -> None:
        settings.MAX_DOCUMENT_BYTES_PER_USER = 100
        assert paste(alice_api, "x" * 60).status_code == 201
        response = paste(alice_api, "x" * 41)
        assert (response.status_code, response.json()["code"]) == (413, "documents_full")
        assert paste(bob_api, "x" * 41).status_code == 201
        # What was given up makes room.
        Document.objects.update(create_time=timezone.now() - timedelta(days=2))
        assert paste(alice_api, "x" * 41).status_code == 201

    def test_blocked_words(self, alice_api: APIClient) -> None:
        BlockedWord.objects.create(word="forbidden")
        BlockedWord.objects.create(word="secret", action="mask")
        assert paste(alice_api, "this is ＦＯＲＢＩＤＤＥＮ here").json()["code"] == "blocked_word"
        assert paste(alice_api, "fine", "forbidden.txt").json()["code"] == "blocked_word"
        assert paste(alice_api, "a secret here").status_code == 201
        assert Document.objects.get().content == "a *** here"

    @pytest.mark.parametrize(
        "body", [{}, {"name": "a"}, {"text": 5}, {"text": None}, {"text": ["x"]}, {"text": "x", "name": 5}, [], "x"]
    )
    def test_bad_input(self, alice_api: APIClient, body: Any) -> None:
        assert alice_api.post(URL, body, format="json").status_code == 400
        assert alice_api.post(URL, {"file": "text"}, format="multipart").status_code == 400
        assert not Document.objects.exists()

    def test_nobody_is_refused(self, api: APIClient) -> None:
        assert paste(api, "x").status_code == 401

    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("C:\\Users\\me\\报告.TXT", "报告.TXT"),
            ("../../etc/passwd", "passwd"),
            ("\u202egpj.exe\n", "gpj.exe"),
            ("...", "text.txt"),
            ("n" * 300 + ".json", "n" * 195 + ".json"),
        ],
    )
    def test_names(self, given: str, stored: str) -> None:
        assert documents.clean_name(given) == stored


class TestOne:
    """GET and DELETE."""

    def test_it_comes_as_a_file(self, alice: Any, alice_api: APIClient) -> None:
        document = documents.create(alice, "<b>.html", "<script>alert(1)</script>")
        response = alice_api.get(f"{URL}/{document.document_id}")
        assert (response.status_code, response.content.decode()) == (200, "<script>alert(1)</script>")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Content-Disposition"] == "attachment; filename*=UTF-8''%3Cb%3E.html"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]

    def test_it_can_be_deleted_until_it_is_sent(self, alice: Any, alice_api: APIClient) -> None:
        document = documents.create(alice, "a.txt", "text")
        question = make.add(make.session(alice), None, "q")
        documents.attach(question, [document])
        response = alice_api.delete(f"{URL}/{document.document_id}")
        assert (response.status_code, response.json()["code"]) == (409, "document_in_use")
        other = documents.create(alice, "b.txt", "text")
        assert alice_api.delete(f"{URL}/{other.document_id}").status_code == 200
        assert alice_api.get(f"{URL}/{other.document_id}").status_code == 404
        assert Document.objects.get() == document

    def test_only_yours(self, alice: Any, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
        document = documents.create(alice, "a.txt", "text")
        for client in (bob_api, admin_api):
            for method in (client.get, client.delete):
                ids = (document.document_id, make.UNKNOWN_ID, "x", "1", document.document_id.upper())
                responses = [method(f"{URL}/{document_id}") for document_id in ids]
                assert {response.status_code for response in responses} == {404}
                assert len({response.content for response in responses}) == 1
        assert api.get(f"{URL}/{document.document_id}").status_code == 401
        assert api.delete(f"{URL}/{document.document_id}").status_code == 401
        assert Document.objects.exists()


class TestUnused:
    """What no message and no draft refers to."""

    def _old(self, user: Any, name: str) -> Document:
        document = documents.create(user, name, "text")
        Document.objects.filter(pk=document.pk).update(create_time=timezone.now() - timedelta(days=2))
        return document

    def test_the_command_removes_it(self, alice: Any, bob: Any, capsys: Any) -> None:
        sent, drafted, fresh = self._old(alice, "sent"), self._old(alice, "drafted"), documents.create(bob, "f", "t")
        self._old(alice, "unused")
        self._old(bob, "unused")
        documents.attach(make.add(make.session(alice), None, "q"), [sent])
        Draft.objects.create(user=alice, attachments=[drafted.document_id])
        Draft.objects.create(user=bob, session_key=make.UNKNOWN_ID, text="of a session that is gone")
        call_command("removeunused")
        assert capsys.readouterr().out == "Deleted: 2 attachments, 1 drafts.\n"
        assert set(Document.objects.all()) == {sent, drafted, fresh}

    @pytest.mark.asyncio
    @pytest.mark.django_db(transaction=True)
    async def test_every_server_removes_it_from_time_to_time(self, alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unused, "SWEEP_SECONDS", 0.05)
        await run_db(self._old, alice, "unused")
        engine = Supervisor()
        engine.ensure_started()
        await until(lambda: not Document.objects.exists())
        await engine.close()

    def test_it_goes_with_the_last_message_that_has_it(self, alice: Any) -> None:
        document = documents.create(alice, "a.txt", "text")
        session = make.session(alice)
        question = make.chain(session, ["q", "a"])[0]
        documents.attach(question, [document])
        copy = branches.branch(alice, session.session_id, question.pk)
        assert list(Message.objects.get(session=copy).documents.all()) == [document]
        sessions.clear(alice, session.session_id)
        assert Document.objects.exists()
        sessions.clear(alice, copy.session_id)
        assert not Document.objects.exists()

    def test_it_goes_with_the_trash(self, alice: Any) -> None:
        kept, gone = documents.create(alice, "kept.txt", "text"), documents.create(alice, "gone.txt", "text")
        drafted = documents.create(alice, "drafted.txt", "text")
        Draft.objects.create(user=alice, attachments=[drafted.document_id])
        trashed, other = make.session(alice, deleted_at=GIVEN_UP), make.session(alice)
        documents.attach(make.add(trashed, None, "q"), [kept, gone, drafted])
        documents.attach(make.add(other, None, "q"), [kept])
        assert trash.sweep() == 1
        assert set(Document.objects.all()) == {kept, drafted}
