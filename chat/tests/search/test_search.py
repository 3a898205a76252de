"""GET /api/chat/search."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from chat.engine import indexer, words
from chat.models import BlockedWord, Document, Folder, Message, SearchEntry, Session
from chat.selectors.search import candidates, common, results, texts
from chat.services import documents
from chat.tests import make

URL = "/api/chat/search"
# The full-text index of InnoDB sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["indexed", "not yet indexed"], autouse=True)
def index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Each test with everything in the index, and with nothing in it."""
    return (lambda: drain()) if request.param == "indexed" else (lambda: None)


def drain() -> None:
    while indexer.index_batch():
        pass


def ask(client: APIClient, q: str, **query: Any) -> dict[str, Any]:
    answer = client.get(URL, {"q": q, **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def titles(client: APIClient, q: str, **query: Any) -> list[str]:
    return [result["session"]["title"] for result in ask(client, q, **query)["results"]]


def marked(text: str, marks: list[list[int]]) -> list[str]:
    return [text[start:end] for start, end in marks]


def test_it_finds_titles_and_texts_with_excerpts(alice: Any, alice_api: APIClient, index: Any) -> None:
    session = make.session(alice, title="About Whales", model_id="model-1")
    messages = make.chain(session, ["What does a whale eat?", "Krill.", "And a blue whale?", "Krill, says the Whale."])
    make.session(alice, title="Whale, the title alone")
    make.session(alice, title="nothing")
    index()
    body = ask(alice_api, "whale")
    assert set(body) == {"results", "facets", "next"}
    assert {result["session"]["title"] for result in body["results"]} == {"About Whales", "Whale, the title alone"}
    found = next(result for result in body["results"] if result["excerpts"])
    assert marked(found["session"]["title"], found["title_marks"]) == ["Whale"]
    assert [excerpt["message_id"] for excerpt in found["excerpts"]] == [messages[at].pk for at in (0, 2, 3)]
    assert [excerpt["role"] for excerpt in found["excerpts"]] == ["user", "user", "assistant"]
    assert marked(found["excerpts"][2]["text"], found["excerpts"][2]["marks"]) == ["Whale"]
    assert (body["facets"]["total"], body["facets"]["exact"], body["next"]) == (2, True, None)


def test_chinese_words_of_any_length(alice: Any, alice_api: APIClient, index: Any) -> None:
    for title, text in [("一", "怎样设计数据库？"), ("二", "数据的仓库"), ("三", "今天天气很好")]:
        make.chain(make.session(alice, title=title), [text])
    index()
    assert set(titles(alice_api, "数据")) == {"一", "二"}
    assert titles(alice_api, "数据库") == ["一"]
    assert set(titles(alice_api, "库")) == {"一", "二"}
    assert titles(alice_api, "设计 数据库") == ["一"]
    assert titles(alice_api, "天气 -数据") == ["三"]
    assert titles(alice_api, "气天") == []
    assert titles(alice_api, "三") == ["三"]


def test_phrases_and_what_is_not_wanted(alice: Any, alice_api: APIClient, index: Any) -> None:
    make.chain(make.session(alice, title="1"), ["to be or not to be"])
    make.chain(make.session(alice, title="2"), ["not to be or be to"])
    make.chain(make.session(alice, title="3"), ["what is the who, the a and the c++ about"])
    index()
    assert titles(alice_api, '"or not"') == ["1"]
    assert titles(alice_api, 'be -"or not"') == ["2"]
    assert set(titles(alice_api, "not be")) == {"1", "2"}
    # What others call stop words, and what is shorter than their indexes take.
    assert titles(alice_api, "what the who a") == ["3"]
    assert titles(alice_api, "c++") == ["3"]
    assert titles(alice_api, "-be") == []


def test_only_ones_own_and_nothing_of_the_trash(
    alice: Any, bob: Any, alice_api: APIClient, bob_api: APIClient, admin_api: APIClient, index: Any
) -> None:
    make.chain(make.session(alice, title="hers"), ["whales"])
    make.chain(make.session(alice, title="archived", archived=True), ["whales"])
    make.chain(make.session(alice, title="deleted whales", deleted_at=make.NOON), ["whales"])
    make.chain(make.session(bob, title="his"), ["whales"])
    index()
    assert set(titles(alice_api, "whales")) == {"hers", "archived"}
    assert titles(bob_api, "whales") == ["his"]
    assert titles(admin_api, "whales") == []
    archived = [result["session"]["archived"] for result in ask(alice_api, "whales")["results"]]
    assert sorted(archived) == [False, True]


def test_filters_and_facets(alice: Any, bob: Any, alice_api: APIClient, index: Any) -> None:
    folder = Folder.objects.create(user=alice, name="School", emoji="🎒")
    foreign = Folder.objects.create(user=bob, name="his")
    poet = make.role("poet")
    old = make.session(
        alice, title="old", model_id="m1", role=poet, create_time=make.NOON, update_time=make.NOON, folder=folder
    )
    make.chain(old, ["whale"], create_time=make.NOON)
    new = make.session(alice, title="new", model_id="m2", create_time=make.NOON, role=poet)
    make.chain(new, ["whale"], create_time=make.NOON + timedelta(days=10))
    index()
    facets = ask(alice_api, "whale")["facets"]
    assert {(row["model_id"], row["count"]) for row in facets["models"]} == {("m1", 1), ("m2", 1)}
    assert facets["roles"] == [{"role": "poet", "name": "Poet", "count": 2}]
    assert facets["folders"] == [{"folder_id": folder.folder_id, "name": "School", "emoji": "🎒", "count": 1}]
    narrowed = ask(alice_api, "whale", model="m1")
    assert [result["session"]["title"] for result in narrowed["results"]] == ["old"]
    assert {row["model_id"] for row in narrowed["facets"]["models"]} == {"m1", "m2"}
    assert narrowed["facets"]["roles"][0]["count"] == 1
    assert titles(alice_api, "whale", role="poet", folder=folder.folder_id) == ["old"]
    assert titles(alice_api, "whale", folder="none") == ["new"]
    assert titles(alice_api, "whale", folder=foreign.folder_id) == []
    assert titles(alice_api, "whale", **{"from": "2026-03-05"}) == ["new"]
    assert titles(alice_api, "whale", to="2026-03-01") == ["old"]
    assert titles(alice_api, "whale", **{"from": "2026-03-02", "to": "2026-03-03"}) == []


def test_pages_go_on_where_they_ended(alice: Any, alice_api: APIClient, index: Any) -> None:
    for session in make.many(alice, 25):
        make.add(session, None, "a whale")
    make.session(alice, title="whale", update_time=make.NOON)
    index()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = ask(alice_api, "whale", limit=10, cursor=cursor)
        seen += [result["session"]["title"] for result in body["results"]]
        cursor = body["next"]
        assert body["facets"]["total"] == 26
    assert seen == ["whale", *[f"chat {number}" for number in reversed(range(25))]]


def test_too_many_candidates_for_a_phrase_are_read_page_by_page(
    alice: Any, alice_api: APIClient, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "CHECKED", 3)
    monkeypatch.setattr(results, "ROUND", 2)
    for number, session in enumerate(make.many(alice, 8)):
        make.chain(session, ["well known"] * 3 + ["well-known"] * (number % 2) + ["known, well"] * 2)
    index()
    body = ask(alice_api, "well-known", limit=3)
    assert [result["session"]["title"] for result in body["results"]] == ["chat 7", "chat 5", "chat 3"]
    rest = ask(alice_api, "well-known", limit=3, cursor=body["next"])
    assert [result["session"]["title"] for result in rest["results"]] == ["chat 1"]
    assert rest["next"] is None


@pytest.mark.parametrize("count", [3, 300])
def test_it_costs_the_same_whatever_the_length(
    alice: Any, alice_api: APIClient, index: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    for session in make.many(alice, count, model_id="m", role=make.role(), folder=Folder.objects.create(user=alice)):
        make.add(session, None, "a whale of a text")
    index()
    with django_assert_max_num_queries(18):
        assert len(ask(alice_api, "whale text", limit=50)["results"]) == min(count, 50)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "x" * 201},
        {"q": "\0"},
        {"q": "x", "limit": 0},
        {"q": "x", "limit": 51},
        {"q": "x", "cursor": "nonsense"},
        {"q": "x", "from": "yesterday"},
        {"q": "x", "from": "2026-02-01", "to": "2026-01-01"},
        {"q": "x", "time_zone": "Nowhere/Land"},
        {"q": "x", "folder": "x" * 37},
    ],
)
def test_what_makes_no_sense_is_refused(alice_api: APIClient, query: dict[str, Any]) -> None:
    assert alice_api.get(URL, query).status_code == 400


