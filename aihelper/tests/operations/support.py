"""Running a command that looks, and reading what it found."""

import io
import json
from typing import Any

from django.core.management import call_command


def report(command: str, **options: Any) -> tuple[int, dict[str, Any], str]:
    """The exit code, the facts and all that was printed."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(command, json=True, stdout=out, stderr=err, **options)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue()), out.getvalue() + err.getvalue()


def levels(command: str, check: str, **options: Any) -> list[str]:
    """What a command says of one thing, each in a word."""
    _code, facts, _text = report(command, **options)
    return [row["level"] for row in facts["findings"] if row["check"] == check]
