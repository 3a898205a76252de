"""The base of our commands."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aihelper.lib.commands import AppCommand


class Counting(AppCommand):
    """Counts what it is given."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--limit", type=int, default=3)

    def work(self, **options: Any) -> dict[str, Any]:
        if options["limit"] < 0:
            self.refuse("--limit takes a number from 0 up.")
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
