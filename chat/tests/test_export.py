"""GET /api/chat/session/{id}/export, POST /api/chat/export, GET /api/user/export."""

import io
import json
import zipfile
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.budgets.models import Budget
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange, bearer, signed_in
from chat.engine.supervisor import Supervisor
from chat.exports import archive
from chat.exports.documents import FORMATS
from chat.exports.names import Names, file_name
from chat.exports.page import safe_html
from chat.models import Document, Folder, Message, Session
from chat.tests import make

CHATS, EVERYTHING = "/api/chat/export", "/api/user/export"
pytestmark = pytest.mark.django_db


def address(session: Session) -> str:
    return f"/api/chat/session/{session.session_id}/export"


def conversation(user: User) -> tuple[Session, list[Message]]:
    """Two branches, the second on show, with an attachment."""
    folder = Folder.objects.create(user=user, name="School", emoji="🎒")
    session = make.session(user, title="关于<b>鲸鱼", model_id="m1", folder=folder)
    rows = make.chain(session, ["What is *a* whale?", "A **mammal**."], model_id="m1")
    edited = make.add(session, None, "And a walrus?")
    rows += [edited, make.add(session, edited, "One, too. <script>x</script>", reasoning="Hm.\nYes.")]
    document = Document.objects.create(
        user=user, name="notes.txt", media_type="text/plain", size=5, chars=5, sha256="0" * 64, content="notes"
    )
    edited.documents.add(document)
    return session, rows


