"""Files as somebody may have made them: ZIPs in each state, sizes that lie, depths, lengths, and random damage."""

import copy
import io
import json
import random
import stat
import warnings
import zipfile
from typing import Any

import pytest

from chat.imports import tidy
from chat.imports.files import Limits
from chat.imports.neutral import Chat, LeftOut, Reason, Refused
from chat.imports.read import read
from chat.tests.imports.reading import SAMPLES, found, lines, sample, zipped


def chatgpt(*texts: str, name: str = "chat-1") -> dict[str, Any]:
    mapping = {}
    for number, text in enumerate(texts):
        message = {
            "author": {"role": "assistant" if number % 2 else "user"},
            "content": {"content_type": "text", "parts": [text]},
        }
        mapping[f"m{number}"] = {"parent": f"m{number - 1}" if number else None, "message": message}
    return {"id": name, "title": name, "mapping": mapping}


def refusal(file: io.BytesIO, limits: Limits | None = None) -> Reason:
    with pytest.raises(Refused) as caught:
        list(read(file, limits))
    return caught.value.reason


def test_it_reads_a_zip_of_many_files() -> None:
    """The new layout: many files with chats, and others beside them that are passed over."""
    file = zipped(
        conversations_000_json=json.dumps([chatgpt("One", name="a")]),
        inside__conversations_001_json=json.dumps([chatgpt("Two", name="b")]),
        user_json='{"id": "me", "email": "me@example.com"}',
        message_feedback_json="[]",
        shared_conversations_json='[{"id": "x", "title": "Shared"}]',
        chat_html="<html>",
        __MACOSX__x_json="{}",
    )
    chats, left_out = found(file)
    assert [chat.source_id for chat in chats] == ["a", "b"] and left_out == []


def test_names_in_a_zip_are_no_paths() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../../../etc/x.json", json.dumps(chatgpt("Hello")))
        archive.writestr("C:\\windows\\y.json", "{")
    chats, left_out = found(file)
    assert len(chats) == 1 and left_out == [LeftOut(Reason.BROKEN, "y.json")]


def test_a_zip_in_a_zip_is_not_opened() -> None:
    inner = zipped(a_json=json.dumps(chatgpt("Hello"))).getvalue()
    chats, left_out = found(zipped(more_zip=inner, hidden_json=inner, b_json=json.dumps(chatgpt("Hi"))))
    assert len(chats) == 1
    assert left_out == [LeftOut(Reason.NESTED_ZIP, "more.zip"), LeftOut(Reason.NESTED_ZIP, "hidden.json")]


def test_sizes_are_measured_while_reading() -> None:
    """A ZIP bomb: small as it is, far too large unpacked; and what it says of its size is a lie."""
    file = zipped(bomb_json=b"[" + b" " * 5_000_000 + b"]", good_json=json.dumps(chatgpt("Hello")))
    data = bytearray(file.getvalue())
    assert len(data) < 20_000
    header = data.index(b"PK\x01\x02")
    data[header + 24 : header + 28] = (10).to_bytes(4, "little")
    limits = Limits(file_bytes=1_000_000, total_bytes=2_000_000)
    for variant in (file.getvalue(), bytes(data)):
        chats, left_out = found(io.BytesIO(variant), limits)
        assert len(chats) == 1
        assert [(item.name, item.reason) for item in left_out] in (
            [("bomb.json", Reason.FILE_TOO_LARGE)],
            [("bomb.json", Reason.DAMAGED)],
        )


def test_all_files_together_have_a_limit() -> None:
    files = {f"f{number}_json": json.dumps(chatgpt("x" * 500, name=f"c{number}")) for number in range(5)}
    one = len(files["f0_json"])
    chats, left_out = found(zipped(**files), Limits(file_bytes=one * 2, total_bytes=one * 3 + 10))
    assert len(chats) == 3 and left_out == [LeftOut(Reason.TOO_MUCH, "f3.json")]


def test_too_many_files_are_refused() -> None:
    files = {f"f{number}_json": "{}" for number in range(11)}
    assert refusal(zipped(**files), Limits(entries=10)) == Reason.TOO_MANY_FILES


def test_a_plain_file_has_a_limit() -> None:
    file = io.BytesIO(json.dumps([chatgpt("x" * 1000)]).encode())
    assert refusal(file, Limits(file_bytes=500)) == Reason.FILE_TOO_LARGE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.BROKEN),
        (b"hello", Reason.BROKEN),
        (b"{", Reason.BROKEN),
        (b"PK\x03\x04 no zip at all", Reason.DAMAGED),
        (b"\xff\xfe\x00\x00", Reason.NOT_UTF8),
        ('[{"title": "Gezeiten"}]'.encode("utf-16"), Reason.NOT_UTF8),
        ('[{"title": "marées"}]'.encode("latin-1"), Reason.NOT_UTF8),
        ('[{"title": "潮汐"}]'.encode("gb18030"), Reason.NOT_UTF8),
        (b'{"a": ' * 100_000, Reason.TOO_DEEP),
        (b"3", Reason.UNKNOWN_FORMAT),
        (b'{"some": "object"}', Reason.UNKNOWN_FORMAT),
        (b'[{"some": "object"}, 5]', Reason.UNKNOWN_FORMAT),
        (b'{"n": ' + b"9" * 5000 + b"}", Reason.BROKEN),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: Reason) -> None:
    assert refusal(io.BytesIO(data)) == reason


def test_an_empty_export_is_no_error() -> None:
    assert found(io.BytesIO(b" [ ] ")) == ([], [])


