"""What a search means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.search.excerpts import LENGTH, excerpt
from chat.search.query import parse
from chat.search.words import compose, fold, token, units


@pytest.mark.parametrize(
    ("typed", "text", "meant"),
    [
        ("whale song", "The song of the WHALE", True),
        ("whale song", "The whale", False),
        ("wha", "The whale", True),
        ("wha ", "The whale", False),
        ("wha song", "The whale's song", False),
        ("hale", "The whale", False),
        ("w", "The whale", False),
        ('"the whale"', "Of the  WHALE and", True),
        ('"the whale"', "the big whale", False),
        ('"the wha"', "the whale", False),
        ('"the wha', "the whale", True),
        ("whale -song", "The whale", True),
        ("whale -song", "The whale's song", False),
        ('whale -"big fish"', "The whale, a fish, big", True),
        ('whale -"big fish"', "The whale, a big fish", False),
        ("well-known", "a well-known one", True),
        ("well-known", "well, known", False),
        ("数据", "关于数据库的问题", True),
        ("数据库设计", "数据库的设计", False),
        ("数据库设计", "好的数据库设计很重要", True),
        ("数据 设计", "设计一个数据库", True),
        ("库", "数据库", True),
        ("据库", "数据库", True),
        ("-数据 设计", "设计一个数据库", False),
        ("c++", "I like C++.", True),
        ("c++", "I like C.", False),
        ("gpt4模型", "用GPT4模型", True),
        ("CAFE", "le café", True),
        ("cafe\u0301", "le café", True),
        ("ＡＢＣ", "abc", True),
        ("100%", "100% sure", True),
        ("%", "100% sure", True),
        ("🎉", "done 🎉!", True),
        ("", "anything", True),
    ],
)
def test_what_is_meant(typed: str, text: str, meant: bool) -> None:
    assert parse(typed).matches(fold(compose(text))) is meant


@given(st.text(max_size=60), st.text(max_size=200))
def test_what_a_text_matches_has_its_tokens(typed: str, text: str) -> None:
    """The index may say too much, never too little: it is asked for nothing that a meant text does not have."""
    query = parse(typed)
    folded = fold(compose(text))
    if not query.matches(folded):
        return
    there = {token(7, unit) for unit in units(folded)}
    for term in query.wanted:
        for wanted in term.tokens(7):
            known = any(one.startswith(wanted[:-1]) for one in there) if wanted[-1] == "*" else wanted in there
            assert known, (wanted, there)


@given(st.text('ab 数据库-"é', max_size=12), st.text("ab 数据库-é,", max_size=30))
def test_what_a_text_matches_has_its_tokens_among_few_characters(typed: str, text: str) -> None:
    test_what_a_text_matches_has_its_tokens.hypothesis.inner_test(typed, text)  # type: ignore[attr-defined]


@given(st.text('ab 数据库-"é', max_size=12), st.text("ab 数据库-é,", max_size=30))
def test_what_the_index_says_alone_is_right(typed: str, text: str) -> None:
    query = parse(typed)
    if not (query.is_exact and query.wanted):
        return
    folded = fold(compose(text))
    there = {token(7, unit) for unit in units(folded)}

    def has(wanted: str) -> bool:
        return any(one.startswith(wanted[:-1]) for one in there) if wanted[-1] == "*" else wanted in there

    says = all(has(one) for term in query.wanted for one in term.tokens(7))
    says = says and not any(has(one) for term in query.unwanted for one in term.tokens(7))
    assert says == query.matches(folded)


def test_marks_are_code_points_of_the_text() -> None:
    text = "🎉 Das CAFÉ, das Café"
    assert [text[start:end] for start, end in parse("café").marks(text)] == ["CAFÉ", "Café"]


def test_an_excerpt_shows_the_first_place() -> None:
    found = excerpt("a word " * 100 + "with\n\n\ta Whale in it " + "and more " * 100, parse("whale"))
    assert found.text.startswith("…") and found.text.endswith("…") and "\n" not in found.text
    assert len(found.text) <= LENGTH + 1
    assert [found.text[start:end] for start, end in found.marks] == ["Whale"]
    assert excerpt("short", parse("other")).text == "short"
    assert excerpt("数据库" * 200, parse("数据")).marks[0] == (0, 2)


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        ("## A **whale** and `a_b`", "A whale and a_b"),
        ('- [x] see [the *whale*](https://a.example/x_(y) "t")\n> 1. done ~~not~~', "see the whale done not"),
        ("| Name | Size |\n|---|--:|\n| whale | **30** m |", "Name · Size whale · 30 m"),
        ("数据库里的**鲸鱼**和*海象*", "数据库里的鲸鱼和海象"),
        ("2**3 * 4, __init__ and snake_case_whale, 1 * 2", "2**3 * 4, __init__ and snake_case_whale, 1 * 2"),
        (
            "whale\n```py\n# a *comment*\nx = a | b ** c\n```\n***\n__After__",
            "whale # a *comment* x = a | b ** c After",
        ),
        (r"\*whale\* ![a picture](data:x)[^1]", "*whale* a picture"),
        ("cut ** off` here](https://whale", "cut ** off here](https://whale"),
        ("**cut off at **whale", "cut off at whale"),
    ],
)
def test_an_excerpt_is_read_without_marks(markdown: str, read: str) -> None:
    found = excerpt(markdown, parse("whale 鲸鱼"))
    assert found.text == excerpt(markdown, parse("whale")).text == read
    assert {found.text[start:end].lower() for start, end in found.marks} <= {"whale", "鲸鱼"}


def test_what_is_no_markdown_is_shown_as_it_is() -> None:
    assert excerpt("# a whale | **x**", parse("whale"), markdown=False).text == "# a whale | **x**"


def test_marks_of_an_excerpt_are_those_of_what_is_read() -> None:
    markdown = (
        "🎉 **bold** " * 60 + "\n\n| `cell` | **the 🐳 Whale** [home](https://whale.example) |\n" + "*more* " * 200
    )
    found = excerpt(markdown, parse("whale"))
    assert [found.text[start:end] for start, end in found.marks] == ["Whale"]
    assert (
        found.text.startswith("…") and "*" not in found.text and "|" not in found.text and len(found.text) <= LENGTH + 1
    )


def test_an_excerpt_shows_the_marks_where_the_place_is_in_them() -> None:
    found = excerpt("Look [here](https://whale.example/) for it", parse("whale"))
    assert "https://whale.example/" in found.text and found.marks


def test_an_excerpt_from_within_code_has_the_code_as_it_is() -> None:
    found = excerpt("Text:\n\n```py\n" + "a = 1\n" * 200 + "# whale **x** | y\n```\n", parse("whale"))
    assert found.text.endswith("# whale **x** | y")