class TestOne:
    def test_json_has_every_branch_and_every_text(self, alice: Any, alice_api: APIClient) -> None:
        session, rows = conversation(alice)
        answer = alice_api.get(address(session), {"format": "json"})
        assert answer["Content-Type"] == "application/json"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%B3%E4%BA%8E")
        assert answer["X-Content-Type-Options"] == "nosniff"
        body = answer.json()
        assert (body["format"], body["version"]) == ("aihelper.chat", 1)
        assert body["session"]["folder"] == {"name": "School", "emoji": "🎒"}
        assert body["session"]["current_message_id"] == rows[-1].pk
        assert [(m["message_id"], m["parent_id"], m["content"]) for m in body["messages"]] == [
            (row.pk, row.parent_id, row.content) for row in rows
        ]
        assert body["messages"][3]["reasoning"] == "Hm.\nYes."
        assert body["messages"][2]["attachments"][0]["content"] == "notes"
        # All that is a message's own is in it; what else it has is ours.
        ours = {"id", "session", "user", "client_id", "indexed", "documents", "parent", "provider_name", "beside"}
        fields = {field.name for field in Message._meta.get_fields() if field.concrete}
        assert fields - ours <= set(body["messages"][0])

    def test_markdown_is_the_branch_on_show(self, alice: Any, alice_api: APIClient) -> None:
        session, _rows = conversation(alice)
        answer = alice_api.get(address(session), {"format": "markdown"})
        text = answer.content.decode()
        assert answer["Content-Type"] == "text/markdown; charset=utf-8"
        assert text.startswith("# 关于\\<b\\>鲸鱼\n")
        assert "walrus" in text and "mammal" not in text
        assert "> Hm.\n> Yes.\n" in text and "📎 notes.txt" in text

    def test_text_is_the_words_of_the_branch_on_show(self, alice: Any, alice_api: APIClient) -> None:
        session, rows = conversation(alice)
        answer = alice_api.get(address(session), {"format": "text"})
        text = answer.content.decode()
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Disposition"].endswith(".txt")
        assert text.startswith("关于<b>鲸鱼\n") and "walrus" in text and "mammal" not in text
        assert "📎 notes.txt\n\n" in text and rows[-1].content in text
        assert "Hm." not in text and "\\<" not in text and "**" not in text.replace(rows[-1].content, "")

    def test_html_runs_nothing_and_loads_nothing(self, alice: Any, alice_api: APIClient) -> None:
        session, _rows = conversation(alice)
        answer = alice_api.get(address(session), {"format": "html"})
        text = answer.content.decode()
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert "<script" not in text and "<img" not in text and "&lt;script&gt;" in text
        assert "<title>关于&lt;b&gt;鲸鱼</title>" in text
        assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in text
        assert "@media print" in text

    def test_in_chinese(self, alice: Any, alice_api: APIClient) -> None:
        session, _rows = conversation(alice)
        answer = alice_api.get(address(session), {"format": "html"}, headers={"accept-language": "zh-CN"})
        assert '<html lang="zh-hans">' in answer.content.decode()
        assert "思考过程" in answer.content.decode()

    def test_an_empty_one_and_one_that_is_being_written(self, alice: Any, alice_api: APIClient) -> None:
        empty = make.session(alice)
        live = make.running(make.session(alice, title="live"), ("content", "half an ans"))
        for name in FORMATS:
            assert alice_api.get(address(empty), {"format": name}).status_code == 200
            assert "half an ans" in alice_api.get(address(live.message.session), {"format": name}).content.decode()

    def test_a_foreign_one_answers_like_an_unknown_one(self, alice: Any, bob_api: APIClient, admin_api: Any) -> None:
        session, _rows = conversation(alice)
        unknown = bob_api.get(f"/api/chat/session/{make.UNKNOWN_ID}/export", {"format": "nonsense"})
        for client in (bob_api, admin_api):
            answer = client.get(address(session), {"format": "nonsense"})
            assert (answer.status_code, answer.content) == (404, unknown.content)

    def test_nobody_and_nonsense(self, alice: Any, api: APIClient, alice_api: APIClient) -> None:
        session, _rows = conversation(alice)
        assert api.get(address(session)).status_code == 401
        assert alice_api.get(address(session), {"format": "exe"}).status_code == 400
        session.deleted_at = make.NOON
        session.save()
        assert alice_api.get(address(session)).status_code == 404


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("![pic](https://evil.example/x.png)", '<a href="https://evil.example/x.png"'),
        ('<img src=x onerror="alert(1)">', "&lt;img"),
        ("<https://a.example>", 'rel="noopener noreferrer nofollow"'),
        ("![x](data:image/svg+xml;base64,PHN2Zz4=)", "x"),
        ('[a](<vbscript:x> "t")', "vbscript"),
        ("|a|b|\n|-|-|\n|1|2|", "<table>"),
        ("```js\nalert('<b>')\n```", "<pre><code>alert('&lt;b&gt;')"),
    ],
)
def test_markdown_becomes_safe_html(text: str, shown: str) -> None:
    html = safe_html(text)
    assert shown in html
    for wrong in ("<img", "<svg", "<script", 'href="javascript', 'href="vbscript', 'href="data'):
        assert wrong not in html


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("关于鲸鱼", "关于鲸鱼"),
        ("a/b\\c:d*e?f", "a b c d e f"),
        ("../../etc/passwd", "etc passwd"),
        ("  . ", "Chat"),
        ("", "Chat"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("x\u202egpj.exe", "x gpj.exe"),
        ("a\nb", "a b"),
        ("字" * 200, "字" * 60),
    ],
)
def test_names_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_name_is_given_once() -> None:
    names = Names()
    given = [names.give("", title, "md") for title in ("a", "A", "a (2)", "a", "b")] + [names.give("f", "a", "md")]
    assert len({name.casefold() for name in given}) == len(given)
    assert given[0] == "a.md" and given[-1] == "f/a.md"