def test_encodings_in_a_zip_are_named_one_by_one() -> None:
    text = json.dumps([chatgpt("Hello", name="marées")], ensure_ascii=False)
    files = {code: text.encode(code) for code in ("utf-8", "utf-8-sig", "utf-16", "latin-1")}
    chats, left_out = found(zipped(**{f"{code}_json": data for code, data in files.items()}))
    assert [chat.title for chat in chats] == ["marées"] * 2
    assert left_out == [LeftOut(Reason.NOT_UTF8, "utf-16.json"), LeftOut(Reason.NOT_UTF8, "latin-1.json")]


def test_a_zip_as_others_make_it_on_purpose() -> None:
    """Packed in a way that we do not know, a wrong checksum, one name twice, a link: each is told, the rest comes."""
    good = json.dumps(chatgpt("Hello"))
    file = zipped(a_json=good, odd_json=good, sum_json=good)
    data = bytearray(file.getvalue())
    for name, offset, value in ((b"odd.json", 10, 99), (b"sum.json", 16, 1)):
        header = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
        data[header + offset : header + offset + 2] = value.to_bytes(2, "little")
    again = io.BytesIO(bytes(data))
    with warnings.catch_warnings(), zipfile.ZipFile(again, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.json", json.dumps(chatgpt("Hello", name="twice")))
        link = zipfile.ZipInfo("link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    chats, left_out = found(again)
    assert [chat.source_id for chat in chats] == ["chat-1", "twice"]
    assert left_out == [
        LeftOut(Reason.DAMAGED, "odd.json"),
        LeftOut(Reason.DAMAGED, "sum.json"),
        LeftOut(Reason.BROKEN, "link.json"),
    ]


def test_a_byte_order_mark_is_no_error() -> None:
    chats, _left_out = found(io.BytesIO(b"\xef\xbb\xbf" + json.dumps([chatgpt("Hello")]).encode()))
    assert len(chats) == 1


def test_a_list_nested_too_deeply_ends_there() -> None:
    text = json.dumps([chatgpt("Hello")])[:-1] + "," + "[" * 100_000
    chats, left_out = found(io.BytesIO(text.encode()))
    assert len(chats) == 1 and left_out == [LeftOut(Reason.TOO_DEEP)]


def test_an_encrypted_file_is_left_out() -> None:
    data = bytearray(zipped(a_json="[]").getvalue())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert found(io.BytesIO(bytes(data))) == ([], [LeftOut(Reason.ENCRYPTED, "a.json")])


def test_ten_thousand_messages_deep() -> None:
    (chat,), _left_out = found(chatgpt(*map(str, range(10_000))))
    assert len(chat.nodes) == 10_000 and chat.current == "m9999"


def test_a_tree_of_librechat_may_be_deep() -> None:
    """As deep as JSON itself can be read."""
    inside: list[Any] = []
    for number in reversed(range(150)):
        inside = [
            {"messageId": str(number), "text": str(number), "isCreatedByUser": number % 2 == 0, "children": inside}
        ]
    (chat,), _left_out = found({"conversationId": "deep", "messagesTree": inside})
    assert len(chat.nodes) == 150 and chat.nodes[149].parent == "148"


def test_too_many_messages_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "MAX_MESSAGES", 3)
    chats, left_out = found([chatgpt("1", "2", "3", "4", name="long"), chatgpt("1", name="short")])
    assert [chat.title for chat in chats] == ["short"]
    assert left_out == [LeftOut(Reason.TOO_MANY_MESSAGES, "long", "chatgpt")]


def test_a_message_that_is_too_long_is_left_out() -> None:
    chats, left_out = found([chatgpt("x" * 2_000_001, name="long"), chatgpt("x" * 2_000_000, name="fits")])
    assert [chat.title for chat in chats] == ["fits"]
    assert left_out == [LeftOut(Reason.MESSAGE_TOO_LONG, "long", "chatgpt")]


def test_damage_at_random_never_crashes() -> None:
    """Bytes of the samples changed, cut and put together: what comes out is sound, or refused with a reason."""
    chance = random.Random(20261121)
    texts = [path.read_bytes() for path in sorted(SAMPLES.glob("*.json"))]
    for _round in range(1500):
        data = bytearray(chance.choice(texts))
        for _change in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 1, 40))] = chance.choice(
                (b"", b"null", b"7", b'"', b"[]", b"{}", b"\x00", b"\xff", b'"q"', b"1e400", b"true")
            )
        _judge(io.BytesIO(bytes(data)))


def test_types_at_random_never_crash() -> None:
    """Sound JSON in which any value may be any other."""
    chance = random.Random(11)
    odd: list[Any] = [None, 0, -1, 1e308, True, "", "q", [], {}, [[]], {"a": None}, "a1", ["x"]]
    names = ("chatgpt.json", "claude.json", "open_webui.json", "librechat.json", "librechat_tree.json", "own.json")
    for _round in range(1500):
        data = json.load(sample(chance.choice(names)))
        for _change in range(3):
            _change_one(data, chance, odd)
        _judge(io.BytesIO(json.dumps(data).encode()))


def _change_one(data: Any, chance: random.Random, odd: list[Any]) -> None:
    while isinstance(data, dict | list) and data:
        key = chance.choice(list(data) if isinstance(data, dict) else range(len(data)))
        if chance.random() < 0.2 or not isinstance(data[key], dict | list):
            data[key] = copy.deepcopy(chance.choice(odd))
            return
        data = data[key]


def _judge(file: io.BytesIO) -> None:
    try:
        results = list(read(file))
    except Refused:
        return
    for chat in results:
        if isinstance(chat, Chat):
            seen: set[str] = set()
            for node in chat.nodes:
                assert node.role in {"user", "assistant"}
                assert node.parent is None or node.parent in seen
                node.content.encode()
                seen.add(node.key)
            assert chat.current in seen and lines(chat)
