"""All our commands, as somebody meets them who has never seen them: their help, and an installation without tables."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.utils import translation

import manage
from aihelper.lib import environment
from aihelper.lib.commands import AppCommand
from aihelper.tests.operations.roundtrip import NO_PORT, ROOT

APPS = {"aihelper", "accounts", "providers", "chat"}
# A server, a conversation, and a tool for whoever works on the program: each has its own way with the terminal.
OTHERS = {"up", "chat", "dump_schema"}
OURS = sorted(name for name, app in get_commands().items() if app in APPS)
# What each needs to be called at all, for the look at an installation without tables.
WORDS = {
    "createprovider": ("Example", "https://api.example.com/v1", "--no-key"),
    "delete_user": ("nobody", "--yes"),
    "export_user": ("nobody",),
    "import_chats": ("--user", "nobody", "--list"),
    "import_people": ("pyproject.toml",),
    "restore": ("nothing.zip",),
    "verify_backup": ("nothing.zip",),
}


def _parser(name: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    return parser


def _texts(name: str) -> dict[str, str]:
    """What the help of a command says, of itself and of each argument of its own."""
    parser = _parser(name)
    django = {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
    own = [action for action in parser._actions if action.dest not in django | {"skip_checks"}]
    return {"": parser.description or "", **{action.dest: action.help or "" for action in own}}


@pytest.mark.parametrize("name", OURS)
def test_its_help_explains_it_and_each_argument(name: str) -> None:
    texts = _texts(name)
    assert all(texts.values()), [dest for dest, text in texts.items() if not text]
    assert len(texts[""]) > 30
    assert _parser(name).format_help()


@pytest.mark.parametrize("name", sorted(set(OURS) - OTHERS))
def test_its_help_speaks_chinese(name: str) -> None:
    english = _texts(name)
    with translation.override("zh-hans"):
        chinese = _texts(name)
    assert [dest for dest, text in chinese.items() if text == english[dest]] == []


@pytest.mark.parametrize("name", sorted(set(OURS) - OTHERS))
def test_it_speaks_to_programs(name: str) -> None:
    assert isinstance(load_command_class(get_commands()[name], name), AppCommand)
    assert "json" in _texts(name)


def test_without_tables_each_says_so_in_a_sentence(tmp_path: Path) -> None:
    """At two in the morning nobody reads a traceback. One process for all: starting one takes a second."""
    script = f"""
import json, sys
from aihelper.lib import environment
environment.prepare()
import django
django.setup()
from django.core.management import get_commands, load_command_class
words = json.loads(sys.argv[1])
for name in {sorted(set(OURS) - OTHERS)!r}:
    command = load_command_class(get_commands()[name], name)
    try:
        command.run_from_argv(["manage.py", name, "--json", *words.get(name, ())])
    except SystemExit as end:
        print(f"{{name}} {{end.code}}", file=sys.stderr)
    else:
        print(f"{{name}} 0", file=sys.stderr)
"""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        (sys.executable, "-c", script, json.dumps(WORDS)),
        cwd=ROOT,
        env=inherited | {"AIHELPER_DATA_DIR": str(tmp_path), "PORT": NO_PORT, "ENV_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    told: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(set(OURS) - OTHERS), done.stderr
    codes = dict(line.rsplit(" ", 1) for line in done.stderr.splitlines() if line.split(" ")[0] in OURS)
    assert len(codes) == len(told)
    # Where nothing is, nothing stands in the way of an upgrade.
    assert codes.pop("preflight") == "0"
    assert {name: code for name, code in codes.items() if code not in {"1", "2"}} == {}
    assert sum(each["ok"] for each in told) == 1


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (
            PermissionError(13, "Permission denied", "/var/lib/aihelper"),
            "Run this as the user that the server runs as.",
        ),
        (KeyboardInterrupt(), 130),
    ],
)
def test_a_start_that_fails_is_no_traceback(monkeypatch: pytest.MonkeyPatch, trouble: BaseException, code: Any) -> None:
    def fail() -> None:
        raise trouble

    monkeypatch.setattr(environment, "prepare", fail)
    with pytest.raises(SystemExit) as end:
        manage.main()
    assert end.value.code == code or str(end.value.code) == f"/var/lib/aihelper: Permission denied. {code}"
