"""Bytes of a file as text: UTF-8, UTF-16 or GB18030, as people's editors and spreadsheets write them."""

import codecs
import re

# What no text holds. A form feed, a bell or the escapes of a coloured log do no harm and are left out.
_BINARY = re.compile(r"[\x00\x01-\x06\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_LEFT_OUT = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class NotText(ValueError):
    """The bytes are no text in any encoding that we read."""


def decode(data: bytes) -> str:
    """The text in a file, with line ends as LF and without control characters. Raises NotText."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return clean(_decoded(data[len(bom) :], (encoding,)))
    if b"\0" in data:
        return clean(_decoded(data, _wide(data)))
    # GB18030 before Latin-1 or Windows' pages, which take every byte and so cannot tell that they are wrong.
    return clean(_decoded(data, ("utf-8", "gb18030")))


def clean(text: str) -> str:
    """A text as it is stored. Raises NotText for one with what only binary files have."""
    if _BINARY.search(text):
        raise NotText
    return _LEFT_OUT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText


def _wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: the zero bytes of its plain letters are all at odd or all at even places."""
    if len(data) % 2 == 0 and not data[0::2].count(0):
        return ("utf-16-le",)
    if len(data) % 2 == 0 and not data[1::2].count(0):
        return ("utf-16-be",)
    return ()
