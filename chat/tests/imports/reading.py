"""Samples as they are read."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from chat.imports.files import Limits
from chat.imports.neutral import Chat, LeftOut
from chat.imports.read import read

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> io.BytesIO:
    """A recorded file."""
    return io.BytesIO((SAMPLES / name).read_bytes())


def zipped(**files: bytes | str) -> io.BytesIO:
    """A ZIP; in names `__` is a slash, `_json` the ending."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json").replace("_zip", ".zip"), data)
    result.seek(0)
    return result


def found(file: io.BytesIO | Any, limits: Limits | None = None) -> tuple[list[Chat], list[LeftOut]]:
    """The chats of a file (or of data as JSON), and what was left out."""
    if not isinstance(file, io.BytesIO):
        file = io.BytesIO(json.dumps(file).encode())
    items = list(read(file, limits))
    return [one for one in items if isinstance(one, Chat)], [one for one in items if isinstance(one, LeftOut)]


def lines(chat: Chat) -> list[tuple[str | None, str, str]]:
    """Who said what, and under what: (text of the parent, role, text)."""
    texts = {node.key: node.content for node in chat.nodes}
    return [(texts[node.parent] if node.parent else None, node.role, node.content) for node in chat.nodes]
