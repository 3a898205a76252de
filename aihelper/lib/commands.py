"""What our commands have in common: words for people, JSON for programs, exit codes, progress on terminals.

Exit codes: 0 all is well, 1 something was found or failed, 2 the command was called wrongly (argparse's own), 130 it
was broken off (Ctrl+C), as shells have it.
"""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

T = TypeVar("T")

NOTHING_CHANGED = gettext_lazy("Nothing was changed.")
FOUND, WRONG_USE, BROKEN_OFF = 1, 2, 130


class AppCommand(BaseCommand):
    """A command with `--json`. A subclass does its work in `work` and returns what it has to tell.

    `work` writes nothing to standard output itself; `show` says the returned facts to people. Raise `self.refuse(...)`
    for a wrong use, `CommandError` for a failure; return a dict with `"ok": False` when something was found.
    """

    # May be lazy translations, both.
    help: Any = ""
    # What is true after Ctrl+C in the middle.
    when_broken_off: Any = gettext_lazy("What was done until then stays; run it again for the rest.")

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """The parser, with the help in the language of the process."""
        self.help = str(self.help)
        return super().create_parser(*args, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--json`; subclasses call this, too."""
        parser.add_argument("--json", action="store_true", help=_("Print one JSON object, for programs."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Work, tell, and end with code 1 when `ok` is False. A failure is a sentence, and with `--json` an object."""
        self.as_json: bool = options.pop("json", False)
        self.quiet = options["verbosity"] == 0
        try:
            facts = self._guarded(**options)
        except CommandError as error:
            if self.as_json:
                self._tell({"ok": False, "error": str(error)})
            raise
        except (KeyboardInterrupt, EOFError):
            # Ctrl+C, or Ctrl+D instead of an answer. On a line of its own: a bar may stand there.
            self.stderr.write(f"\n{_('Broken off.')} {self.when_broken_off}")
            raise SystemExit(BROKEN_OFF) from None
        if facts.get("ok") is False:
            raise SystemExit(FOUND)

    def _guarded(self, **options: Any) -> dict[str, Any]:
        """Work and tell. Raises CommandError for what the database or the system refuses, too."""
        try:
            facts = self.work(**options)
            self._tell(facts)
        except BrokenPipeError:
            # Whoever read it wants no more of it (`| head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(FOUND) from None
        except Error as error:
            # The class only: the database's own words may hold values and hosts.
            text = _("The database refuses (%(error)s). manage.py doctor says what is wrong with it.")
            raise CommandError(text % {"error": type(error).__name__}) from error
        except OSError as error:
            words = (str(each) for each in (error.filename, error.strerror or error) if each)
            raise CommandError(": ".join(words)) from error
        return facts

    def _tell(self, facts: dict[str, Any]) -> None:
        if self.as_json:
            self.stdout.write(json.dumps({"ok": True} | facts, ensure_ascii=False, cls=DjangoJSONEncoder))
        else:
            self.show(facts)
        self.stdout.flush()

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
