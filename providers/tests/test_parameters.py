"""Parameters as lines: what administrators write, and what they are shown."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from providers.parameters import ParametersField

FIELD = ParametersField()


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", {}),
        ("  \n ", {}),
        ("temperature = 0.7", {"temperature": 0.7}),
        ("temperature: 0.7\n\ntop_p=1", {"temperature": 0.7, "top_p": 1}),
        ("temperature＝0.7\ntop_p：0.9", {"temperature": 0.7, "top_p": 0.9}),
        ("reasoning_effort = high", {"reasoning_effort": "high"}),
        ("a = True\nb = false\nc = null", {"a": True, "b": False, "c": None}),
        ('stop = ["\\n", "END"]', {"stop": ["\n", "END"]}),
        ('thinking = {"type": "disabled"}', {"thinking": {"type": "disabled"}}),
        ('seed = "7"', {"seed": "7"}),
        ('{"temperature": 0.5}', {"temperature": 0.5}),
        ("user = a = b", {"user": "a = b"}),
    ],
)
def test_lines_are_read_and_shown_again(text: str, parameters: dict[str, Any]) -> None:
    assert FIELD.clean(text) == parameters
    shown = FIELD.prepare_value(parameters)
    assert FIELD.clean(shown) == parameters and not shown.startswith("{")
    assert not FIELD.has_changed(parameters, text) and not FIELD.has_changed(parameters, shown)
    assert FIELD.has_changed({"another": 1}, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("warm", "“warm” cannot be read"),
        ("temperature =", "cannot be read"),
        ("= 0.7", "cannot be read"),
        ("the temperature = 0.7", "cannot be read"),
        ("temperature = 0,7", "with a point"),
        ("temperature = 0.7\ntemperature = 1", "stands there twice"),
        ("{", "not JSON"),
        ('{"stream": false}', "set by AI Helper itself"),
        ("stream = false", "set by AI Helper itself"),
        ("temperature = NaN", "number that JSON does not know"),
        ("temperature = 1e999", "number that JSON does not know"),
        ("seed = 99999999999999999999", "number that JSON does not know"),
        ("note = " + "x" * 20_000, "too long"),
        ("deep = " + "[" * 100_000, "too long"),
        ("{" + "[" * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_sent_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(text)
    assert sentence in " ".join(refused.value.messages)
    assert FIELD.has_changed({}, text)


def test_what_lines_cannot_say_is_shown_as_it_was_typed() -> None:
    odd = {"a b": 1}
    assert FIELD.clean(FIELD.prepare_value(odd)) == odd
    assert FIELD.prepare_value("temperature = warm?") == "temperature = warm?"