@pytest.mark.parametrize("q", ["", " ", "-", '"', '""', "-x", "%", "'; DROP TABLE users", "a*", "+a -b (c)", "@1"])
def test_whatever_is_typed_is_answered(alice: Any, alice_api: APIClient, index: Any, q: str) -> None:
    make.chain(make.session(alice, title="a"), ["b"])
    index()
    assert isinstance(ask(alice_api, q)["results"], list)


def test_nobody_is_refused(api: APIClient) -> None:
    assert api.get(URL, {"q": "x"}).status_code == 401


def test_it_is_limited(alice_api: APIClient) -> None:
    assert {alice_api.get(URL, {"q": ""}).status_code for _ in range(241)} == {200, 429}


def test_a_deleted_message_is_not_found_any_more(alice: Any, alice_api: APIClient, index: Any) -> None:
    session = make.session(alice, title="t")
    make.chain(session, ["whale", "song"])
    index()
    assert titles(alice_api, "whale") == ["t"]
    assert alice_api.delete(f"/api/chat/history/{session.session_id}").status_code == 200
    assert titles(alice_api, "whale") == []
    assert SearchEntry.objects.count() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_tokens(search_tokens) VALUES ('integrity-check')")


def test_the_list_searches_by_the_same_rules(alice: Any, alice_api: APIClient, index: Any) -> None:
    make.chain(make.session(alice, title="t"), ["关于数据库"])
    index()
    answer = alice_api.get("/api/chat/history", {"q": "数据"}).json()
    assert [session["title"] for session in answer["sessions"]] == ["t"]
    assert Message.objects.filter(indexed=False).count() in (0, 1)


