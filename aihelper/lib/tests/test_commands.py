"""The base of our commands."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from aihelper.lib.commands import AppCommand

TROUBLES: dict[int, BaseException] = {
    100: KeyboardInterrupt(),
    101: OperationalError(2006, "user:password@host has gone away"),
    102: OSError(errno.ENOSPC, "No space left on device", "/mnt/nas/monday.zip"),
    103: CommandError("It failed."),
}


class Counting(AppCommand):
    """Counts what it is given."""

    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--limit", type=int, default=3)

    def work(self, **options: Any) -> dict[str, Any]:
        if options["limit"] < 0:
            self.refuse("--limit takes a number from 0 up.")
        if options["limit"] in TROUBLES:
            raise TROUBLES[options["limit"]]
        counted = sum(1 for _item in self.progress(range(options["limit"]), label="Counting"))
        return {"ok": counted < 5, "counted": counted}


def run(*words: str, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(Counting(stdout=out, stderr=err), *words, **options)
    return out.getvalue(), err.getvalue()


def test_it_tells_people() -> None:
    assert run("--limit", "2")[0] == "ok: True\ncounted: 2\n"


def test_it_tells_programs_one_object() -> None:
    out, _err = run("--json")
    assert json.loads(out) == {"ok": True, "counted": 3}


def test_what_was_found_is_code_1() -> None:
    with pytest.raises(SystemExit) as found:
        run("--limit", "6")
    assert found.value.code == 1


def test_a_wrong_use_is_code_2() -> None:
    with pytest.raises(CommandError) as refused:
        run("--limit", "-1")
    assert refused.value.returncode == 2


def test_no_bar_where_nobody_looks() -> None:
    assert run("--limit", "4")[1] == ""
    assert run("--limit", "4", "--json")[1] == ""
    assert run("--limit", "4", verbosity=0)[1] == ""


def ended(*words: str) -> tuple[Any, str, str]:
    """The exit code of one that fails, and what it said to both outputs."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(Counting(stdout=out, stderr=err), *words)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as error:
        return error.code, out.getvalue(), err.getvalue()
    raise AssertionError("it did not fail")


def test_ctrl_c_is_code_130_and_says_what_is_true_now() -> None:
    code, out, err = ended("--limit", "100")
    assert (code, out) == (130, "")
    assert err == "\nBroken off. What was done until then stays; run it again for the rest.\n"


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ("101", "The database refuses (OperationalError). manage.py doctor says what is wrong with it."),
        ("102", "/mnt/nas/monday.zip: No space left on device"),
        ("103", "It failed."),
    ],
)
def test_a_failure_is_a_sentence_and_for_programs_an_object(limit: str, sentence: str) -> None:
    assert ended("--limit", limit) == (1, "", sentence)
    code, out, _err = ended("--limit", limit, "--json")
    assert (code, json.loads(out)) == (1, {"ok": False, "error": sentence})


def test_a_wrong_use_is_an_object_too() -> None:
    code, out, _err = ended("--limit", "-1", "--json")
    assert (code, json.loads(out)["ok"]) == (2, False)


SCRIPT = """
from aihelper.lib import environment
environment.prepare()
import django
django.setup()
from aihelper.lib.tests.test_commands import Counting
Counting().run_from_argv(["manage.py", "counting"])
"""


def test_whoever_reads_no_more_breaks_nothing(tmp_path: Path) -> None:
    """As `manage.py counting | head -0`: the reader is gone before the first word."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        (sys.executable, "-c", SCRIPT),
        cwd=settings.BASE_DIR,
        env=os.environ | {"AIHELPER_DATA_DIR": str(tmp_path)},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")
