"""The JSON parser takes what is JSON, and refuses the rest with an exception of its own."""

import io
import json

import pytest
from rest_framework.exceptions import ParseError

from aihelper.lib.errors import TooLarge
from aihelper.lib.parsers import MAX_DEPTH, InvalidJSON, StrictJSONParser, loads


@pytest.mark.parametrize("value", [{}, [], None, 1, -2.5, "text", {"a": [1, {"b": "你好 🎉"}]}, "\\ud", "😀"])
def test_it_parses_what_is_json(value: object) -> None:
    assert loads(json.dumps(value)) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"{",
        b"nul",
        b"{'a': 1}",
        b'{"a": NaN}',
        b"Infinity",
        b"-Infinity",
        b'{"a": 1, "a": 2}',
        b'{"x": {"a": 1, "a": 1}}',
        b'{"a": 1} {"b": 2}',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b'{"a": "\x01"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=range(20),
)
def test_it_refuses_the_rest(text: bytes) -> None:
    with pytest.raises(InvalidJSON):
        loads(text)


def test_the_depth_is_limited_exactly() -> None:
    loads("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)
    with pytest.raises(InvalidJSON):
        loads("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1))
    loads('{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH)
    with pytest.raises(InvalidJSON):
        loads('{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1))


def test_the_parser_turns_it_into_an_error_of_the_api() -> None:
    assert StrictJSONParser().parse(io.BytesIO(b'{"a": 1}')) == {"a": 1}
    with pytest.raises(ParseError):
        StrictJSONParser().parse(io.BytesIO(b"{"))


def test_the_parser_reads_no_more_than_the_limit(settings: object) -> None:
    settings.MAX_BODY_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(TooLarge):
        StrictJSONParser().parse(io.BytesIO(b"[" + b"1," * 10 + b"1]"))
