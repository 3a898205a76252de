"""Names of files that every system takes."""

import re
import unicodedata

from django.utils.translation import gettext as _

MAX_CHARS = 60
# What Windows, macOS or Linux has a meaning for, what cannot be seen, and what turns the direction of reading.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_name(title: str) -> str:
    """A title as the name of a file or folder, without an ending; never empty."""
    name = " ".join(_FORBIDDEN.sub(" ", unicodedata.normalize("NFC", title)).split())[:MAX_CHARS].strip(" .~")
    if not name:
        name = _("Chat")
    return f"_{name}" if _RESERVED.fullmatch(name) else name


class Names:
    """Gives each name once: a second one of the same gets a number. Case does not tell names apart."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, folder: str, title: str, ending: str) -> str:
        """A path inside an archive."""
        return f"{self.stem(folder, title)}.{ending}"

    def stem(self, folder: str, title: str) -> str:
        """The same without an ending, for a thing that is there in several formats."""
        path = f"{folder}/{file_name(title)}" if folder else file_name(title)
        number = self._given[path.casefold()] = self._given.get(path.casefold(), 0) + 1
        if number == 1:
            return path
        numbered = f"{path} ({number})"
        # Somebody may have called a chat just so.
        self._given.setdefault(numbered.casefold(), 1)
        return numbered
