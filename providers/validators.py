"""What the fields of providers and models may hold. Raises Django's ValidationError with a sentence."""

import json
import math
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from providers import addresses

ADDRESS_SENTENCES = {
    "characters": _("The address holds a character that has no place in it."),
    "extra": _("Please leave out the user name, the part after “?” and the part after “#”."),
    "host": _("The host of this address is not valid."),
    "length": _("The address is too long."),
    "path": _("The path of this address is not valid."),
    "port": _("The port of this address is not valid."),
    "scheme": _("The address must begin with http:// or https://."),
}
# The engine sets these itself; a default that overrode them would break streaming or reach another model.
RESERVED_PARAMETERS = frozenset({"model", "messages", "stream", "stream_options", "n", "max_tokens"})
MAX_ICON_LETTERS = 2
# Spaces, control and format characters, surrogates, unassigned ones; emoji need two of them.
_NOT_IN_ICONS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn"})
_IN_EMOJI = frozenset({"\u200d", "\ufe0f"}) | {chr(number) for number in range(0xE0020, 0xE0080)}
MAX_PARAMETERS_BYTES = 8192
MAX_PARAMETERS_DEPTH = 32

validate_currency = RegexValidator(r"\A[A-Z]{3}\Z", _("Three capital letters, such as USD or CNY."))
validate_model_id = RegexValidator(
    r"\A[^\s\x00-\x1f\x7f]+\Z", _("A model id holds no spaces and no control characters.")
)


def normalise_base_url(text: str) -> str:
    """Return the normalised base URL (`providers.addresses.normalise`)."""
    try:
        return addresses.normalise(text)
    except addresses.InvalidAddress as error:
        raise ValidationError(ADDRESS_SENTENCES[error.code], code=f"address_{error.code}") from error


def validate_api_key(key: str) -> None:
    """Refuse what cannot stand in an HTTP header; it would be sent as another header, or not at all."""
    if len(key) > 4096:
        raise ValidationError(_("The key is too long."), code="key_length")
    if not all(33 <= ord(character) <= 126 for character in key):
        raise ValidationError(_("A key holds no spaces and only plain ASCII characters."), code="key_characters")


def validate_icon(icon: str) -> None:
    """Take letters and emoji, and nothing that could pass for a sentence or hide one."""
    if any(unicodedata.category(each) in _NOT_IN_ICONS and each not in _IN_EMOJI for each in icon):
        raise ValidationError(_("An icon holds no spaces and no control characters."), code="icon")
    if sum(each.isalnum() for each in icon) > MAX_ICON_LETTERS:
        raise ValidationError(_("An icon has at most two letters."), code="icon")


def validate_parameters(value: Any) -> None:
    """Take a JSON object of request parameters, without those that the engine sets itself."""
    if not isinstance(value, dict):
        raise ValidationError(_('Please enter a JSON object such as {"temperature": 0.7}.'), code="parameters_type")
    if reserved := sorted(RESERVED_PARAMETERS & value.keys()):
        raise ValidationError(
            _("These are set by AI Helper itself: %(names)s."),
            code="parameters_reserved",
            params={"names": ", ".join(reserved)},
        )
    if not _is_possible(value) or len(json.dumps(value)) > MAX_PARAMETERS_BYTES:
        raise ValidationError(
            _("The parameters are too long or hold a number that JSON does not know."), code="parameters_value"
        )


def _is_possible(value: Any, depth: int = 0) -> bool:
    """Whether servers can read it: JSON has no infinite numbers, and many a reader none of more than 64 bits."""
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return depth < MAX_PARAMETERS_DEPTH and all(_is_possible(item, depth + 1) for item in items)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, float) or math.isfinite(value)
