"""The files of people, below MEDIA_ROOT."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

from django.conf import settings

from aihelper.operations.backup.errors import Damaged

# What a restore prepares stands beside the files, so that putting it in place is a renaming.
STAGING = ".restore-"


def root() -> Path:
    """Where the files are."""
    return Path(settings.MEDIA_ROOT)


def files() -> list[str]:
    """All regular files as paths below MEDIA_ROOT, sorted; nothing that begins with a dot, no links."""
    found = []
    for directory, folders, names in os.walk(root()):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(directory)
        plain = (here / name for name in names if not name.startswith("."))
        found += [path.relative_to(root()).as_posix() for path in plain if path.is_file() and not path.is_symlink()]
    return sorted(found)


def require_inside(name: str) -> str:
    """The name, if it is a path that stays below a folder. Raises Damaged."""
    path = PurePosixPath(name)
    if not name or "\\" in name or ":" in name or path.is_absolute() or str(path) != name:
        raise Damaged(name)
    if any(part.startswith(".") for part in path.parts):
        raise Damaged(name)
    return name


@contextmanager
def staging() -> Iterator[Path]:
    """A folder for files that are not in place yet; what is left in it goes."""
    root().mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=STAGING, dir=root()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, names: list[str]) -> None:
    """Move the prepared files to where they belong."""
    for name in names:
        target = root() / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / name, target)


def keep_only(names: list[str]) -> int:
    """Delete all other files; return how many there were."""
    others = sorted(set(files()) - set(names))
    for name in others:
        (root() / name).unlink(missing_ok=True)
    return len(others)
