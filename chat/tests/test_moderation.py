"""What may be sent: length, control characters, blocked words."""

import pytest
from django.utils import translation

from aihelper.lib.errors import AppError
from chat.engine import words
from chat.models import BlockedWord
from chat.services import moderation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_words() -> None:
    words.forget()


def _refusal(text: str) -> AppError:
    with pytest.raises(AppError) as caught:
        moderation.clean_message(text)
    return caught.value


def _block(word: str, action: str = "block") -> BlockedWord:
    return BlockedWord.objects.create(word=word, action=action)


def test_it_works() -> None:
    assert moderation.clean_message("  Hello,\r\n\tworld! 你好 👋🏽\n") == "Hello,\n\tworld! 你好 👋🏽"


@pytest.mark.parametrize("text", ["", "   ", "\n\r\n\t", "\u3000"])
def test_empty(text: str) -> None:
    assert _refusal(text).code == "empty_message"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ud800", "\udfff"])
def test_control_characters(character: str) -> None:
    assert _refusal(f"a{character}b").code == "control_characters"


def test_too_long_says_the_numbers(settings: pytest.FixtureRequest) -> None:
    settings.MAX_MESSAGE_CHARS = 10  # type: ignore[attr-defined]
    assert moderation.clean_message("x" * 10 + "  ") == "x" * 10
    error = _refusal("x" * 11)
    assert error.code == "message_too_long"
    assert error.as_json()["length"] == 11
    assert error.as_json()["limit"] == 10
    assert "11" in str(error.detail)
    assert "10" in str(error.detail)


@pytest.mark.parametrize(
    "text",
    [
        "a badword here",
        "BADWORD",
        "ｂａｄｗｏｒｄ!",
        "bad\u00adword",
        "b\u200bad\u200bword",
        "你好badword吗",
        "(badword)",
    ],
)
def test_a_blocked_word_is_found_in_any_spelling(text: str) -> None:
    _block("BadWord")
    error = _refusal(text)
    assert error.code == "blocked_word"
    assert "badword" not in str(error.detail).lower()


@pytest.mark.parametrize("text", ["classic", "embassy", "ass1", "bass"])
def test_a_word_of_letters_is_not_found_inside_another(text: str) -> None:
    _block("ass")
    assert moderation.clean_message(text) == text


def test_chinese_is_found_anywhere() -> None:
    _block("坏词")
    assert _refusal("这里有坏词出现").code == "blocked_word"


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("secret", "My SECRET plan, secret!", "My *** plan, ***!"),
        ("坏词", "这是坏词，坏词！", "这是***，***！"),
        ("straße", "die STRASSE da", "die *** da"),
        ("café", "a cafe\u0301 there", "a *** there"),
        ("two words", "these two words too", "these *** too"),
        ("한글", "이 한글 은", "이 *** 은"),
        ("ｆｕｌｌ", "ＦＵＬＬ full", "*** ***"),
        ("ﬁne", "it is fine", "it is ***"),
        ("a b", "a\u00adx a b", "a\u00adx ***"),
    ],
)
def test_mask(word: str, text: str, expected: str) -> None:
    _block(word, "mask")
    assert moderation.clean_message(text) == expected


def test_overlapping_words_become_one_mask() -> None:
    _block("ab cd", "mask")
    _block("cd ef", "mask")
    assert moderation.check_text("x ab cd ef y") == "x *** y"


def test_a_word_that_blocks_wins_over_one_that_masks() -> None:
    _block("mild", "mask")
    _block("hard")
    assert _refusal("mild and hard").code == "blocked_word"


def test_a_change_of_the_table_is_seen() -> None:
    word = _block("apple")
    assert _refusal("apple").code == "blocked_word"
    word.is_active = False
    word.save()
    assert moderation.clean_message("apple") == "apple"
    word.is_active, word.word = True, "pear"
    word.save()
    assert _refusal("pear").code == "blocked_word"
    word.delete()
    assert moderation.clean_message("pear") == "pear"


def test_a_change_made_by_another_process_is_seen_later(monkeypatch: pytest.MonkeyPatch) -> None:
    assert moderation.clean_message("apple") == "apple"
    BlockedWord.objects.bulk_create([BlockedWord(word="apple")])
    assert moderation.clean_message("apple") == "apple"
    monkeypatch.setattr(words, "REFRESH_SECONDS", 0.0)
    assert _refusal("apple").code == "blocked_word"


def test_an_invisible_word_blocks_nothing() -> None:
    _block("\u200b")
    assert moderation.clean_message("anything at all") == "anything at all"


def test_a_long_message_and_many_words_are_quick() -> None:
    BlockedWord.objects.bulk_create([BlockedWord(word=f"word{number}", action="mask") for number in range(5000)])
    text = "这是一段很长的文字 " * 9000 + "word4999"
    assert moderation.clean_message(text).endswith("***")


def test_the_sentences_speak_chinese() -> None:
    with translation.override("zh-hans"):
        assert any("\u4e00" <= character <= "\u9fff" for character in str(_refusal("").detail))


def test_a_word_that_warns_lets_the_text_through() -> None:
    _block("rude", "warn")
    _block("mild", "mask")
    assert moderation.clean_message("rude and mild") == "rude and ***"


def test_a_warning_names_the_words_until_it_is_confirmed() -> None:
    _block("Rude", "warn")
    _block("坏词", "warn")
    with pytest.raises(AppError) as caught:
        moderation.check_warnings(["so rude, rude", "也有坏词"], confirmed=False)
    assert caught.value.code == "word_warning"
    assert "“Rude”, “坏词”" in str(caught.value.detail)
    assert moderation.check_warnings(["so rude", "也有坏词"], confirmed=True) == ["Rude", "坏词"]
    assert moderation.check_warnings(["polite"], confirmed=False) == []


def test_a_long_list_is_made_ready_by_the_beat_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "AT_ONCE", 2)
    for word in ("one", "two", "three"):
        _block(word)
    words.beat()
    assert _refusal("three").code == "blocked_word"
    _block("four")
    assert moderation.clean_message("four") == "four"
    words.beat()
    assert _refusal("four").code == "blocked_word"


def test_a_long_list_is_read_by_whoever_asks_where_there_is_no_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "AT_ONCE", 0)
    monkeypatch.setattr(words, "BEAT_GONE_SECONDS", 0.0)
    _block("one")
    assert _refusal("one").code == "blocked_word"
    _block("two")
    assert _refusal("two").code == "blocked_word"


def test_several_automata_are_one_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "PART", 2)
    for word in ("one", "two", "three", "four", "five"):
        _block(word, "mask")
    assert moderation.clean_message("one two three four five six") == "*** *** *** *** *** six"
