"""What a test's code has said, and the secrets in it."""

import gzip
import io
import zipfile
import zlib
from functools import lru_cache

from aihelper.tests.canary.guard import told
from aihelper.tests.canary.guard.known import PIECE, STEP, Known

# So many bytes are kept before they are looked through, so that tests of a memory limit still measure what they mean.
KEPT_BYTES = 1 << 19
# An archive that says that it is larger is left alone: it is a test's bomb.
MAX_UNPACKED_BYTES = 64 << 20

told_at = lru_cache(maxsize=1024)(told.at)


class Place:
    """One answer, stream or socket, of which pieces come after each other."""

    def __init__(self, where: str) -> None:
        self.where = where
        # The end of what has been looked through: a secret may stand across two pieces.
        self.tail = b""


class Guard:
    """One for each process. Threads and tasks of a test may all speak at once."""

    def __init__(self) -> None:
        self.known = Known()
        self._heard: list[tuple[Place, bytes]] = []
        self._size = 0
        self._found: dict[tuple[str, str], None] = {}

    def say(self, where: str | Place, text: str | bytes) -> None:
        """Something that was said. It is looked through later, when all secrets of the test are known."""
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
        if not data:
            return
        self._heard.append((where if isinstance(where, Place) else Place(where), data))
        self._size += len(data)
        if self._size > KEPT_BYTES:
            self.look()

    def look(self) -> None:
        """Look through what is kept, and let go of it."""
        heard, self._heard, self._size = self._heard, [], 0
        said: dict[Place, list[bytes]] = {}
        for place, data in heard:
            said.setdefault(place, []).append(data)
        for place, parts in said.items():
            data = place.tail + b"".join(parts)
            place.tail = data[-(PIECE + STEP) :]
            if kinds := self.known.in_(unpacked(data)) - told_at(place.where):
                self._found |= {(kind, place.where): None for kind in sorted(kinds)}

    def leaks(self) -> list[tuple[str, str]]:
        """What has leaked since the last time this was asked: the kind of the secret, and where."""
        self.look()
        found, self._found = list(self._found), {}
        return found

    def forget(self) -> None:
        """Begin anew, with the secrets that last."""
        self._heard, self._size, self._found = [], 0, {}
        self.known.forget()


def unpacked(data: bytes) -> bytes:
    """What is in an archive or a compressed answer as well, as far as it can be read."""
    try:
        if data.startswith(b"\x1f\x8b"):
            return data + gzip.decompress(data)
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(each.file_size for each in archive.infolist()) <= MAX_UNPACKED_BYTES:
                    return data + b"".join(archive.read(each) for each in archive.infolist())
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        pass
    return data


# The process's own.
guard = Guard()
