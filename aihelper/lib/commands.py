"""What our commands have in common: words for people, JSON for programs, exit codes, progress on terminals.

Exit codes: 0 all is well, 1 something was found or failed, 2 the command was called wrongly (argparse's own).
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from tqdm import tqdm

T = TypeVar("T")

FOUND, WRONG_USE = 1, 2


class AppCommand(BaseCommand):
    """A command with `--json`. A subclass does its work in `work` and returns what it has to tell.

    `work` writes nothing to standard output itself; `show` says the returned facts to people. Raise `self.refuse(...)`
    for a wrong use, `CommandError` for a failure; return a dict with `"ok": False` when something was found.
    """

    # May be a lazy translation.
    help: Any = ""

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """The parser, with the help in the language of the process."""
        self.help = str(self.help)
        return super().create_parser(*args, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--json`; subclasses call this, too."""
        parser.add_argument("--json", action="store_true", help="Print one JSON object, for programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work, tell, and end with code 1 when `ok` is False."""
        self.as_json: bool = options.pop("json", False)
        self.quiet = options["verbosity"] == 0
        facts = self.work(**options)
        if self.as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False, cls=DjangoJSONEncoder))
        else:
            self.show(facts)
        if facts.get("ok") is False:
            raise SystemExit(FOUND)

    def work(self, **options: Any) -> dict[str, Any]:
        """Do what the command is for, and return the facts."""
        raise NotImplementedError

    def show(self, facts: dict[str, Any]) -> None:
        """Tell the facts to people: a line each, unless a subclass says it better."""
        for name, value in facts.items():
            self.stdout.write(f"{name}: {value}")

    def refuse(self, sentence: Any) -> NoReturn:
        """End with exit code 2: what was asked cannot be done so. Nothing has been changed."""
        raise CommandError(str(sentence), returncode=WRONG_USE)

    def progress(self, items: Iterable[T], *, total: int | None = None, label: Any = "") -> Iterator[T]:
        """Go through the items with a bar on standard error, when that is a terminal and nobody asked for silence.

        `total` is their number where the items have no length.
        """
        hidden = True if self.as_json or self.quiet else None
        return iter(tqdm(items, total=total, desc=str(label) or None, disable=hidden, file=self.stderr, leave=False))
