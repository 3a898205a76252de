"""Lock the dependencies of pyproject.toml with hashes. uv's own lock format names hosts; this one does not."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet", *sys.argv[1:])


def lock(target: str, *words: str) -> None:
    """Write one lock file; add --upgrade on the command line for newer versions."""
    command = [ROOT / ".boot/bin/uv", "pip", "compile", *words, *OPTIONS, "-o", target]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    lock("deploy/requirements-dev.txt", "pyproject.toml", "--group", "build", "--group", "dev")
    lock("requirements.txt", "pyproject.toml", "-c", "deploy/requirements-dev.txt")
    lock("deploy/requirements-build.txt", "--group", "build", "-c", "deploy/requirements-dev.txt")
