"""The secrets that there are in a test, and whether pieces of them stand in something."""

from ahocorasick_rs import BytesAhoCorasick

# So many bytes in a row of a secret are a leak. Every piece that begins at a multiple of STEP is looked for, so that
# none of PIECE + STEP bytes is missed.
PIECE, STEP = 12, 6
# What is shorter stands in any text by chance: a test about such secrets has to look itself.
SHORTEST = 8
# What people may see of a key, to recognise it (providers.secrets.seal).
SHOWN = 4


class Known:
    """Secrets by what they are. Those that `last` are there for all tests, the others until `forget`."""

    def __init__(self) -> None:
        self._lasting: dict[bytes, str] = {}
        self._pieces: dict[bytes, str] = {}
        self._search: BytesAhoCorasick | None = None
        self._kinds: list[str] = []

    def add(self, kind: str, secret: str, *, last: bool = False) -> None:
        """Look for this one from now on, unless it is too short for that."""
        pieces = self._lasting if last else self._pieces
        for piece in pieces_of(secret):
            if piece not in self._lasting and piece not in pieces:
                pieces[piece] = kind
                self._search = None

    def forget(self) -> None:
        """End of the test."""
        self._pieces.clear()
        self._search = None

    def in_(self, data: bytes) -> set[str]:
        """Of which secrets a piece stands there."""
        if self._search is None:
            all_of_them = self._lasting | self._pieces
            self._kinds = list(all_of_them.values())
            self._search = BytesAhoCorasick(list(all_of_them))
        return {self._kinds[index] for index, _start, _end in self._search.find_matches_as_indexes(data)}


def pieces_of(secret: str) -> list[bytes]:
    """What is looked for; nothing when the secret is too short."""
    data = secret.encode("utf-8", "surrogatepass")
    if len(data) < SHORTEST:
        return []
    last = max(len(data) - PIECE, 0)
    return [data[start : start + PIECE] for start in sorted({*range(0, last, STEP), last})]
