"""Parameters of requests as administrators write them: a line each, `temperature = 0.7`. JSON will do as well."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from providers.validators import validate_parameters

# Also what a Chinese keyboard writes.
LINE = re.compile(r"([A-Za-z_][\w.-]*)\s*[=:＝：]\s*(.*)", re.ASCII)
COMMA = re.compile(r"-?\d+[,，]\d+")
WORDS = {"true": True, "false": False, "null": None}
EXAMPLE = "temperature = 0.7\ntop_p = 0.9"


class ParametersField(forms.CharField):
    """A dict of parameters, shown and read as lines. Empty: none at all."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false", "placeholder": EXAMPLE})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Default parameters"), "required": False, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """Show a dict as lines, or as JSON where lines cannot say it; what was typed stays as typed."""
        if not isinstance(value, dict):
            return value
        if not all(LINE.fullmatch(f"{name} = x") for name in value):
            return json.dumps(value, ensure_ascii=False)
        return "\n".join(f"{name} = {_written(each)}" for name, each in value.items())

    def clean(self, value: Any) -> dict[str, Any]:
        """Raises ValidationError with the line that cannot be read."""
        text = str(super().clean(value)).strip()
        parameters = _object(text) if text.startswith("{") else dict(_pairs(text))
        validate_parameters(parameters)
        return parameters

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is meant, not how it is written."""
        try:
            return bool(self.clean(data) != (initial or {}))
        except ValidationError:
            return True


def _written(value: Any) -> str:
    """A word as it is, anything else (and what would be taken for something else) as JSON."""
    is_word = (
        isinstance(value, str) and value == value.strip() and "\n" not in value and value and _value(value) == value
    )
    return value if is_word and not COMMA.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(
            _("This is not JSON. Write a line each instead: temperature = 0.7"), code="json"
        ) from error


def _pairs(text: str) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LINE.fullmatch(line)
        if match is None or not match[2]:
            sentence = _("“%(line)s” cannot be read. Write a line each: temperature = 0.7")
            raise ValidationError(sentence, code="line", params={"line": line[:80]})
        if COMMA.fullmatch(match[2]):
            sentence = _("“%(line)s”: write the number with a point, such as 0.7.")
            raise ValidationError(sentence, code="comma", params={"line": line[:80]})
        if match[1] in dict(pairs):
            raise ValidationError(_("“%(name)s” stands there twice."), code="twice", params={"name": match[1]})
        pairs.append((match[1], _value(match[2])))
    return pairs


def _value(text: str) -> Any:
    """JSON where it is JSON, else the word itself."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