# --- Many --------------------------------------------------------------------------------------------
async def fetch(method: str, path: str, headers: Any, body: Any = None) -> tuple[int, dict[str, str], bytes]:
    async with Exchange(method, path, headers, json_body=body) as exchange:
        data = await exchange.body()
        return exchange.status, exchange.headers, data


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestMany:
    async def test_all_of_them_as_a_zip(self, engine: Supervisor, alice: Any, bob: Any) -> None:
        def chats() -> None:
            conversation(alice)
            make.chain(make.session(alice, title="plain", archived=True), ["a", "b"])
            make.session(alice, title="deleted", deleted_at=make.NOON)
            make.session(bob, title="his")

        await run_db(chats)
        body = {"all": True, "format": "markdown"}
        status, headers, data = await fetch("POST", CHATS, await signed_in(alice), body)
        assert (status, headers["content-type"], headers["x-chats"]) == (200, "application/zip", "2")
        assert headers["content-disposition"].startswith('attachment; filename="aihelper-chats-')
        assert headers["x-content-type-options"] == "nosniff"
        files = opened(data)
        assert set(files) == {"School/关于 b 鲸鱼.md", "plain.md"}
        assert b"walrus" in files["School/关于 b 鲸鱼.md"]

    async def test_those_that_are_named(self, engine: Supervisor, alice: Any, bob: Any) -> None:
        own = await run_db(lambda: make.session(alice, title="own"))
        await run_db(lambda: make.session(alice, title="other"))
        his = await run_db(lambda: make.session(bob, title="his"))
        headers = await bearer(alice)
        status, _headers, data = await fetch(
            "POST", CHATS, headers, {"session_ids": [own.session_id], "format": "json"}
        )
        assert status == 200
        assert list(opened(data)) == ["own.json"]
        unknown = await fetch("POST", CHATS, headers, {"session_ids": [make.UNKNOWN_ID], "format": "json"})
        for ids in ([his.session_id], [own.session_id, his.session_id], ["'"]):
            foreign = await fetch("POST", CHATS, headers, {"session_ids": ids, "format": "json"})
            assert (foreign[0], foreign[2]) == (404, unknown[2])

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"all": True},
            {"all": True, "format": "exe"},
            {"format": "json"},
            {"session_ids": [], "format": "json"},
            {"session_ids": ["x"], "all": True, "format": "json"},
            {"session_ids": "x", "format": "json"},
            {"all": "yes", "format": "json"},
            [],
        ],
    )
    async def test_nonsense_is_refused(self, engine: Supervisor, alice: Any, body: Any) -> None:
        assert (await fetch("POST", CHATS, await bearer(alice), body))[0] == 400

    async def test_nobody_is_refused(self, engine: Supervisor) -> None:
        assert (await fetch("POST", CHATS, {}, {"all": True, "format": "json"}))[0] == 401
        assert (await fetch("GET", EVERYTHING, {}))[0] == 401

    async def test_everything_about_a_person(self, engine: Supervisor, alice: Any, bob: Any) -> None:
        await run_db(conversation, alice)
        await run_db(lambda: Budget.objects.create(name="Everybody", limit=3))
        await run_db(lambda: make.session(alice, title="deleted", deleted_at=make.NOON))
        await run_db(conversation, bob)
        status, _headers, data = await fetch("GET", EVERYTHING, await signed_in(alice))
        assert status == 200
        files = opened(data)
        assert json.loads(files["profile.json"])["username"] == "alice"
        assert json.loads(files["profile.json"])["quota"]["remaining"] == 3
        assert json.loads(files["folders.json"])[0]["name"] == "School"
        assert {name for name in files if name.startswith("chats/")} == {
            "chats/School/关于 b 鲸鱼.json",
            "chats/School/关于 b 鲸鱼.md",
            "chats/deleted.json",
            "chats/deleted.md",
        }
        assert not any(b"bob" in content for content in files.values())
        assert {
            "roles.json",
            "prompts.json",
            "drafts.json",
            "shared_links.json",
            "usage.jsonl",
            "imports.json",
            "audit.json",
        } <= set(files)

    async def test_a_file_that_breaks_off_is_not_ended(
        self, engine: Supervisor, alice: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await run_db(lambda: make.chain(make.session(alice, title="t"), ["a"]))
        monkeypatch.setattr(archive, "in_batches", lambda *args: (_ for _ in ()).throw(ValueError("gone")))
        exchange = Exchange("POST", CHATS, await bearer(alice), json_body={"all": True, "format": "json"})
        async with exchange as answer:
            assert answer.status == 200
            message: dict[str, Any] = {"more_body": True}
            while message.get("type") != "ended":
                message = await answer._next()
                assert message.get("type") == "ended" or message["more_body"]


def test_many_chats_take_a_few_at_a_time(alice: Any, django_assert_max_num_queries: Any) -> None:
    sessions = make.many(alice, 100)
    for session in sessions:
        make.add(session, None, "x" * 1000)
    pks = [session.pk for session in sessions]
    with django_assert_max_num_queries(5 * 4):
        pieces = list(archive.chats(alice, pks, FORMATS["json"]))
    assert len(opened(b"".join(pieces))) == 100
    assert len(pieces) == 6
