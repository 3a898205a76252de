"""Markdown without its marks, on one line: how an excerpt reads best.

Not a parser. It is given a piece cut out of a longer text, where what opens or closes a mark may be missing, and it is
called for each result of a search: a few expressions for each line do. The page has a finer one, for what is copied
(static/src/lib/plain.ts).
"""

import re

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$|[\s|:-]*--[\s|:-]*$")
_START = re.compile(r"\s*(?:>\s?)*(?:#{1,6}\s+|(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?)?")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+[\"'][^\"')]*[\"'])?\)")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_WORD = r"[0-9A-Za-z_]"
# Not between two letters or two spaces: 2**3 and 2 * 3 are meant so, and so is __init__.
_STRONG = re.compile(rf"(?<!{_WORD})(?<!\\)\*\*(?=\S)|(?<=[^\s\\])\*\*(?!{_WORD})|~~")
_UNDERLINED = re.compile(rf"(?<!{_WORD})__(?![a-z0-9]+(?:_[a-z0-9]+)*__)([^_\n]+)__(?!{_WORD})")
_WEAK = re.compile(
    rf"(?<!{_WORD})(?<![\\*])\*(?=\S)([^*\n]+?)(?<=[^\s\\])\*(?!{_WORD}|\*)"
    r"|(?<![\\\w])_(?=\S)([^_\n]+?)(?<=[^\s\\])_(?!\w)"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~$])")


def plain(piece: str, *, in_code: bool) -> str:
    """What is read in a piece of Markdown. `in_code`: it begins within a fence, where nothing is a mark."""
    words: list[str] = []
    for line in piece.split("\n"):
        if _FENCE.match(line):
            in_code = not in_code
        elif in_code:
            words += line.split()
        elif not _RULE.match(line):
            words += _line(line).split()
    return " ".join(words)


def _line(line: str) -> str:
    bare = line.strip()
    if bare.startswith("|") or bare.endswith("|"):
        return _inline(" · ".join(cell.strip() for cell in bare.strip("|").split("|")))
    return _inline(_START.sub("", line, count=1))


def _inline(text: str) -> str:
    """Without marks; what stands in code stays as it is."""
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        parts += (_bare(text[at : code.start()]), code[2])
        at = code.end()
    return "".join((*parts, _bare(text[at:])))


def _bare(text: str) -> str:
    text = _NOTE.sub("", _IMAGE_OR_LINK.sub(r"\1", text))
    text = _UNDERLINED.sub(r"\1", _STRONG.sub("", text))
    text = _WEAK.sub(lambda match: match[1] or match[2], text)
    return _ESCAPED.sub(r"\1", text).replace("`", "")