def test_a_page_reaches_back_to_a_place(alice: Any, alice_api: APIClient) -> None:
    session = make.session(alice)
    rows = make.long_chain(session, 30)
    other = make.add(session, rows[3], "another branch")
    session.current_message = rows[-1]
    session.save()

    def page(**query: Any) -> tuple[list[int], int | None]:
        body = alice_api.get(f"/api/chat/session/{session.session_id}", {"limit": 5, **query}).json()
        return [message["message_id"] for message in body["messages"]], body["next"]

    everything = [row.pk for row in rows]
    assert page() == (everything[-5:], 26)
    assert page(reach=rows[28].pk) == (everything[24:], 25)
    assert page(reach=rows[10].pk) == (everything[6:], 7)
    assert page(reach=rows[2].pk) == page(reach=0) == (everything, None)
    # Neither another branch nor what is nobody's is reached; the page is what it is without.
    assert page(reach=other.pk) == page(reach=10**9) == page()
    answer = alice_api.get(f"/api/chat/session/{session.session_id}", {"reach": -1})
    assert answer.status_code == 400


# --- Words that are nearly everywhere ------------------------------------------------------------------
@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts each look of a search reads; a dozen messages are many."""
    monkeypatch.setattr(common, "MANY", 12)
    monkeypatch.setattr(common, "SAMPLE", 8)
    read: list[int] = []
    for module in (texts, candidates, common):
        monkeypatch.setattr(module, "with_attachments", partial(_counted, read, texts.with_attachments))
    return read


def _counted(read: list[int], original: Any, rows: Any, query: Any) -> Any:
    found = original(rows, query)
    read.append(len(found))
    return found


def test_a_common_word_costs_the_same_however_many_have_it(
    alice: Any, alice_api: APIClient, index: Any, reading: list[int]
) -> None:
    costs = []
    for count in (20, 100):
        for session in make.many(alice, count):
            make.long_chain(session, 4)
        index()
        reading.clear()
        with CaptureQueriesContext(connection) as queries:
            body = ask(alice_api, "text", limit=5)
        costs.append((sum(reading), len(queries)))
        asked = " ".join(query["sql"] for query in queries)
        assert "search_tokens" not in asked and "AGAINST" not in asked
        assert (len(body["results"]), body["facets"]["exact"]) == (5, False)
        assert body["facets"]["total"] >= count
    (few_texts, few_queries), (many_texts, many_queries) = costs
    assert many_texts == few_texts <= 2 * (8 + 5 * 4)
    assert many_queries <= few_queries


def test_pages_of_a_common_word_hold_all_that_the_index_knows(
    alice: Any, alice_api: APIClient, index: Any, reading: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "BUDGET", 6)
    monkeypatch.setattr(results, "ROUND", 1)
    expected = []
    for number, session in enumerate(make.many(alice, 40)):
        # Common among the newest, then nowhere, then in some.
        there = number >= 28 or (number < 20 and number % 3 == 0)
        make.chain(session, ["a whale" if there else "a fish", "b", "c"])
        expected += [f"chat {number}"] * there
    index()
    seen: list[str] = []
    exact = []
    cursor: str | None = ""
    while cursor is not None:
        body = ask(alice_api, "whale", limit=5, cursor=cursor)
        seen += [result["session"]["title"] for result in body["results"]]
        exact.append(body["facets"]["exact"])
        cursor = body["next"]
    assert seen == expected[::-1]
    assert (exact[0], exact[-1]) == (False, True)


def test_filters_narrow_a_common_word(alice: Any, alice_api: APIClient, index: Any, reading: list[int]) -> None:
    folder = Folder.objects.create(user=alice, name="School")
    for number, session in enumerate(make.many(alice, 12)):
        session.folder, session.model_id = (folder, "m1") if number % 2 else (None, "m2")
        make.chain(session, ["a whale", "the whale"], create_time=make.NOON + timedelta(minutes=number))
    index()
    every_other = [f"chat {number}" for number in range(11, 0, -2)]
    assert titles(alice_api, "whale", folder=folder.folder_id) == titles(alice_api, "whale", model="m1") == every_other
    assert titles(alice_api, "whale", folder="none", to="2026-03-01 12:03:30") == ["chat 2", "chat 0"]
    assert titles(alice_api, "whale -fish", role="nobody") == []


# --- Attachments ---------------------------------------------------------------------------------------
def attach(message: Message, name: str, text: str) -> Document:
    document = Document.objects.create(
        user=message.user, name=name, media_type="text/plain", size=len(text), chars=len(text), sha256="", content=text
    )
    message.documents.add(document)
    return document


def test_attachments_are_searched_with_their_message(
    alice: Any, alice_api: APIClient, bob_api: APIClient, admin_api: APIClient, index: Any
) -> None:
    session = make.session(alice, title="t")
    question, _answer = make.chain(session, ["What does this say?", "Much."])
    attach(question, "报告 2026.txt", "Line. " * 2000 + "Here is a walrus, 关于数据库设计. " + "Line. " * 2000)
    attach(question, "other.txt", "of whales")
    index()
    for q in ("walrus", "数据库设计", '"is a walrus"', "what walrus whales", "walrus -fish", '数据库 -"a fish"'):
        assert titles(alice_api, q) == ["t"], q
    assert titles(alice_api, "walrus -whales") == titles(alice_api, '"walrus -"of whales"') == []
    # Nothing goes across from one text to the next.
    assert titles(alice_api, '"say other"') == titles(alice_api, '"txt of"') == []
    assert titles(bob_api, "walrus") == titles(admin_api, "walrus") == []
    (excerpt,) = ask(alice_api, "walrus")["results"][0]["excerpts"]
    assert (excerpt["message_id"], excerpt["role"], excerpt["file"]) == (question.pk, "user", "报告 2026.txt")
    assert marked(excerpt["text"], excerpt["marks"]) == ["walrus"]
    (by_name,) = ask(alice_api, "报告")["results"][0]["excerpts"]
    assert (by_name["file"], by_name["marks"]) == ("报告 2026.txt", [])
    # The message's own words come first.
    (own,) = ask(alice_api, "say -fish")["results"][0]["excerpts"]
    assert (own["file"], marked(own["text"], own["marks"])) == (None, ["say"])


def test_attachments_go_with_their_message(alice: Any, alice_api: APIClient, index: Any) -> None:
    session = make.session(alice, title="t")
    attach(make.chain(session, ["q", "a"])[0], "a.txt", "a walrus")
    index()
    assert titles(alice_api, "walrus") == ["t"]
    alice_api.delete(f"/api/chat/session/{session.session_id}")
    assert titles(alice_api, "walrus") == []
    Session.objects.update(deleted_at=None)
    assert titles(alice_api, "walrus") == ["t"]
    alice_api.delete(f"/api/chat/history/{session.session_id}")
    assert titles(alice_api, "walrus") == []
    assert not Document.objects.exists() and not SearchEntry.objects.exists()


def test_more_attached_than_is_read_at_once(
    alice: Any, alice_api: APIClient, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_ATTACHED_CHARS", 30)
    monkeypatch.setattr(indexer, "MAX_ATTACHED_CHARS", 30)
    for title in ("1", "2", "3"):
        attach(make.chain(make.session(alice, title=title), ["q", "a"])[0], "a.txt", "a walrus, and a whale")
    drain()
    assert SearchEntry.objects.count() == 6
    body = ask(alice_api, "walrus")
    assert [result["session"]["title"] for result in body["results"]] == ["3", "2", "1"]
    # The place is shown as far as it was read.
    assert [result["excerpts"][0]["file"] for result in body["results"]] == ["a.txt", None, None]
    assert ask(alice_api, '"a walrus"')["facets"] == {**body["facets"], "exact": False}


def test_a_text_that_was_blocked_meanwhile_is_indexed_anew(alice: Any) -> None:
    document = attach(make.chain(make.session(alice), ["q", "a"])[0], "a.txt", "a walrus")
    drain()
    BlockedWord.objects.create(word="walrus", action="mask")
    words.forget()
    documents.take(alice, [document.document_id])
    assert Message.objects.filter(indexed=False).count() == 1
    words.forget()
