"""How texts become tokens."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aihelper.lib.fulltext import MAX_TOKEN_CHARS
from chat.search import words


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("don't stop_me", ["don", "t", "stop", "me"]),
        ("数据库", ["数据", "据库", "库"]),
        ("猫", ["猫"]),
        ("用GPT4写代码", ["用", "gpt4", "写代", "代码", "码"]),
        ("ＡＢＣ　café Ünïcode", ["abc", "cafe", "unicode"]),
        ("cafe\u0301", ["cafe"]),
        ("ガラス", ["ガラ", "ラス", "ス"]),
        ("Привет ёж", ["привет", "еж"]),
        ("🎉 100 €", ["🎉", "100", "€"]),
        ("…，。（）—“”", []),
        ("", []),
    ],
)
def test_units(text: str, units: list[str]) -> None:
    assert list(words.units(words.fold(words.compose(text)))) == units


@given(st.text())
def test_a_folded_text_is_as_long_and_folds_to_itself(text: str) -> None:
    folded = words.fold(text)
    assert len(folded) == len(text)
    assert words.fold(folded) == folded or not text.isascii()


@given(st.text(), st.integers(1, 2**40))
def test_tokens_are_ascii_and_fit_into_every_index(text: str, user_id: int) -> None:
    for token in words.tokens_of(user_id, text).split():
        assert re.fullmatch(r"[0-9a-z_]+", token), token
        assert 3 <= len(token) <= MAX_TOKEN_CHARS


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=12), st.integers(1, 12))
def test_the_beginning_of_a_word_is_the_beginning_of_its_token(text: str, length: int) -> None:
    for unit in words.units(words.fold(words.compose(text))):
        assert words.token(7, unit).startswith(words.token(7, unit[:length]))


def test_different_units_have_different_tokens() -> None:
    units = ["数据", "据数", "数", "ab", "a", "b", "é", "ß", "🎉", "𠀀", "абв", "0", "00"]
    assert len({words.token(user, unit) for unit in units for user in (1, 11, 36)}) == 3 * len(units)


def test_every_paired_character_of_unicode_is_one_by_itself() -> None:
    assert unicodedata.name("数") == "CJK UNIFIED IDEOGRAPH-6570"
    assert list(words.units("かなカナ한글漢字")) == ["かな", "なカ", "カナ", "ナ한", "한글", "글漢", "漢字", "字"]
