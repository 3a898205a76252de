"""Text that a database and a browser can hold: no NUL, no half of a surrogate pair."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def repaired(text: str) -> str:
    """The text with surrogate pairs joined, lone surrogates as U+FFFD and NULs left out."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class Joiner:
    """Repairs a text that comes in pieces; a pair whose halves lie in two pieces is joined."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """The repaired text, without a last half pair that the next piece may complete."""
        text = self._half + text
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._half = text[-1]
            text = text[:-1]
        return repaired(text)

    def close(self) -> str:
        """What is left at the end: the replacement of a half pair, or nothing."""
        half, self._half = self._half, ""
        return _REPLACEMENT if half else ""
