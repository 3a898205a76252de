"""From texts to the tokens of the full-text index.

Latin and other alphabets give words. Chinese, Japanese and Korean, which set no spaces, give each two neighbouring
characters, and the last of a run by itself: a search for any part of a run finds it, and so does one for two
characters, which the databases' own indexes do not find. Symbols beyond ASCII (emoji, currencies) stand for themselves.

A token begins with the person's number: an index of everybody's texts is read only where it holds theirs.
"""

import re
import unicodedata
from collections.abc import Iterator

# Of a longer word (encoded) the index has the beginning. With a person's number it stays within what InnoDB takes (84).
MAX_CHARS = 64
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Kana, bopomofo, Han with its extensions, Hangul: scripts that are cut into pairs.
PAIRED = "\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
PAIRED += "\U00020000-\U000323af"
# A letter or digit of a script with words.
LETTER = rf"[^\W_{PAIRED}]"
_UNITS = re.compile(rf"({LETTER}+)|([{PAIRED}]+)|([^\w\s\x00-\x7f])")


class _Folding(dict[int, str | int]):
    """One character for each: without case, width and accents, where that is one character again."""

    def __missing__(self, code: int) -> str | int:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).casefold()
    if len(plain) == 1 and ord(plain) < 0x2000:
        base = "".join(part for part in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(part))
        plain = base if len(base) == 1 else plain
    return plain if len(plain) == 1 else character


_FOLDING = _Folding()


def fold(text: str) -> str:
    """A text as it is compared: as long as the one given, character by character. Give it composed (`compose`)."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def compose(text: str) -> str:
    """A text with each accent in one character with its letter (NFC)."""
    return unicodedata.normalize("NFC", text)


def units(folded: str) -> Iterator[str]:
    """The words and pairs of a folded text, in order, with repetitions."""
    for match in _UNITS.finditer(folded):
        word, run, symbol = match.groups()
        if word:
            yield word
        elif run:
            yield from (run[at : at + 2] for at in range(len(run)))
        elif unicodedata.category(symbol)[0] == "S":
            yield symbol


def encoded(unit: str) -> str:
    """A unit in ASCII letters, digits and underscores, character by character: what begins alike, begins alike here."""
    return unit if unit.isascii() else "".join(map(_encoded, unit))


def token(user_id: int, unit: str) -> str:
    """A unit as the index holds it for a person."""
    return f"{_base36(user_id)}_{encoded(unit)[:MAX_CHARS]}"


def tokens_of(user_id: int, text: str) -> str:
    """All tokens of a text, each once, separated by spaces."""
    return " ".join(token(user_id, unit) for unit in dict.fromkeys(units(fold(compose(text)))))


def _encoded(character: str) -> str:
    code = ord(character)
    if code < 128:
        return character
    return f"_{_base36(code, 3)}" if code < 36**3 else f"__{_base36(code, 4)}"


def _base36(number: int, width: int = 1) -> str:
    digits = ""
    while number or len(digits) < width:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits
