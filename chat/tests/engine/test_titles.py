"""Titles, from questions and from what models answer."""

import pytest

from chat.engine import titles


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How do I sort a list?", "How do I sort a list?"),
        ("\n\n## Heading\nmore", "Heading"),
        ("```\n\nprint(1)", "print(1)"),
        ("怎样学习编程？", "怎样学习编程？"),
        ("???", "???"),
    ],
)
def test_it_makes_a_title_from_a_question(question: str, title: str) -> None:
    assert titles.from_question(question) == title


def test_it_cuts_a_long_question_at_a_word() -> None:
    title = titles.from_question("word " * 40)
    assert len(title) <= titles.MAX_TITLE_CHARS
    assert title.endswith("word…")
    assert titles.from_question("长" * 100) == "长" * (titles.MAX_TITLE_CHARS - 1) + "…"


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ('"Sorting Lists."', "Sorting Lists"),
        ("Title: Sorting\nBecause ...", "Sorting"),
        ("# **学习编程**。", "学习编程"),
        ("《学习编程》", "学习编程"),
        ("  \n", ""),
    ],
)
def test_it_cleans_what_a_model_answers(answer: str, title: str) -> None:
    assert titles.clean(answer) == title
