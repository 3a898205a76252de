"""`<think>` blocks in an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.dialects.think import ThinkSplitter
from providers.events import ReasoningDelta
from providers.wire.text import Joiner


def split(*pieces: str) -> tuple[str, str]:
    """(reasoning, text)."""
    splitter = ThinkSplitter()
    found = [item for piece in pieces for item in splitter.feed(piece)] + splitter.close()
    reasoning = "".join(text for kind, text in found if kind is ReasoningDelta)
    return reasoning, "".join(text for kind, text in found if kind is not ReasoningDelta)


@pytest.mark.parametrize(
    ("answer", "reasoning", "text"),
    [
        ("Hello", "", "Hello"),
        ("<think>hm</think>Hello", "hm", "Hello"),
        ("\n <think>\nhm\n</think>\n\nHello", "hm\n", "Hello"),
        ("<thinking>hm</thinking> Hello", "hm", "Hello"),
        ("<think>a</think>\n<think>b</think>c", "ab", "c"),
        ("<think>never closed", "never closed", ""),
        ("<think></think>Hello", "", "Hello"),
        ("Use the <think> tag: <think>x</think>", "", "Use the <think> tag: <think>x</think>"),
        ("`<think>`</think>", "", "`<think>`</think>"),
        ("<thin ice>", "", "<thin ice>"),
        ("<", "", "<"),
        ("  indented", "", "  indented"),
        ("<think>a < b </thin</think>c", "a < b </thin", "c"),
        ("", "", ""),
    ],
)
def test_it_splits_the_same_way_however_it_is_cut(answer: str, reasoning: str, text: str) -> None:
    assert split(answer) == (reasoning, text)
    assert split(*answer) == (reasoning, text)
    for middle in range(len(answer)):
        assert split(answer[:middle], answer[middle:]) == (reasoning, text)


def test_it_holds_back_little() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed(" " * 300) != []
    assert splitter.done


@given(st.text(st.sampled_from("a\0\ud83d\ude00\udc00é"), max_size=30), st.integers(0, 30))
def test_surrogates_are_joined_over_any_cut(text: str, middle: int) -> None:
    whole, cut = Joiner(), Joiner()
    expected = whole.feed(text) + whole.close()
    got = cut.feed(text[:middle]) + cut.feed(text[middle:]) + cut.close()
    # A NUL between two halves may fall on either side of a cut; what comes out is always storable.
    if "\0" not in text:
        assert got == expected
    assert "\0" not in got
    got.encode()
