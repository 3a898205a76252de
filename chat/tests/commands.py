"""Running a command as a shell would."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def run(*args: str) -> str:
    """What the command says."""
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def facts(*args: str) -> Any:
    """What it says to programs when all is well."""
    told = json.loads(run(*args, "--json"))
    assert told.pop("ok") is True
    return told


def refused(*args: str) -> int:
    """The exit code with which it ends."""
    with pytest.raises(CommandError) as caught:
        run(*args)
    return caught.value.returncode
